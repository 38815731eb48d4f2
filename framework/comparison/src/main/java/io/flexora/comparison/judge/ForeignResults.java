package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Results from elsewhere, as far as they are read. */
final class ForeignResults {

  /** A model with a task. */
  record Group(String model, String task) {}

  private static final int LONGEST_NAME = 1000;
  private static final int MOST_RESULTS = 20_000;
  private static final int MOST_STRATEGIES = 1000;

  private final Map<ForeignCell.Key, ForeignCell> cells = new LinkedHashMap<>();
  private final Map<Group, ForeignTask> tasks = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** The examples and the metric of a group. */
  private ForeignTask task(ForeignCell.Key key) {
    return tasks.computeIfAbsent(new Group(key.model(), key.task()), group -> new ForeignTask());
  }

  /**
   * The cell of a key, a new one where it comes for the first time. Control characters in its names
   * are escaped.
   *
   * @throws FlexoraException if the file before names another metric for the same task, a name is
   *     too long, or there are too many results
   */
  ForeignCell cell(ForeignCell.Key told, Path file, String metric) {
    ForeignCell.Key key =
        new ForeignCell.Key(
            name(told.model(), file),
            name(told.task(), file),
            name(told.strategy(), file),
            told.seed());
    ForeignTask task = task(key);
    String other = task.name(metric, file.toString());
    if (!other.isEmpty()) {
      throw new FlexoraException(
          "%s: the values of %s are of metric '%s', but of %s; name one with --metric"
              .formatted(file, key.task(), metric, other));
    }
    return cells.computeIfAbsent(key, k -> begin(k, file, task));
  }

  private ForeignCell begin(ForeignCell.Key key, Path file, ForeignTask task) {
    if (cells.size() == MOST_RESULTS || task.strategies(key.strategy()) > MOST_STRATEGIES) {
      throw new FlexoraException(
          "%s: there are too many results: at most %,d are judged at once, and %,d strategies of a task; is the column that names the strategy, the task or the seed another one?"
              .formatted(file, MOST_RESULTS, MOST_STRATEGIES));
    }
    return new ForeignCell(key, file, task);
  }

  private static String name(String name, Path file) {
    if (name.length() > LONGEST_NAME) {
      throw new FlexoraException(
          "%s: the name '%s' has %,d characters; a name has at most %,d"
              .formatted(file, Printable.brief(name), name.length(), LONGEST_NAME));
    }
    return Printable.prose(name);
  }

  /** The cells of each group, in the order in which they came. */
  Map<Group, List<ForeignCell>> groups() {
    return cells.values().stream()
        .collect(
            Collectors.groupingBy(
                cell -> new Group(cell.key().model(), cell.key().task()),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  Collection<ForeignCell> cells() {
    return cells.values();
  }

  /** Says something once. */
  void note(String sentence) {
    notes.add(sentence);
  }

  List<String> notes() {
    return new ArrayList<>(notes);
  }
}
