package io.flexora.api.input;

/**
 * A text as a model sees it.
 *
 * @param ids the token ids
 * @param words for each word that is not cut off, the index of its first token; empty where no head
 *     reads words
 * @since 0.1
 */
// Token ids are bulk data, handed to native code as they are; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
public record TokenText(int[] ids, int[] words) {

  /** A text whose words nobody reads. */
  public TokenText(int[] ids) {
    this(ids, new int[0]);
  }
}
