package io.flexora.transformers.token;

import java.util.stream.IntStream;

/**
 * A text as tokens.
 *
 * @param ids the token ids
 * @param starts for each token the index of the first character that it stands for
 * @param ends for each token the index behind the last character that it stands for
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record Encoded(int[] ids, int[] starts, int[] ends) {

  /**
   * The first token of each word of the text that they were made of; words are what spaces
   * separate.
   *
   * @param before how many tokens are put in front
   * @param most the number, counted with those in front, of the first token that is cut off
   */
  int[] words(String text, int before, int most) {
    IntStream.Builder words = IntStream.builder();
    int token = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean begins = text.charAt(i) != ' ' && (i == 0 || text.charAt(i - 1) == ' ');
      if (begins) {
        while (token < ids.length && ends[token] <= i) {
          token++;
        }
        if (before + token >= Math.min(most, before + ids.length)) {
          break;
        }
        words.add(before + token);
      }
    }
    return words.build().toArray();
  }
}
