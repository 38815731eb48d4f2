package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Results from elsewhere, as far as they are read. */
final class ForeignResults {

  /** A model with a task. */
  record Group(String model, String task) {}

  private final Map<ForeignCell.Key, ForeignCell> cells = new LinkedHashMap<>();
  private final Map<Group, ForeignTask> tasks = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** The examples and the metric of a group. */
  ForeignTask task(ForeignCell.Key key) {
    return tasks.computeIfAbsent(new Group(key.model(), key.task()), group -> new ForeignTask());
  }

  /**
   * The cell of a key, a new one where it comes for the first time.
   *
   * @throws FlexoraException if the file before names another metric for the same task
   */
  ForeignCell cell(ForeignCell.Key key, Path file, String metric) {
    ForeignTask task = task(key);
    String other = task.name(metric, file.toString());
    if (!other.isEmpty()) {
      throw new FlexoraException(
          "%s: the values of %s are of metric '%s', but of %s; name one with --metric"
              .formatted(file, key.task(), metric, other));
    }
    return cells.computeIfAbsent(key, k -> new ForeignCell(k, file, task));
  }

  /** The cells of a group, in the order in which they came. */
  List<ForeignCell> of(Group group) {
    return cells.values().stream()
        .filter(cell -> new Group(cell.key().model(), cell.key().task()).equals(group))
        .toList();
  }

  Collection<ForeignCell> cells() {
    return cells.values();
  }

  Map<Group, ForeignTask> tasks() {
    return tasks;
  }

  /** Says something once. */
  void note(String sentence) {
    notes.add(sentence);
  }

  List<String> notes() {
    return new ArrayList<>(notes);
  }
}
