package io.flexora.report.html.comparison;

import io.flexora.results.comparison.ComparedCell;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The findings of a comparison's record.
 *
 * @param record the record
 * @param groups a model with a task each
 */
public record Findings(ComparisonRecord record, List<Group> groups) {

  /** Reads a record. */
  public static Findings read(ComparisonRecord record) {
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    for (ComparedCell cell : record.cells()) {
      cell.run().ifPresent(run -> runs.put(cell.id(), run));
    }
    List<Group> groups = new ArrayList<>();
    for (GroupResult group : record.result().groups()) {
      groups.add(Group.read(groups.size(), group, record.result().baseline(), runs));
    }
    return new Findings(record, List.copyOf(groups));
  }

  /** The strategy that differences are taken against. */
  public String baseline() {
    return record.result().baseline();
  }

  /** The confidence of all intervals. */
  public double confidence() {
    return record.result().confidence();
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
