package io.flexora.model.decoder.family;

import java.util.Arrays;

/**
 * Rotary positions: pair i of a head turns by {@code position * frequencies[i]}.
 *
 * @param frequencies the angle per position of each pair {@code [headSize / 2]}, float32 as
 *     transformers computes it, scaling included
 * @param attentionFactor what cosines and sines are multiplied by
 */
// Compared by content below.
@SuppressWarnings("ArrayRecordComponent")
public record Rotary(float[] frequencies, double attentionFactor) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Rotary that
        && attentionFactor == that.attentionFactor
        && Arrays.equals(frequencies, that.frequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frequencies);
  }

  @Override
  public String toString() {
    return "Rotary[" + frequencies.length + " pairs, attentionFactor=" + attentionFactor + "]";
  }
}
