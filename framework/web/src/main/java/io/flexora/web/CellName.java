package io.flexora.web;

import io.flexora.comparison.CellId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of a cell's folder says: {@code MODEL.TASK.ROW.SEED}. */
record CellName(String model, String task, String strategy, long seed) {

  private static final Pattern PARTS =
      Pattern.compile("([^.]+)\\.([^.]+)\\.([^.]+)\\.([0-9]{1,18})");

  static Optional<CellName> of(String folder) {
    Matcher parts = PARTS.matcher(folder);
    return parts.matches()
        ? Optional.of(
            new CellName(
                parts.group(1), parts.group(2), parts.group(3), Long.parseLong(parts.group(4))))
        : Optional.empty();
  }

  String id() {
    return cell().id();
  }

  CellId cell() {
    return new CellId(model, task, strategy, seed);
  }

  Group group() {
    return new Group(model, task);
  }

  /** What is compared with each other. */
  record Group(String model, String task) {}

  /** The order in which a comparison's file names strategies, models and tasks; then by name. */
  static Comparator<CellName> order(List<String> models, List<String> tasks, List<String> names) {
    return by(models, CellName::model)
        .thenComparing(by(tasks, CellName::task))
        .thenComparing(by(names, CellName::strategy))
        .thenComparingLong(CellName::seed);
  }

  private static Comparator<CellName> by(
      List<String> order, java.util.function.Function<CellName, String> part) {
    return Comparator.<CellName>comparingInt(
            name -> Math.floorMod(order.indexOf(part.apply(name)), Integer.MAX_VALUE))
        .thenComparing(part);
  }
}
