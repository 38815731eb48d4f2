package io.flexora.transformers.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * A tensor of a checkpoint.
 *
 * @param name its name in Hugging Face form, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param shape its shape: of a matrix {@code [outputs, inputs]}
 * @param type the type in which its numbers are given; quantised ones are given as F32
 * @param label its name in the file and the file, as messages name it
 * @since 0.1
 */
public record StoredTensor(String name, List<Long> shape, StoredType type, String label) {

  /** Copies the shape. */
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /** How messages name a tensor of a file. */
  public static String label(String name, Path file) {
    return "tensor '" + name + "' of " + file;
  }

  /** The same tensor, stacked matrices below each other. */
  StoredTensor asMatrix() {
    if (shape.size() < 3) {
      return this;
    }
    long columns = shape.get(shape.size() - 1);
    return new StoredTensor(name, List.of(rows() * rowSize() / columns, columns), type, label);
  }

  /** The first dimension. */
  public long rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** The numbers in a row: 1 of a vector. */
  public long rowSize() {
    return shape.stream().skip(1).reduce(1L, Math::multiplyExact);
  }

  /** The bytes of a row in the type in which it is given. */
  public long rowBytes() {
    return Math.multiplyExact(rowSize(), type.bytes());
  }
}
