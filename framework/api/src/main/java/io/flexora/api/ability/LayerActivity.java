package io.flexora.api.ability;

import java.util.List;

/**
 * Statistics of the layers of an adapted model on the tokens of a batch. Sums are over all tokens
 * of the batch that are no padding, taken in float64.
 *
 * @param tokens the number of tokens
 * @param adapterSquares for each layer of the model and each adapted module in the order of the
 *     plan, the sum of the squared lengths of what the adapter adds to the module's output; 0 in
 *     layers without an adapter
 * @param frozenSquares the same of what the frozen module puts out, without its bias
 * @param angles for each layer of the model, the sum of the angles between what enters the layer
 *     and what leaves it, in units of pi: 0 for the same direction, 1 for the opposite
 * @since 0.1
 */
public record LayerActivity(
    long tokens,
    List<List<Double>> adapterSquares,
    List<List<Double>> frozenSquares,
    List<Double> angles) {

  /** Copies the lists. */
  public LayerActivity {
    adapterSquares = adapterSquares.stream().map(List::copyOf).toList();
    frozenSquares = frozenSquares.stream().map(List::copyOf).toList();
    angles = List.copyOf(angles);
  }
}
