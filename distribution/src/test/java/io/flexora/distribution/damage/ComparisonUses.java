package io.flexora.distribution.damage;

import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.Notices;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a user does with a comparison. */
final class ComparisonUses {

  private ComparisonUses() {}

  /**
   * The uses by their commands, in the order in which they are tried.
   *
   * @param cell the cell whose adapter is exported and scored
   * @param export where to export to
   */
  static Map<String, Use> of(FlexoraHost host, Path comparison, String cell, Path export) {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("query", told -> RunUses.queried(comparison, told));
    uses.put("report", told -> found(host.comparisonOf(comparison).report(comparison), told));
    uses.putAll(RunUses.ofTrained(host, ComparisonFolder.cell(comparison, cell), export));
    uses.put(
        Use.RESUME,
        told -> {
          ComparisonOutcome outcome =
              host.comparisonOf(comparison).resume(comparison, Notices.into(told));
          told.addAll(outcome.failures().values());
          return TinyComparison.contents(comparison);
        });
    return uses;
  }

  private static Object found(ComparisonOutcome outcome, List<String> told) {
    told.addAll(outcome.failures().values());
    return outcome.result();
  }
}
