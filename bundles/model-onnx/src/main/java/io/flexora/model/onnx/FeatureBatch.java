package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import io.flexora.api.model.Batch;

/**
 * The features of some texts, as a head reads them.
 *
 * @param features {@code [texts, width]}
 * @param labels {@code [texts]}, int64
 * @param paddedTokens the tokens of the texts, each padded to the longest
 */
record FeatureBatch(NDArray features, NDArray labels, long paddedTokens) implements Batch {
  @Override
  public int size() {
    return Math.toIntExact(features.getShape().get(0));
  }

  @Override
  public long terms() {
    return size();
  }
}
