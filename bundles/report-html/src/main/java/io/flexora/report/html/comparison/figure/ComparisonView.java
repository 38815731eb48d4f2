package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.figure.Cover;
import io.flexora.report.html.figure.Drawing;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.ProvenanceTable;
import io.flexora.report.html.figure.ShellPath;
import io.flexora.results.run.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that the page of a comparison shows, in its order.
 *
 * @param cover the head
 * @param folder the comparison's folder as a command line names it
 * @param summary all groups together; absent if there is one
 * @param groups a model with a task each
 * @param unfinished the cells that are not done
 * @param explanations what the figures mean
 * @param configuration the resolved configuration
 * @param provenance versions and hashes
 */
public record ComparisonView(
    Heading cover,
    String folder,
    Optional<FigureTable> summary,
    List<GroupView> groups,
    Optional<FigureTable> unfinished,
    List<Cover.Fact> explanations,
    String configuration,
    Optional<FigureTable> provenance) {

  /** Draws everything. */
  public static ComparisonView of(Findings findings) {
    return new ComparisonView(
        Heading.of(findings),
        ShellPath.of(findings.record().folder()),
        Summary.of(findings),
        findings.groups().stream().map(group -> GroupView.of(findings, group)).toList(),
        Unfinished.of(findings),
        Explanations.of(findings),
        findings.record().configuration(),
        SharedProvenance.of(findings));
  }

  /** The charts that the page's script draws. */
  public List<Drawing> charts() {
    return groups.stream().flatMap(GroupView::charts).toList();
  }

  /** The versions and hashes behind the cells: what they share, and what differs between them. */
  private static final class SharedProvenance {

    private static final int FEW = 3;

    private SharedProvenance() {}

    static Optional<FigureTable> of(Findings findings) {
      List<RunRecord> runs = findings.runs();
      SortedMap<String, SortedSet<String>> values = new TreeMap<>();
      for (RunRecord run : runs) {
        run.provenance()
            .map(ProvenanceTable::flat)
            .orElse(new TreeMap<>())
            .forEach(
                (what, value) -> values.computeIfAbsent(what, w -> new TreeSet<>()).add(value));
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
}
