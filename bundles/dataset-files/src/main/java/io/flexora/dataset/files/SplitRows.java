package io.flexora.dataset.files;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.dataset.files.select.Candidate;
import io.flexora.dataset.files.select.Draw;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the splits of the rows that may be taken, so that they share none. */
final class SplitRows {
  private final boolean hasTraining;
  private final FilesOptions options;
  private final Set<Split> needed;
  private final Draw draw;
  private final Notices notices;
  private final Map<Split, List<Candidate>> rows;

  /**
   * Begins with the rows of each split's own files.
   *
   * @param needed the splits that have to be as the options say; others may be smaller
   * @param notices where a person is told what was left out
   */
  SplitRows(
      FilesOptions options,
      Seeds seeds,
      Set<Split> needed,
      Notices notices,
      Map<Split, List<Candidate>> rows) {
    this.options = options;
    this.needed = needed;
    this.draw = new Draw(seeds);
    this.notices = notices;
    this.rows = new EnumMap<>(rows);
    this.hasTraining = !rows.get(Split.TRAIN).isEmpty();
  }

  /** Parts the splits from each other. */
  void separate() {
    separate(Split.VALIDATION, Split.TEST);
    separate(Split.TRAIN, Split.TEST);
    separate(Split.TRAIN, Split.VALIDATION);
  }

  private void separate(Split split, Split from) {
    Set<String> groups = groups(rows.get(from));
    List<Candidate> shared =
        rows.get(split).stream().filter(r -> groups.contains(r.group())).toList();
    if (shared.isEmpty()) {
      return;
    }
    String found =
        "dataset files: %d of the %d rows of split %s agree with rows of split %s (%s)"
            .formatted(
                shared.size(),
                rows.get(split).size(),
                SplitFiles.name(split),
                SplitFiles.name(from),
                origins(shared));
    switch (options.duplicates()) {
      case REFUSE ->
          throw new IncompatibleOptionException(
              "duplicates",
              found
                  + "; leave them out by duplicates: drop, or say by group_by what makes rows the"
                  + " same");
      case KEEP -> notices.add(found + "; they are kept, as set by duplicates");
      case DROP -> {
        rows.put(split, rows.get(split).stream().filter(r -> !groups.contains(r.group())).toList());
        notices.add(found + "; they are left out of " + SplitFiles.name(split));
      }
    }
  }

  private static String origins(List<Candidate> rows) {
    return rows.stream().limit(3).map(c -> c.row().origin()).collect(Collectors.joining(", "))
        + (rows.size() > 3 ? ", ..." : "");
  }

  private static Set<String> groups(List<Candidate> rows) {
    return rows.stream().map(Candidate::group).collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * Takes rows from the training split. Where there are too few, those of a split that is not
   * needed are not taken.
   *
   * @throws FlexoraException if there are too few for the splits that are needed
   */
  void holdOut(Optional<HeldOut> validation, Optional<HeldOut> test) {
    if (validation.isEmpty() && test.isEmpty()) {
      return;
    }
    int available = rows.get(Split.TRAIN).size();
    int forTest = test.map(t -> t.of(available)).orElse(0);
    int forValidation = validation.map(v -> v.of(available)).orElse(0);
    if ((long) forTest + forValidation >= available) {
      if (validation.isPresent() && !needed.contains(Split.VALIDATION)) {
        tellTooFew(Split.VALIDATION, forValidation, available);
        holdOut(Optional.empty(), test);
        return;
      }
      if (test.isPresent() && !needed.contains(Split.TEST)) {
        tellTooFew(Split.TEST, forTest, available);
        holdOut(validation, Optional.empty());
        return;
      }
      throw new IncompatibleOptionException(
          (forValidation > forTest ? validation : test).map(HeldOut::option).orElseThrow(),
          "dataset files: validation (%d rows) and test (%d rows) cannot be taken from the %d"
                  .formatted(forValidation, forTest, available)
              + " training rows, of which some have to remain; ask for fewer");
    }
    test.ifPresent(t -> holdOut(Split.TEST, t, forTest));
    validation.ifPresent(v -> holdOut(Split.VALIDATION, v, forValidation));
  }

  private void tellTooFew(Split split, int asked, int available) {
    notices.add(
        "dataset files: %s (%d rows) is not taken from the %d training rows, which are too few"
            .formatted(SplitFiles.name(split), asked, available));
  }

  private void holdOut(Split split, HeldOut held, int count) {
    List<Candidate> training = rows.get(Split.TRAIN);
    Set<String> drawn = draw.groups(SplitFiles.name(split) + " groups", training, count);
    List<Candidate> taken = training.stream().filter(r -> drawn.contains(r.group())).toList();
    rows.put(split, taken);
    rows.put(Split.TRAIN, training.stream().filter(r -> !drawn.contains(r.group())).toList());
    if (taken.isEmpty() && !held.isNone()) {
      String none = none(split, held, count, training);
      if (needed.contains(split)) {
        throw new IncompatibleOptionException(held.option(), none);
      }
      notices.add(none);
    } else if (taken.size() < count) {
      notices.add(
          "dataset files: %s has %d of the %d rows that it asks for, as rows of a group (group_by)"
                  .formatted(SplitFiles.name(split), taken.size(), count)
              + " stay together");
    }
  }

  private static String none(Split split, HeldOut held, int count, List<Candidate> training) {
    String name = SplitFiles.name(split);
    if (count == 0) {
      return "dataset files: %s: %s of the training rows is less than one row; ask for more"
          .formatted(name, held.written());
    }
    Map<String, Long> sizes =
        training.stream().collect(Collectors.groupingBy(Candidate::group, Collectors.counting()));
    return "dataset files: %s asks for %d rows, but rows of a group (group_by) stay together, and"
            .formatted(name, count)
        + " the smallest group has %d; ask for more, or group by other fields"
            .formatted(Collections.min(sizes.values()));
  }

  /**
   * Takes as many rows of each split as the options say.
   *
   * @throws FlexoraException if a split that is needed has fewer, or none of the training rows is
   *     left
   */
  Map<Split, List<Row>> take() {
    if (hasTraining && rows.get(Split.TRAIN).isEmpty() && needed.contains(Split.TRAIN)) {
      throw new IncompatibleOptionException(
          "train", "dataset files: no training row is left; all of them are in other splits too");
    }
    Map<Split, List<Row>> taken = new EnumMap<>(Split.class);
    rows.forEach((split, of) -> taken.put(split, take(split, of)));
    return taken;
  }

  private List<Row> take(Split split, List<Candidate> all) {
    int asked = rowsAsked(split).orElse(all.size());
    int count = needed.contains(split) ? asked : Math.min(asked, all.size());
    if (count > 0 && all.isEmpty()) {
      String name = SplitFiles.name(split);
      throw new IncompatibleOptionException(
          name + "_rows",
          "dataset files: %1$s_rows is %2$d, but there are no rows of split %1$s; name those files by '%1$s'"
              .formatted(name, count));
    }
    if (count > all.size()) {
      throw new IncompatibleOptionException(
          SplitFiles.name(split) + "_rows",
          "dataset files: %s_rows is %d, but split %s has %d rows; ask for fewer"
              .formatted(SplitFiles.name(split), count, SplitFiles.name(split), all.size()));
    }
    List<Candidate> some =
        options.sampling() == RowSampling.FIRST
            ? all.subList(0, count)
            : draw.rows(SplitFiles.name(split) + " rows", all, count);
    return grouped(some);
  }

  /** The rows, of which those that share their group with another one say so. */
  private static List<Row> grouped(List<Candidate> rows) {
    Map<String, Long> sizes =
        rows.stream().collect(Collectors.groupingBy(Candidate::group, Collectors.counting()));
    return rows.stream()
        .map(of -> sizes.get(of.group()) > 1 ? of.row().withGroup(of.group()) : of.row())
        .toList();
  }

  private Optional<Integer> rowsAsked(Split split) {
    return switch (split) {
      case TRAIN -> options.trainRows();
      case VALIDATION -> options.validationRows();
      case TEST -> options.testRows();
    };
  }
}
