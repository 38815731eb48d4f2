package io.flexora.transformers.rotary;

/**
 * The frequencies of rotary positions, step by step in float32 as transformers computes them.
 *
 * <p>Source: {@code compute_default_rope_parameters} of each family and {@code
 * modeling_rope_utils.py} in transformers 5. A quotient with a tensor below the line is there the
 * product with its reciprocal; the same is done here, as it rounds differently.
 *
 * @since 0.1
 */
public final class Frequencies {
  private Frequencies() {}

  /** {@code 1 / base^(2i / dimensions)} of each pair i. */
  public static float[] plain(double base, int dimensions) {
    float[] frequencies = new float[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1f / power(base, i, dimensions);
    }
    return frequencies;
  }

  /** {@code 1 / base^(2i / dimensions)} of each pair i in float64, which transformers rounds. */
  public static double[] exact(double base, int dimensions) {
    double[] frequencies = new double[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / dimensions);
    }
    return frequencies;
  }

  /** The same numbers in float64. */
  public static double[] widened(float[] frequencies) {
    double[] wide = new double[frequencies.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = frequencies[i];
    }
    return wide;
  }

  private static float power(double base, int i, int dimensions) {
    float exponent = 2f * i / dimensions;
    return (float) Math.pow((float) base, exponent);
  }

  /** Each power multiplied by its own factor, as LongRoPE does. */
  public static float[] multiplied(double base, float[] factors) {
    float[] frequencies = new float[factors.length];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1f / (factors[i] * power(base, i, 2 * factors.length));
    }
    return frequencies;
  }

  /** Every position counts for the factor's part of one. */
  public static float[] linear(float[] plain, double factor) {
    float[] frequencies = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      frequencies[i] = plain[i] / (float) factor;
    }
    return frequencies;
  }

  /** Each frequency divided by its own factor, as llama.cpp's {@code rope_freqs} says. */
  public static float[] divided(float[] plain, float[] factors) {
    float[] frequencies = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      frequencies[i] = plain[i] / factors[i];
    }
    return frequencies;
  }

  /**
   * The scaling of Llama 3.1.
   *
   * @param factor what long wavelengths are stretched by
   * @param lowFactor wavelengths above {@code positions / lowFactor} are stretched
   * @param highFactor wavelengths below {@code positions / highFactor} are left
   * @param positions the positions that the model was first trained on
   */
  public record Llama3(double factor, double lowFactor, double highFactor, int positions) {

    /** The frequencies that this scaling makes of plain ones. */
    public float[] scaled(float[] plain) {
      float[] frequencies = new float[plain.length];
      for (int i = 0; i < plain.length; i++) {
        frequencies[i] = scaled(plain[i]);
      }
      return frequencies;
    }

    private float scaled(float plain) {
      float wavelength = 1f / plain * (float) (2 * Math.PI);
      if (wavelength > (float) (positions / lowFactor)) {
        return plain / (float) factor;
      }
      if (wavelength < (float) (positions / highFactor)) {
        return plain;
      }
      float smooth =
          (1f / wavelength * positions - (float) lowFactor) / (float) (highFactor - lowFactor);
      return (1f - smooth) * plain / (float) factor + smooth * plain;
    }
  }
}
