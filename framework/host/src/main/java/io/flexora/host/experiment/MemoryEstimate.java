package io.flexora.host.experiment;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;

/**
 * About how much memory a run takes, in bytes.
 *
 * @param weights the frozen weights in the compute type
 * @param activations what a training step keeps for its backward pass
 * @param training theta, its gradient and the optimiser's state
 * @since 0.1
 */
public record MemoryEstimate(long weights, long activations, long training) {

  /** Theta, its gradient, two moments, the best theta and one spare, each float32. */
  private static final long BYTES_PER_TRAINED_NUMBER = 6 * 4;

  /**
   * Estimates from the shapes alone: a layer keeps the input and output of each of its linear
   * modules, some copies of its hidden states, and its attention matrices; twice for the second
   * derivatives of a search.
   *
   * @param tokens the tokens of a batch, padding included
   * @param longest the longest sequence of the batch, in tokens
   */
  static MemoryEstimate of(ModelShape shape, long trained, long tokens, int longest) {
    long bytes = Math.max(2, shape.weightBytes() / Math.max(1, shape.frozenParameters()));
    long widths = shape.modules().stream().mapToLong(MemoryEstimate::width).sum();
    long attention = 3L * longest * Math.max(1, shape.hiddenSize() / 64);
    long perToken = widths + 6L * shape.hiddenSize() + attention;
    long activations = 2 * tokens * shape.layers() * perToken * bytes;
    return new MemoryEstimate(shape.weightBytes(), activations, trained * BYTES_PER_TRAINED_NUMBER);
  }

  private static long width(ModuleShape module) {
    return (long) module.inputs() + module.outputs();
  }

  /** All of it. */
  public long total() {
    return weights + activations + training;
  }
}
