package io.flexora.comparison.cell;

import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a cell of a comparison: of one that is tested, or of a trial of its tuning.
 *
 * @param model the name of the model
 * @param task the name of the task; {@code TASK/TEST_SET} for what a cell is on a further test set
 * @param strategy the label of the row: the strategy's name, with that of the adapter where
 *     adapters are compared
 * @param seed the seed
 * @param trial the number of the trial, from 0; empty for the cell that is tested
 * @since 0.1
 */
public record CellId(String model, String task, String strategy, long seed, OptionalInt trial) {

  private static final String TRIAL = ".trial-";
  private static final Pattern NAME =
      Pattern.compile("([^.]+)\\.([^.]+)\\.([^.]+)\\.([0-9]{1,18})(?:\\.trial-([0-9]{1,9}))?");

  /** A cell that is tested. */
  public CellId(String model, String task, String strategy, long seed) {
    this(model, task, strategy, seed, OptionalInt.empty());
  }

  /** Reads a name; empty if it is none. */
  public static Optional<CellId> of(String id) {
    Matcher name = NAME.matcher(id);
    return name.matches()
        ? Optional.of(
            new CellId(
                name.group(1),
                name.group(2),
                name.group(3),
                Long.parseLong(name.group(4)),
                name.group(5) == null
                    ? OptionalInt.empty()
                    : OptionalInt.of(Integer.parseInt(name.group(5)))))
        : Optional.empty();
  }

  /**
   * Its name, also that of its folder: {@code MODEL.TASK.ROW.SEED}, or that with {@code
   * .trial-NUMBER}.
   */
  public String id() {
    String tested = String.join(".", model, task, strategy, String.valueOf(seed));
    return trial.isPresent() ? tested + TRIAL + trial.getAsInt() : tested;
  }

  /** A trial of this cell's tuning. */
  public CellId trial(int number) {
    return new CellId(model, task, strategy, seed, OptionalInt.of(number));
  }

  /** The cell that is tested, whose trial this may be. */
  public CellId tested() {
    return new CellId(model, task, strategy, seed);
  }

  /**
   * The trials of this cell that have folders, by their numbers, of which some may be missing.
   *
   * @param comparison the comparison's folder
   */
  public List<CellId> trialsIn(Path comparison) {
    return ComparisonFolder.cells(comparison).stream()
        .flatMap(cell -> of(cell.getFileName().toString()).stream())
        .filter(cell -> cell.trial().isPresent() && cell.tested().equals(this))
        .sorted(Comparator.comparingInt(cell -> cell.trial().orElseThrow()))
        .toList();
  }

  /** What this cell is on a further test set of its task; no folder has that name. */
  public CellId on(String testSet) {
    return new CellId(model, task + "/" + testSet, strategy, seed, trial);
  }

  /** What all cells share that are compared with each other: the model and the task. */
  public List<String> group() {
    return List.of(model, task);
  }

  /** The cells of a comparison in the order in which they are shown: seeds last. */
  public static List<CellId> of(ComparisonConfiguration configuration) {
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
  public static List<CellId> inRunOrder(ComparisonConfiguration configuration) {
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
