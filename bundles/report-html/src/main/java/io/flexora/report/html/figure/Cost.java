package io.flexora.report.html.figure;

import static java.util.stream.Collectors.joining;

import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.report.html.evidence.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What each part of each cell took.
 *
 * @param title what is measured
 * @param note how it was measured; may be empty
 * @param sum whether the parts add up: they stand side by side, and one above the other otherwise
 * @param rows the cells
 * @param table the same in figures
 */
public record Cost(String title, String note, boolean sum, List<Row> rows, Table table) {

  private static final String RESIDENT = "Resident memory of the process during each part.";

  /** A cell with its parts and their sum or maximum in words. */
  public record Row(String title, boolean main, List<Bar> bars, String total) {

    /** The parts in words. */
    public String words() {
      return bars.stream().map(bar -> bar.part() + " " + bar.value()).collect(joining(", "));
    }
  }

  /** A part. */
  public record Bar(String part, String width, String value, String tip) {}

  /** The time and the memory, whatever of them was measured. */
  public static List<Cost> of(Evidence evidence) {
    return List.of(time(evidence), memory(evidence)).stream().flatMap(Optional::stream).toList();
  }

  private static Optional<Cost> time(Evidence evidence) {
    double most =
        evidence.outcomes().stream().mapToDouble(o -> o.totalSeconds().orElse(0)).max().orElse(0);
    return of(evidence, "Time", true, Outcome::seconds, most, Numerals::seconds)
        .filter(cost -> most > 0);
  }

  private static Optional<Cost> memory(Evidence evidence) {
    double most =
        evidence.outcomes().stream()
            .flatMap(outcome -> outcome.bytes().values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0);
    return of(evidence, "Peak memory", false, Outcome::bytes, most, Numerals::bytes)
        .filter(cost -> most > 0);
  }

  private static Optional<Cost> of(
      Evidence evidence,
      String title,
      boolean sum,
      Function<Outcome, Map<Part, Double>> parts,
      double most,
      DoubleFunction<String> words) {
    List<Row> rows =
        evidence.outcomes().stream()
            .filter(outcome -> !parts.apply(outcome).isEmpty())
            .map(outcome -> row(outcome, parts.apply(outcome), sum, most, words))
            .toList();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Cost(title, sum ? "" : RESIDENT, sum, rows, table(evidence, title, parts, words)));
  }

  private static Table table(
      Evidence evidence,
      String title,
      Function<Outcome, Map<Part, Double>> parts,
      DoubleFunction<String> words) {
    List<String> columns = new ArrayList<>(List.of("Cell"));
    Stream.of(Part.values()).forEach(part -> columns.add("#" + part.title()));
    Table table = Table.of(title + " of each part", columns);
    for (Outcome outcome : evidence.outcomes()) {
      Map<Part, Double> measured = parts.apply(outcome);
      table.row(
          outcome.title(),
          outcome.main(),
          Stream.of(Part.values())
              .map(
                  part ->
                      measured.containsKey(part) ? words.apply(measured.get(part)) : Numerals.NONE)
              .toList());
    }
    return table;
  }

  private static Row row(
      Outcome outcome,
      Map<Part, Double> parts,
      boolean sum,
      double most,
      DoubleFunction<String> words) {
    List<Bar> bars =
        parts.entrySet().stream()
            .filter(part -> part.getValue() > 0)
            .map(part -> bar(outcome, part, most, words))
            .toList();
    var all = parts.values().stream().mapToDouble(Double::doubleValue).summaryStatistics();
    return new Row(
        outcome.title(), outcome.main(), bars, words.apply(sum ? all.getSum() : all.getMax()));
  }

  private static Bar bar(
      Outcome outcome, Map.Entry<Part, Double> part, double most, DoubleFunction<String> words) {
    String value = words.apply(part.getValue());
    return new Bar(
        part.getKey().key(),
        new Scale(0, most, most).at(part.getValue()),
        value,
        outcome.title()
            + ", "
            + part.getKey().title().toLowerCase(java.util.Locale.ROOT)
            + ": "
            + value);
  }
}
