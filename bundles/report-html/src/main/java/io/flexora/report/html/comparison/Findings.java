package io.flexora.report.html.comparison;

import io.flexora.api.report.ComparedCell;
import io.flexora.api.report.ComparisonRecord;
import io.flexora.api.report.RunEvent;
import io.flexora.api.report.RunRecord;
import io.flexora.report.html.evidence.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a comparison's record says, read with tolerance for what it lacks.
 *
 * @param record the record
 * @param baseline the strategy that differences are taken against; empty if it says none
 * @param seeds the seeds
 * @param confidence of all intervals
 * @param groups a model with a task each
 */
public record Findings(
    ComparisonRecord record,
    String baseline,
    List<Double> seeds,
    double confidence,
    List<Group> groups) {

  private static final double CONFIDENCE = 0.95;

  /** Reads a record. */
  public static Findings read(ComparisonRecord record) {
    Facts result = new Facts(record.result());
    String baseline = result.text("baseline").orElse("");
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    for (ComparedCell cell : record.cells()) {
      cell.run().ifPresent(run -> runs.put(cell.id(), run));
    }
    List<Group> groups = new ArrayList<>();
    for (Facts group : result.objects("groups")) {
      groups.add(Group.read(groups.size(), group, baseline, runs));
    }
    return new Findings(
        record,
        baseline,
        result.numbers("seeds").orElse(List.of()),
        result.number("confidence").orElse(CONFIDENCE),
        List.copyOf(groups));
  }

  /** The budget that is held equal. */
  public Facts budget() {
    return new Facts(record.result()).object("budget");
  }

  /** What the host says of the whole, if it says something. */
  public Optional<String> sentence() {
    return new Facts(record.result()).text("sentence");
  }

  /** The runs of the cells that were begun. */
  public List<RunRecord> runs() {
    return record.cells().stream().flatMap(cell -> cell.run().stream()).toList();
  }

  /** When the first run began. */
  public Optional<Instant> began() {
    return runs().stream()
        .flatMap(run -> run.events().stream().limit(1))
        .map(RunEvent::time)
        .min(Comparator.naturalOrder());
  }
}
