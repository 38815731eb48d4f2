package io.flexora.model.decoder.weights;

import io.flexora.model.decoder.family.DecoderShape;
import java.util.Set;

/**
 * The order of the rows of q and k. In Hugging Face form the two halves of a head turn with each
 * other; llama.cpp turns neighbours, and has the rows of llama models in the order for that.
 */
public final class RotaryRows {
  private static final Set<String> FAMILIES = Set.of("llama", "mistral");

  private RotaryRows() {}

  /** Whether llama.cpp has the rows of a tensor in its own order. */
  public static boolean permuted(DecoderShape shape, String huggingFaceName) {
    return FAMILIES.contains(shape.family())
        && (huggingFaceName.contains(".q_proj.") || huggingFaceName.contains(".k_proj."));
  }

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
