package io.flexora.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which cell of a comparison it is.
 *
 * @param model the name of the model
 * @param task the name of the task
 * @param strategy the label of the row: the strategy's name, with that of the adapter where
 *     adapters are compared
 * @param seed the seed
 * @since 0.1
 */
public record CellId(String model, String task, String strategy, long seed) {

  /** Its name, also that of its folder: {@code MODEL.TASK.ROW.SEED}. */
  public String id() {
    return String.join(".", model, task, strategy, String.valueOf(seed));
  }

  /** What all cells share that are compared with each other: the model and the task. */
  List<String> group() {
    return List.of(model, task);
  }

  /** The cells of a comparison in the order in which they are shown: seeds last. */
  static List<CellId> of(ComparisonConfiguration configuration) {
    List<CellId> cells = new ArrayList<>();
    for (String model : configuration.models().keySet()) {
      for (String task : configuration.tasks().keySet()) {
        for (ComparedRow row : configuration.trainedRows()) {
          for (long seed : configuration.seeds()) {
            cells.add(new CellId(model, task, row.label(), seed));
          }
        }
      }
    }
    return cells;
  }

  /**
   * The cells in the order in which they are run: all strategies of a model and a task with the
   * first seed, then with the next, so that there is something to compare early.
   */
  static List<CellId> inRunOrder(ComparisonConfiguration configuration) {
    List<String> models = List.copyOf(configuration.models().keySet());
    List<String> tasks = List.copyOf(configuration.tasks().keySet());
    return of(configuration).stream()
        .sorted(
            Comparator.<CellId>comparingInt(cell -> models.indexOf(cell.model()))
                .thenComparingInt(cell -> tasks.indexOf(cell.task()))
                .thenComparingInt(cell -> configuration.seeds().indexOf(cell.seed())))
        .toList();
  }
}
