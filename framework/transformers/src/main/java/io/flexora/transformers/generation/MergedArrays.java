package io.flexora.transformers.generation;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The frozen arrays merged with the adapters, once for all tokens of a text.
 *
 * @param weights the frozen arrays with the constants of the adapters behind them; of layers that
 *     are merged, the matrices are those with the adapters in them
 * @param changes where the model merges, for each adapted layer and each of its adapted modules
 *     what the adapter adds to the matrix, empty where nothing is added to that in {@code weights};
 *     otherwise one empty array, as a list without any cannot be passed
 * @since 0.1
 */
public record MergedArrays(List<NDArray> weights, List<NDArray> changes) {

  /** Copies the lists. */
  public MergedArrays {
    weights = List.copyOf(weights);
    changes = List.copyOf(changes);
  }
}
