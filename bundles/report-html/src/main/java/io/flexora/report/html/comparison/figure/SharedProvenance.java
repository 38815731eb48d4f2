package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.ProvenanceTable;
import io.flexora.results.run.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The versions and hashes behind the cells: what they share, and what differs between them. */
final class SharedProvenance {

  private static final int FEW = 3;

  private SharedProvenance() {}

  static Optional<FigureTable> of(Findings findings) {
    List<RunRecord> runs = findings.runs();
    SortedMap<String, SortedSet<String>> values = new TreeMap<>();
    for (RunRecord run : runs) {
      run.provenance()
          .map(ProvenanceTable::flat)
          .orElse(new TreeMap<>())
          .forEach((what, value) -> values.computeIfAbsent(what, w -> new TreeSet<>()).add(value));
    }
    FigureTable table = FigureTable.of("Provenance of the cells", "What", "Value");
    values.forEach((what, found) -> table.row(what, text(found)));
    return table.rows().isEmpty() ? Optional.empty() : Optional.of(table);
  }

  private static String text(SortedSet<String> found) {
    if (found.size() == 1) {
      return found.first();
    }
    String listed = String.join("; ", found.stream().limit(FEW).toList());
    return found.size() + " different: " + listed + (found.size() > FEW ? "; …" : "");
  }
}
