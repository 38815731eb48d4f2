package io.flexora.model.decoder.family;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Rotary positions: pair i of a head turns by {@code position * frequencies[i]}.
 *
 * @param base what the frequencies are powers of before they are scaled, {@code rope_theta}
 * @param frequencies the angle per position of each pair {@code [headSize / 2]}, float32 as
 *     transformers computes it, scaling included
 * @param attentionFactor what cosines and sines are multiplied by
 */
// Compared by content below.
@SuppressWarnings("ArrayRecordComponent")
public record Rotary(double base, float[] frequencies, double attentionFactor) {

  /**
   * What each frequency was divided by {@code [headSize / 2]}: the tensor {@code rope_freqs.weight}
   * of llama.cpp.
   */
  public float[] divisors() {
    float[] plain = Frequencies.plain(base, 2 * frequencies.length);
    float[] divisors = new float[plain.length];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = plain[i] / frequencies[i];
    }
    return divisors;
  }

  /**
   * The keys of {@code rope_scaling} that make these frequencies of the base: none without scaling,
   * else those of the types linear or llama3.
   *
   * @return empty if no keys make them
   */
  public Optional<Map<String, Object>> scaling() {
    return new ScalingSearch(this).keys();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rotary that
        && base == that.base
        && attentionFactor == that.attentionFactor
        && Arrays.equals(frequencies, that.frequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frequencies);
  }

  @Override
  public String toString() {
    return "Rotary[base=%s, %d pairs, attentionFactor=%s]"
        .formatted(base, frequencies.length, attentionFactor);
  }
}
