package io.flexora.web;

import io.flexora.comparison.cell.CellId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The name of a cell's folder: {@code MODEL.TASK.ROW.SEED}, and the number of a trial. */
record CellName(CellId cell) {

  static Optional<CellName> of(String folder) {
    return CellId.of(folder).map(CellName::new);
  }

  String id() {
    return cell.id();
  }

  String model() {
    return cell.model();
  }

  String task() {
    return cell.task();
  }

  String strategy() {
    return cell.strategy();
  }

  long seed() {
    return cell.seed();
  }

  /** Its number where it is a trial of a tuning. */
  OptionalInt trial() {
    return cell.trial();
  }

  ComparedGroup group() {
    return new ComparedGroup(model(), task());
  }

  /** The cells that are compared with each other. */
  record ComparedGroup(String model, String task) {}

  /** The order in which a comparison's file names strategies, models and tasks; then by name. */
  static Comparator<CellName> order(List<String> models, List<String> tasks, List<String> names) {
    return by(models, CellName::model)
        .thenComparing(by(tasks, CellName::task))
        .thenComparing(by(names, CellName::strategy))
        .thenComparingLong(CellName::seed)
        .thenComparingInt(name -> name.trial().orElse(Integer.MAX_VALUE));
  }

  private static Comparator<CellName> by(List<String> order, Function<CellName, String> part) {
    return Comparator.<CellName>comparingInt(
            name -> Math.floorMod(order.indexOf(part.apply(name)), Integer.MAX_VALUE))
        .thenComparing(part);
  }
}
