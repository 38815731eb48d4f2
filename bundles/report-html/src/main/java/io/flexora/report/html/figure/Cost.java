package io.flexora.report.html.figure;

import static java.util.stream.Collectors.joining;

import io.flexora.api.run.Phase;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The cost of each part of each cell.
 *
 * @param title what is measured
 * @param note how it was measured; may be empty
 * @param sum whether the parts add up: they stand side by side, and one above the other otherwise
 * @param rows the cells
 * @param table the same in figures
 */
public record Cost(String title, String note, boolean sum, List<CostBars> rows, FigureTable table) {

  private static final String RESIDENT = "Peak resident memory of the process in each phase.";

  /** The measurements of the parts of a cell. */
  public record PartCosts(String title, boolean emphasis, Map<Phase, Double> parts) {

    private double total(boolean sum) {
      var all = parts.values().stream().mapToDouble(Double::doubleValue).summaryStatistics();
      return sum ? all.getSum() : Math.max(0, all.getMax());
    }
  }

  /** A cell with its parts and their sum or maximum in words. */
  public record CostBars(String title, boolean main, List<PartBar> bars, String total) {

    /** The parts in words. */
    public String words() {
      return bars.stream().map(bar -> bar.part() + " " + bar.value()).collect(joining(", "));
    }
  }

  /** A part. */
  public record PartBar(String part, String width, String value, String tip) {}

  /** The time and the memory, whatever of them was measured. */
  public static List<Cost> of(Evidence evidence) {
    return Stream.of(time("", measured(evidence, Outcome::seconds)), memory(evidence))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Times in seconds; absent if none was measured. */
  public static Optional<Cost> time(String note, List<PartCosts> cells) {
    return of("Time", note, true, cells, Numerals::seconds);
  }

  private static Optional<Cost> memory(Evidence evidence) {
    return of("Peak memory", RESIDENT, false, measured(evidence, Cost::bytes), Numerals::bytes);
  }

  /** The memory of the phases that did something. */
  private static Map<Phase, Double> bytes(Outcome outcome) {
    Map<Phase, Double> bytes = new EnumMap<>(Phase.class);
    outcome
        .bytes()
        .forEach(
            (phase, value) -> {
              Double seconds = outcome.seconds().get(phase);
              if (seconds == null || Phase.isWork(seconds)) {
                bytes.put(phase, value);
              }
            });
    return bytes;
  }

  private static List<PartCosts> measured(
      Evidence evidence, Function<Outcome, Map<Phase, Double>> parts) {
    return evidence.outcomes().stream()
        .map(outcome -> new PartCosts(outcome.title(), outcome.main(), parts.apply(outcome)))
        .toList();
  }

  private static Optional<Cost> of(
      String title, String note, boolean sum, List<PartCosts> cells, DoubleFunction<String> words) {
    double most = cells.stream().mapToDouble(cell -> cell.total(sum)).max().orElse(0);
    if (most <= 0) {
      return Optional.empty();
    }
    List<CostBars> rows =
        cells.stream()
            .filter(cell -> !cell.parts().isEmpty())
            .map(cell -> row(cell, sum, most, words))
            .toList();
    return Optional.of(new Cost(title, note, sum, rows, table(title, cells, words)));
  }

  private static FigureTable table(
      String title, List<PartCosts> cells, DoubleFunction<String> words) {
    Stream<String> parts = Stream.of(Phase.values()).map(part -> "#" + part.title());
    FigureTable table =
        FigureTable.of(title + " by phase", Stream.concat(Stream.of("Cell"), parts).toList());
    for (PartCosts cell : cells) {
      table.row(
          cell.title(),
          cell.emphasis(),
          Stream.of(Phase.values())
              .map(part -> cell.parts().get(part))
              .map(value -> value == null ? Numerals.NONE : words.apply(value))
              .toList());
    }
    return table;
  }

  private static CostBars row(
      PartCosts cell, boolean sum, double most, DoubleFunction<String> words) {
    List<PartBar> bars =
        cell.parts().entrySet().stream()
            .filter(part -> part.getValue() > 0)
            .map(part -> bar(cell, part, most, words))
            .toList();
    return new CostBars(cell.title(), cell.emphasis(), bars, words.apply(cell.total(sum)));
  }

  private static PartBar bar(
      PartCosts cell, Map.Entry<Phase, Double> part, double most, DoubleFunction<String> words) {
    String value = words.apply(part.getValue());
    return new PartBar(
        part.getKey().word(),
        new Scale(0, most, most).at(part.getValue()),
        value,
        cell.title() + ", " + part.getKey().title().toLowerCase(Locale.ROOT) + ": " + value);
  }
}
