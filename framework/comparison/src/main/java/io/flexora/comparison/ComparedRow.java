package io.flexora.comparison;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A row of a comparison: what is measured with every seed, and compared with the other rows.
 *
 * @param label its name, also that in the folders of its cells: the strategy's, {@code
 *     STRATEGY+ADAPTER} where the comparison compares adapters too, and that of a trained row with
 *     {@code +POSTERIOR} where a posterior is made of what it has trained
 * @param strategy the name of the strategy that chooses the layers
 * @param adapter the name of the adapter in the comparison; empty where all rows have the same
 * @param posterior the name of the posterior in the comparison; empty for the trained row itself
 * @since 0.1
 */
public record ComparedRow(
    String label, String strategy, Optional<String> adapter, Optional<String> posterior) {

  /** What joins the parts of a label; no name has it. */
  private static final String PLUS = "+";

  /**
   * The trained rows of some strategies and adapters, in the order in which they are shown: the
   * adapters of a strategy one after the other.
   *
   * @param strategies the names of the strategies
   * @param adapters the names of the adapters; none where all rows have the same
   */
  public static List<ComparedRow> of(Collection<String> strategies, Collection<String> adapters) {
    return strategies.stream()
        .flatMap(
            strategy ->
                adapters.isEmpty()
                    ? Stream.of(
                        new ComparedRow(strategy, strategy, Optional.empty(), Optional.empty()))
                    : adapters.stream().map(adapter -> of(strategy, adapter)))
        .toList();
  }

  private static ComparedRow of(String strategy, String adapter) {
    return new ComparedRow(
        strategy + PLUS + adapter, strategy, Optional.of(adapter), Optional.empty());
  }

  /** The row of a posterior that is made of what this one has trained. */
  ComparedRow with(String of) {
    return new ComparedRow(label + PLUS + of, strategy, adapter, Optional.of(of));
  }
}
