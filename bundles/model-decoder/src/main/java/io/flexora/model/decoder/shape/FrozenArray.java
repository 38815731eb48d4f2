package io.flexora.model.decoder.shape;

import java.util.List;
import java.util.stream.LongStream;

/** What an array that a model computes with is made of. */
public sealed interface FrozenArray {

  /**
   * A tensor of a checkpoint.
   *
   * @param name its name in Hugging Face form
   * @param shape the shape that it has to have
   */
  record Tensor(String name, List<Long> shape) {

    static Tensor of(String name, long... shape) {
      return new Tensor(name, LongStream.of(shape).boxed().toList());
    }
  }

  /**
   * Tensors below each other.
   *
   * @param tensors what is joined, along the first dimension
   * @param norm whether it is the weight or bias of a norm, which is never rounded to bf16
   * @param offset what is added to each number
   */
  record Joined(List<Tensor> tensors, boolean norm, double offset) implements FrozenArray {}

  /**
   * Another array of the model once more.
   *
   * @param index which
   */
  record Same(int index) implements FrozenArray {}

  /**
   * Numbers that no tensor holds, float32.
   *
   * @param rows the rows, all of the same length
   */
  record Numbers(List<float[]> rows) implements FrozenArray {}
}
