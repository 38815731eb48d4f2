package io.flexora.experiment.inputs;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.Examples;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The check that datasets and tasks keep their contracts. Whether they do depends on somebody's
 * files, so that no suite of theirs can tell.
 */
final class DataFit {

  private DataFit() {}

  /**
   * Checks what a dataset has loaded.
   *
   * @return the rows
   * @throws FlexoraException if there are none of a split, or a row has no origin of its own
   */
  static Map<Split, List<Row>> requireRows(String dataset, Map<Split, List<Row>> rows) {
    String who = "dataset '%s'".formatted(dataset);
    if (rows == null) {
      throw new FlexoraException(who + " returned no rows, not even empty splits");
    }
    Map<String, Split> origins = new HashMap<>();
    for (Split split : Split.values()) {
      List<Row> ofSplit = rows.get(split);
      if (ofSplit == null) {
        throw new FlexoraException(
            "%s returned no list of %s rows; a split without rows has an empty one"
                .formatted(who, word(split)));
      }
      for (Row row : ofSplit) {
        if (row == null || row.origin() == null) {
          throw new FlexoraException(
              "%s returned a %s row without an origin, by which records name it"
                  .formatted(who, word(split)));
        }
        Split other = origins.put(row.origin(), split);
        if (other != null) {
          throw new FlexoraException(repeated(who, row.origin(), other, split));
        }
      }
    }
    return rows;
  }

  private static String repeated(String who, String origin, Split one, Split other) {
    return one == other
        ? "%s returned two %s rows of the origin '%s'; each row needs an origin of its own"
            .formatted(who, word(one), origin)
        : "%s returned row '%s' among the %s rows and among the %s rows; splits share no row"
            .formatted(who, origin, word(one), word(other));
  }

  /**
   * Checks what a task has made of rows.
   *
   * @return the examples
   * @throws FlexoraException if it did not make one example of each row in their order, but for
   *     those that it left out, or the choices are not the classes
   */
  static Examples requireExamples(String task, Map<Split, List<Row>> rows, Examples made) {
    String who = "task '%s'".formatted(task);
    if (made == null) {
      throw new FlexoraException(who + " returned no examples");
    }
    requireOnce(who, made.classes());
    for (Split split : Split.values()) {
      requireOfEachRow(who, split, kept(rows.get(split), made), made.of(split));
      for (Example example : made.of(split)) {
        requireClasses(who, example, made.classes());
      }
    }
    return made;
  }

  /** The rows of which a task has made examples. */
  static List<Row> kept(List<Row> rows, Examples made) {
    return rows.stream().filter(row -> !made.leftOut().contains(row.origin())).toList();
  }

  private static void requireOfEachRow(
      String who, Split split, List<Row> rows, List<Example> examples) {
    if (examples.size() != rows.size()) {
      throw new FlexoraException(
          "%s made %d examples of %d %s rows; it has to make one of each"
              .formatted(who, examples.size(), rows.size(), word(split)));
    }
    for (int i = 0; i < examples.size(); i++) {
      String origin = rows.get(i).origin();
      if (examples.get(i) == null || !origin.equals(examples.get(i).id())) {
        throw new FlexoraException(
            "%s made %s of row '%s'; it has to make an example with the row's origin as its ID"
                .formatted(
                    who,
                    examples.get(i) == null
                        ? "nothing"
                        : "example '%s'".formatted(examples.get(i).id()),
                    origin));
      }
    }
  }

  private static void requireOnce(String who, List<String> classes) {
    Set<String> seen = new HashSet<>();
    for (String name : classes) {
      if (!seen.add(name)) {
        throw new FlexoraException("%s has the class '%s' twice".formatted(who, name));
      }
    }
  }

  private static void requireClasses(String who, Example example, List<String> classes) {
    if (!classes.isEmpty() && !example.choices().equals(classes)) {
      throw new FlexoraException(
          "%s gave example '%s' the choices %s, but its classes are %s; where there are classes, they are the choices of every example, in their order"
              .formatted(who, example.id(), example.choices(), classes));
    }
  }

  private static String word(Split split) {
    return switch (split) {
      case TRAIN -> "training";
      case VALIDATION, TEST -> split.name().toLowerCase(Locale.ROOT);
    };
  }
}
