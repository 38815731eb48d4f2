package io.flexora.transformers.checkpoint;

/**
 * The order of the rows of q and k. In Hugging Face form the two halves of a head turn with each
 * other; llama.cpp turns neighbours, and has the rows of llama models in the order for that.
 *
 * @since 0.1
 */
public final class RotaryRows {
  private RotaryRows() {}

  /** Where a row in Hugging Face order lies in llama.cpp's order. */
  public static long inGguf(long row, int headSize) {
    long place = row % headSize;
    long pair = place % (headSize / 2);
    long half = place / (headSize / 2);
    return row - place + 2 * pair + half;
  }

  /** Where a row in llama.cpp's order lies in Hugging Face order. */
  public static long inHuggingFace(long row, int headSize) {
    long place = row % headSize;
    return row - place + place / 2 + place % 2 * (headSize / 2);
  }
}
