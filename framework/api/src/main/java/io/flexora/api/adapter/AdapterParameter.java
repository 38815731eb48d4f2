package io.flexora.api.adapter;

import ai.djl.ndarray.types.Shape;

/**
 * One array that an adapter method adds to a module.
 *
 * @param name its short name, such as {@code A}
 * @param tensorName the suffix of its tensor in an adapter file, such as {@code lora_A.weight}
 * @param shape its shape
 * @param learningRateFactor factor of its learning rate
 * @since 0.1
 */
public record AdapterParameter(
    String name, String tensorName, Shape shape, double learningRateFactor) {

  /** An array that is trained with the learning rate as it is, or not at all. */
  public AdapterParameter(String name, String tensorName, Shape shape) {
    this(name, tensorName, shape, 1);
  }

  /** The same array of another shape. */
  public AdapterParameter withShape(Shape other) {
    return new AdapterParameter(name, tensorName, other, learningRateFactor);
  }
}
