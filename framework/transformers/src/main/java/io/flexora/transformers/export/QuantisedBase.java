package io.flexora.transformers.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A base that stays quantised in memory. An adapter was trained on its dequantised numbers, so
 * these are what it is merged into.
 *
 * @since 0.1
 */
public interface QuantisedBase {

  /** How its matrices lie in memory, such as {@code nf4}. */
  String storage();

  /**
   * Whether a matrix was quantised when it was loaded, so that its numbers are not those of the
   * checkpoint.
   *
   * @param tensor its name in Hugging Face form
   */
  boolean requantised(String tensor);

  /**
   * The numbers of a matrix that was quantised when it was loaded.
   *
   * @param scope the owner of the result
   * @return {@code [outputs, inputs]}, float32
   */
  NDArray matrix(NDManager scope, String tensor);
}
