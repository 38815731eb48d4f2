package io.flexora.transformers.rotary;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Rotary positions: pair i of a head turns by {@code position * frequencies[i]}; what is beyond the
 * pairs does not turn.
 *
 * @param base what the frequencies are powers of before they are scaled, {@code rope_theta}
 * @param frequencies the angle per position of each pair, float32 as transformers computes it,
 *     scaling included
 * @param attentionFactor what cosines and sines are multiplied by
 * @param longTexts other frequencies for long texts, if there are any
 * @since 0.1
 */
// Compared by content below.
@SuppressWarnings("ArrayRecordComponent")
public record Rotary(
    double base,
    float[] frequencies,
    double attentionFactor,
    Optional<LongTextFrequencies> longTexts) {

  /**
   * Frequencies for texts beyond a length.
   *
   * @param beyond the tokens of the longest text that is not long
   * @param frequencies the angles per position
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record LongTextFrequencies(int beyond, float[] frequencies) {

    @Override
    public boolean equals(Object other) {
      return other instanceof LongTextFrequencies that
          && beyond == that.beyond
          && Arrays.equals(frequencies, that.frequencies);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(frequencies);
    }

    @Override
    public String toString() {
      return "LongTexts[beyond=%d]".formatted(beyond);
    }
  }

  /** The same frequencies for texts of any length. */
  public Rotary(double base, float[] frequencies, double attentionFactor) {
    this(base, frequencies, attentionFactor, Optional.empty());
  }

  /**
   * What each frequency was divided by: the tensor {@code rope_freqs.weight} of llama.cpp, or
   * {@code rope_factors_short.weight}.
   */
  public float[] divisors() {
    return divisors(frequencies);
  }

  /** What the frequencies for long texts were divided by, {@code rope_factors_long.weight}. */
  public Optional<float[]> longDivisors() {
    return longTexts.map(texts -> divisors(texts.frequencies));
  }

  private float[] divisors(float[] scaled) {
    float[] plain = Frequencies.plain(base, 2 * scaled.length);
    float[] divisors = new float[plain.length];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = plain[i] / scaled[i];
    }
    return divisors;
  }

  /**
   * The keys of {@code rope_scaling} that make these frequencies of the base: none without scaling,
   * else those of the types linear, llama3 or longrope.
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
        && Arrays.equals(frequencies, that.frequencies)
        && longTexts.equals(that.longTexts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frequencies);
  }

  @Override
  public String toString() {
    return "Rotary[base=%s, %d pairs, attentionFactor=%s, %s]"
        .formatted(base, frequencies.length, attentionFactor, longTexts);
  }
}
