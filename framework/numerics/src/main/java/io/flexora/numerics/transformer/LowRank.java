package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The common parts of LoRA and its variants: the two factors, the draw of A, and dropout.
 *
 * @since 0.1
 */
public final class LowRank {

  /** The name of the factor {@code [rank, inputs]}. */
  public static final String A = "A";

  /** The name of the factor {@code [outputs, rank]}. */
  public static final String B = "B";

  // The values of init_lora_weights that leave the model's weights as they are.
  private static final Set<String> STARTS =
      Set.of("true", "false", "gaussian", "eva", "mica", "orthogonal");

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

  /** As many zeros as the parameter has elements. */
  public static float[] zeros(AdapterParameter parameter) {
    return new float[Math.toIntExact(parameter.shape().size())];
  }

  /**
   * Whether a key of PEFT's configuration says no more than how A and B were drawn, which does not
   * matter when they are read.
   */
  public static boolean isPlainStart(String key, Object value) {
    return key.equals("init_lora_weights")
        && STARTS.contains(value.toString().toLowerCase(Locale.ROOT));
  }

  /** PEFT declares lora_alpha as a whole number; only a value that is none is written as it is. */
  public static Number number(double value) {
    return value == Math.rint(value) ? (Number) (long) value : value;
  }

  /**
   * The method {@code adapt} of a LoRA: y + gate * s B A x, with dropout before A.
   *
   * @param scaling s, as TorchScript
   */
  public static String forward(double dropout, String scaling) {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s    z = torch.linear(torch.linear(x, p[0]) * (gate * %s), p[1])
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(dropout(dropout), scaling);
  }

  /**
   * The text of a LoRA on a pruned matrix: y + gate * s (B A ⊙ mask) x, with dropout of x, and the
   * merged matrix. The product B A is computed in full, at the cost of a matrix in memory.
   *
   * @param scaling s, as TorchScript
   */
  public static String masked(double dropout, String scaling) {
    String change =
        "    change = torch.matmul(p[1], p[0] * torch.reshape(gate * %s, [-1, 1]))\n"
            .formatted(scaling);
    return new MaskedChange(dropout(dropout), change).torchScript();
  }

  /** The weight change s B A of the factors A and B. */
  public static NDArray weightChange(List<NDArray> factors, double scaling) {
    return factors.get(1).matMul(factors.get(0)).muli(scaling);
  }

  /** The factors A and B as a LoRA of its own arrays, whose B has taken the scaling. */
  public static PlainLora plainLora(List<NDArray> factors, double scaling) {
    return new PlainLora(factors.get(0).duplicate(), factors.get(1).mul(scaling));
  }

  /**
   * The lines of {@code adapt} that drop elements of {@code x}; none if the probability is 0. A
   * generator of its own for each call, so the mask is a function of the seed alone.
   */
  public static String dropout(double probability) {
    if (probability == 0) {
      return "";
    }
    double keep = 1 - probability;
    return """
            if dropout_seed >= 0:
              generator = torch.Generator(device=x.device, seed=dropout_seed)
              mask = torch.bernoulli_(torch.empty_like(x), %s, generator=generator)
              x = x * (mask * %s)
        """
        .formatted(keep, 1 / keep);
  }
}
