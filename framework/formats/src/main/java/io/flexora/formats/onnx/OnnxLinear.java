package io.flexora.formats.onnx;

import java.util.Optional;

/**
 * A linear module y = W x + b of a graph.
 *
 * @param name its dotted name, such as {@code encoder.layer.0.attention.self.query}
 * @param weight its matrix
 * @param transposed whether the matrix is stored as {@code [inputs, outputs]}
 * @param bias its bias, if it has one
 * @since 0.1
 */
public record OnnxLinear(
    String name, OnnxTensor weight, boolean transposed, Optional<OnnxTensor> bias) {
  /** The width of x. */
  public long inputs() {
    return weight.dimensions().get(transposed ? 0 : 1);
  }

  /** The width of y. */
  public long outputs() {
    return weight.dimensions().get(transposed ? 1 : 0);
  }
}
