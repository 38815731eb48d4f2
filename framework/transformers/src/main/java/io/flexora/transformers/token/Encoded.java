package io.flexora.transformers.token;

import io.flexora.api.head.Head;
import java.util.List;
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
   * The first token of each word of the text that they were made of.
   *
   * @param read the words, in their order
   * @param before how many tokens are put in front
   * @param most the number, counted with those in front, of the first token that is cut off
   */
  int[] words(List<Head.Word> read, int before, int most) {
    IntStream.Builder words = IntStream.builder();
    int token = 0;
    for (Head.Word word : read) {
      while (token < ids.length && ends[token] <= word.begin()) {
        token++;
      }
      if (before + token >= Math.min(most, before + ids.length)) {
        break;
      }
      words.add(before + token);
    }
    return words.build().toArray();
  }
}
