package io.flexora.numerics.transformer;

/**
 * The text of {@link io.flexora.api.adapter.AdapterMethod#maskedTorchScript} of a method that adds
 * to a matrix: y + (D ⊙ mask) x, and the matrix W + D ⊙ mask where nothing is dropped. The gated
 * change D is computed in full, at the cost of a matrix in memory.
 *
 * @param ofInput lines of {@code adapt} that drop elements of {@code x}, as {@link
 *     LowRank#dropout}; none for no dropout
 * @param change lines that make {@code change} {@code [outputs, inputs]} of {@code p}, {@code c},
 *     {@code weight} and {@code gate}, which multiplies it, indented by four spaces, the last with
 *     a line break
 * @param ofOutput lines that drop elements of what is added, {@code z}; none for no dropout
 * @since 0.1
 */
public record MaskedChange(String ofInput, String change, String ofOutput) {

  /** A method without dropout of outputs. */
  public MaskedChange(String ofInput, String change) {
    this(ofInput, change, "");
  }

  /** The methods {@code adapt} and {@code merged}. */
  public String torchScript() {
    return adapt() + merged();
  }

  private String adapt() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s%s    z = torch.linear(x, change * c[len(c) - 1])
    %s    return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(ofInput, change, ofOutput);
  }

  /** The method {@code merged} alone. */
  public String merged() {
    return """
      def merged(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
    %s    return weight + change * c[len(c) - 1]
    """
        .formatted(change);
  }
}
