package io.flexora.numerics.transformer;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The common parts of LoRA and its variants: the two factors and the draw of A.
 *
 * @since 0.1
 */
public final class LowRank {

  /** The name of the factor {@code [rank, inputs]}. */
  public static final String A = "A";

  /** The name of the factor {@code [outputs, rank]}. */
  public static final String B = "B";

  private LowRank() {}

  /** A and B, as PEFT names their tensors. */
  public static List<AdapterParameter> factors(ModuleShape module, int rank) {
    return factors(module, rank, 1);
  }

  /**
   * A and B, as PEFT names their tensors.
   *
   * @param learningRateFactor factor of B's learning rate
   */
  public static List<AdapterParameter> factors(
      ModuleShape module, int rank, double learningRateFactor) {
    return List.of(
        new AdapterParameter(A, "lora_A.weight", new Shape(rank, module.inputs())),
        new AdapterParameter(
            B, "lora_B.weight", new Shape(module.outputs(), rank), learningRateFactor));
  }

  /** The initial values that PEFT draws for A: uniform in ±1/sqrt(inputs). */
  public static float[] initialA(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return uniform(parameter, 1 / Math.sqrt(module.inputs()), random);
  }

  /** Values uniform between minus the bound and the bound. */
  public static float[] uniform(AdapterParameter parameter, double bound, SplittableRandom random) {
    float[] values = zeros(parameter);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  /** One of a Box-Muller pair, written out so that it is the same on every Java version. */
  public static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /** As many zeros as the parameter has elements. */
  public static float[] zeros(AdapterParameter parameter) {
    return new float[Math.toIntExact(parameter.shape().size())];
  }

  /** PEFT declares lora_alpha as a whole number; only a value that is none is written as it is. */
  public static Number number(double value) {
    return value == Math.rint(value) ? (Number) (long) value : value;
  }

  /**
   * The text of a LoRA: the factors A and B as they are.
   *
   * @param scaling s, as TorchScript
   */
  public static AdapterScript script(double dropout, String scaling) {
    String factors =
        """
          def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
            return [p[0], p[1], gate * %s]
        """
            .formatted(scaling);
    return AdapterScript.of(factors).withDropout(dropout);
  }
}
