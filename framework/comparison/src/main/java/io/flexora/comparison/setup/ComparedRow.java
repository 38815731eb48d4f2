package io.flexora.comparison.setup;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of a comparison: what is measured with every seed, and compared with the other rows.
 *
 * @param label its name, also that in the folders of its cells: the strategy's, followed by {@code
 *     +ADAPTER} and {@code +TRAINER} where the comparison compares these too, and by {@code
 *     +POSTERIOR} where a posterior is made of what a row has trained
 * @param strategy the name of the strategy that chooses the layers
 * @param adapter the name of the adapter in the comparison; empty where all rows have the same
 * @param trainer the name of the trainer in the comparison; empty where all rows have the same
 * @param posterior the name of the posterior in the comparison; empty for the trained row itself
 * @since 0.1
 */
public record ComparedRow(
    String label,
    String strategy,
    Optional<String> adapter,
    Optional<String> trainer,
    Optional<String> posterior) {

  /** The option that names the strategies. */
  public static final String STRATEGIES = "strategies";

  /** The option that names the adapters that are compared. */
  public static final String ADAPTERS = "adapters";

  /** The option that names the trainers that are compared. */
  public static final String TRAINERS = "trainers";

  /** What joins the parts of a label; no name has it. */
  private static final String PLUS = "+";

  /**
   * The trained rows of a comparison in the order in which they are shown: the trainers of an
   * adapter, and the adapters of a strategy, one after the other.
   *
   * @param names the names below an option of the comparison: {@code strategies}, {@code adapters}
   *     or {@code trainers}; none where all rows have the same
   */
  public static List<ComparedRow> of(Function<String, ? extends Collection<String>> names) {
    return names.apply(STRATEGIES).stream()
        .flatMap(
            strategy ->
                orNone(names.apply(ADAPTERS))
                    .flatMap(
                        adapter ->
                            orNone(names.apply(TRAINERS))
                                .map(trainer -> of(strategy, adapter, trainer))))
        .toList();
  }

  private static Stream<Optional<String>> orNone(Collection<String> names) {
    return names.isEmpty() ? Stream.of(Optional.empty()) : names.stream().map(Optional::of);
  }

  private static ComparedRow of(
      String strategy, Optional<String> adapter, Optional<String> trainer) {
    String label =
        Stream.of(Optional.of(strategy), adapter, trainer)
            .flatMap(Optional::stream)
            .collect(Collectors.joining(PLUS));
    return new ComparedRow(label, strategy, adapter, trainer, Optional.empty());
  }

  /**
   * The row of a posterior that is made of what this one has trained.
   *
   * @param of the name of the posterior in the comparison
   */
  public ComparedRow with(String of) {
    return new ComparedRow(label + PLUS + of, strategy, adapter, trainer, Optional.of(of));
  }

  /**
   * For each row that is trained otherwise than the baseline, the one of the same strategy that is
   * trained like it, by their labels. None with one strategy alone, where that is the baseline.
   */
  static Map<String, String> counterparts(List<ComparedRow> rows, ComparedRow baseline) {
    Map<String, String> counterparts = new LinkedHashMap<>();
    if (rows.stream().map(ComparedRow::strategy).distinct().count() > 1) {
      for (ComparedRow row : rows) {
        rows.stream()
            .filter(other -> !row.isTrainedLike(baseline) && other.isTrainedLike(baseline))
            .filter(other -> other.strategy().equals(row.strategy()))
            .forEach(other -> counterparts.put(row.label(), other.label()));
      }
    }
    return counterparts;
  }

  private boolean isTrainedLike(ComparedRow other) {
    return adapter.equals(other.adapter()) && trainer.equals(other.trainer());
  }
}
