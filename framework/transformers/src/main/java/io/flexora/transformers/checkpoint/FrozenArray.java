package io.flexora.transformers.checkpoint;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The tensors that make an array of a model.
 *
 * @since 0.1
 */
public sealed interface FrozenArray {

  /**
   * A tensor of a checkpoint.
   *
   * @param name its name in Hugging Face form
   * @param shape the shape that it has to have
   */
  record Tensor(String name, List<Long> shape) {

    /** Copies the shape. */
    public Tensor {
      shape = List.copyOf(shape);
    }

    /** A tensor of these dimensions. */
    public static Tensor of(String name, long... shape) {
      return new Tensor(name, LongStream.of(shape).boxed().toList());
    }

    /** The rows of the array that it makes; of stacked matrices those of all. */
    public long rows() {
      return shape.size() < 2 ? size() : size() / shape.get(shape.size() - 1);
    }

    /** How many numbers it has. */
    public long size() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /**
   * Tensors below each other.
   *
   * @param tensors what is joined, along the first dimension of the array
   * @param norm whether it is the weight or bias of a norm, which is never rounded to bf16
   * @param transposed whether the tensors are matrices {@code [inputs, outputs]} in the checkpoint,
   *     and {@code [outputs, inputs]} in the array
   * @param offset what is added to each number
   */
  record Joined(List<Tensor> tensors, boolean norm, boolean transposed, double offset)
      implements FrozenArray {

    /** Copies the list. */
    public Joined {
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * Another array of the model once more, such as the embedding as the head.
   *
   * @param index which
   */
  record Same(int index) implements FrozenArray {}

  /**
   * Numbers that no tensor holds, float64.
   *
   * @param rows the rows, all of the same length; a single one makes a vector
   */
  record Numbers(List<double[]> rows) implements FrozenArray {

    /** Copies the list. */
    public Numbers {
      rows = List.copyOf(rows);
    }
  }

  /** Matrices or biases below each other, in the compute type. */
  static FrozenArray matrix(Tensor... tensors) {
    return new Joined(List.of(tensors), false, false, 0);
  }

  /** A matrix that the checkpoint has as {@code [inputs, outputs]}, in the compute type. */
  static FrozenArray transposed(Tensor tensor) {
    return new Joined(List.of(tensor), false, true, 0);
  }

  /** The weight or bias of a norm, in float32 at least. */
  static FrozenArray norm(Tensor tensor) {
    return new Joined(List.of(tensor), true, false, 0);
  }
}
