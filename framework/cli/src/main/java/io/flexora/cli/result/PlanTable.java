package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Table;
import io.flexora.host.comparison.ComparisonPlan;
import io.flexora.host.comparison.ComparisonPlan.TimeEstimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The cells of a comparison with what they are going to take.
 *
 * @since 0.1
 */
public final class PlanTable {

  private static final double MEBIBYTE = 1 << 20;
  private static final double MILLIS = 1e3;

  private final ComparisonPlan plan;

  /** Makes the table. */
  public PlanTable(ComparisonPlan plan) {
    this.plan = plan;
  }

  /** The lines of the table, then what it is in all. */
  public List<String> lines(Palette palette) {
    Table table =
        new Table(
            List.of(
                Table.words("CELL"),
                Table.words("STATE"),
                Table.numbers("MEMORY"),
                Table.numbers("SECONDS")));
    plan.cells().forEach(cell -> table.row(row(cell)));
    List<String> lines = new ArrayList<>(table.lines(palette));
    lines.add("");
    lines.add(summary());
    return lines;
  }

  private static List<String> row(ComparisonPlan.Cell cell) {
    return List.of(
        cell.id().id(),
        cell.state().word(),
        "%.0f MiB".formatted(cell.memory().total() / MEBIBYTE),
        cell.time().map(PlanTable::seconds).orElse("unknown"));
  }

  private static String seconds(TimeEstimate estimate) {
    String text = String.format(Locale.ROOT, "%.1f", estimate.time().toMillis() / MILLIS);
    return estimate.whole() ? text : "over " + text;
  }

  private String summary() {
    List<ComparisonPlan.Cell> toRun =
        plan.cells().stream().filter(ComparisonPlan.Cell::isToRun).toList();
    double memory =
        toRun.stream().mapToLong(cell -> cell.memory().total()).max().orElse(0) / MEBIBYTE;
    return String.format(
        Locale.ROOT,
        "%d cells, %d to run, each with up to %.0f MiB. %s",
        plan.cells().size(),
        toRun.size(),
        memory,
        time(toRun));
  }

  private static String time(List<ComparisonPlan.Cell> toRun) {
    List<TimeEstimate> known =
        toRun.stream().map(ComparisonPlan.Cell::time).flatMap(Optional::stream).toList();
    if (known.isEmpty()) {
      return toRun.isEmpty()
          ? "There is nothing to run."
          : "How long they take is known when the first of them has ended.";
    }
    Duration sum = known.stream().map(TimeEstimate::time).reduce(Duration.ZERO, Duration::plus);
    boolean whole = known.size() == toRun.size() && known.stream().allMatch(TimeEstimate::whole);
    return "One after the other they take %s%d min %d s, as cells like them did."
        .formatted(whole ? "about " : "more than ", sum.toMinutes(), sum.toSecondsPart());
  }

  /** The same for programs. */
  public Map<String, Object> members() {
    return Map.of("cells", plan.cells().stream().map(PlanTable::members).toList());
  }

  private static Map<String, Object> members(ComparisonPlan.Cell cell) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", cell.id().id());
    members.put("model", cell.id().model());
    members.put("task", cell.id().task());
    members.put("strategy", cell.id().strategy());
    members.put("seed", cell.id().seed());
    members.put("state", cell.state().word());
    cell.sameLayers().ifPresent(layers -> members.put("same_layers", layers));
    members.put("memory_bytes", cell.memory().total());
    cell.time().ifPresent(t -> members.put("seconds", t.time().toMillis() / MILLIS));
    cell.time().ifPresent(t -> members.put("search_included", t.whole()));
    return members;
  }
}
