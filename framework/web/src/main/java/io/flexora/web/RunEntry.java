package io.flexora.web;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.host.FlexoraHost;
import io.flexora.query.RunSummary;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A run or a comparison as a line of the table; reads its folder when that has changed. */
final class RunEntry {

  private static final String UNFINISHED = "unfinished";
  private static final String DAMAGED = "damaged";

  private final Path folder;
  private final String id;
  private final InstantSource clock;
  private FolderState state = FolderState.NONE;
  private boolean settled;
  private Map<String, Object> summary = Map.of();
  private Map<String, Object> json = Map.of();
  private Optional<RecordCurves> record = Optional.empty();
  private Optional<LedgerLines> ledger = Optional.empty();

  RunEntry(Path folder, InstantSource clock) {
    this.folder = folder;
    this.id = folder.getFileName().toString();
    this.clock = clock;
  }

  /** Looks at the folder again; whether the line has changed. */
  boolean refresh() {
    FolderState now = FolderState.of(folder);
    if (!settled || !now.equals(state)) {
      settled = now.isSettled(clock.instant());
      state = now;
      summary = read();
    }
    Map<String, Object> line = line();
    boolean differs = !line.equals(json);
    json = line;
    return differs;
  }

  Map<String, Object> json() {
    return json;
  }

  private Map<String, Object> read() {
    try {
      return members(FlexoraHost.summary(folder));
    } catch (FlexoraException e) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("id", id);
      members.put("name", id);
      members.put("kind", FlexoraHost.isComparison(folder) ? "comparison" : "run");
      members.put("state", DAMAGED);
      members.put("problem", e.getMessage());
      return members;
    }
  }

  private Map<String, Object> members(RunSummary run) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", id);
    members.put("name", run.name());
    members.put("kind", run.comparison() ? "comparison" : "run");
    boolean ended = run.ended() && !(run.comparison() && lacksCells());
    members.put("state", ended ? run.failed().isEmpty() ? "done" : "failed" : UNFINISHED);
    run.started().ifPresent(time -> members.put("started", time.toString()));
    members.put("model", String.join(", ", run.models()));
    members.put("task", String.join(", ", run.tasks()));
    members.put("strategies", run.strategies());
    members.put("options", run.options());
    members.put("metrics", metrics(run.metrics()));
    run.metric().ifPresent(metric -> members.putAll(measured(metric)));
    run.best().ifPresent(best -> members.put("strategy", best));
    double all = run.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    if (ended) {
      members.put("seconds", all);
      members.put("search_seconds", run.seconds().getOrDefault(Phase.SEARCH.word(), 0.0));
    }
    run.peakMemoryBytes().ifPresent(bytes -> members.put("memory", bytes));
    run.trainableParameters().ifPresent(size -> members.put("parameters", size));
    if (!run.failed().isEmpty()) {
      members.put("failed", run.failed());
    }
    return members;
  }

  /**
   * Whether a comparison was gone on with, and not to its end: what it had found before knows
   * nothing of further cells, nor of those that are made again.
   */
  private boolean lacksCells() {
    LedgerLines read = ledger();
    return !read.hasEnded() && read.done() < read.cells();
  }

  /** The finite values of metrics by their names, each with how it is shown. */
  private static Map<String, Object> metrics(List<MetricValue> metrics) {
    Map<String, Object> read = new LinkedHashMap<>();
    for (MetricValue metric : metrics) {
      if (Double.isFinite(metric.value())) {
        Map<String, Object> members = measured(metric);
        members.keySet().retainAll(Set.of("value", "percent", "unit", "lower_is_better"));
        read.put(metric.name(), members);
      }
    }
    return read;
  }

  /** A metric's value as the page shows it. */
  static Map<String, Object> measured(MetricValue metric) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("metric", metric.name());
    if (Double.isFinite(metric.value())) {
      members.put("value", metric.value());
    }
    if (Double.isFinite(metric.standardError())) {
      members.put("standard_error", metric.standardError());
    }
    metric.interval().ifPresent(ends -> members.put("interval", List.of(ends.low(), ends.high())));
    members.put("percent", metric.description().percent());
    members.put("unit", metric.description().unit());
    members.put("lower_is_better", metric.description().lowerIsBetter());
    return members;
  }

  /** What is read from the folder, and what its process tells meanwhile. */
  private Map<String, Object> line() {
    Map<String, Object> line = summary;
    boolean works = mayBeWorkedOn() && FlexoraHost.worker(folder).isPresent();
    if (works || UNFINISHED.equals(summary.get("state"))) {
      line = new LinkedHashMap<>(summary);
      boolean begun = state.record() > 0;
      line.put("state", works ? "running" : begun ? "interrupted" : "not begun");
      if (isComparison() && (works || begun)) {
        ledger(line);
      } else if (works) {
        record(line);
      }
    }
    if (!works) {
      record = Optional.empty();
      ledger = Optional.empty();
    }
    return line;
  }

  /** A comparison that is gone on with keeps what it had found, until it has found more. */
  private boolean mayBeWorkedOn() {
    return UNFINISHED.equals(summary.get("state"))
        || (isComparison() && !DAMAGED.equals(summary.get("state")));
  }

  private boolean isComparison() {
    return "comparison".equals(summary.get("kind"));
  }

  private void record(Map<String, Object> line) {
    RecordCurves read = record.orElseGet(() -> new RecordCurves(folder));
    record = Optional.of(read);
    read.read();
    line.put("cell", read.cell());
    line.put("phase", read.phase());
    line.put("step", read.step());
    line.put("total", read.total());
  }

  private void ledger(Map<String, Object> line) {
    LedgerLines read = ledger();
    line.put("cells", read.cells());
    line.put("cells_done", read.done());
  }

  private LedgerLines ledger() {
    LedgerLines read = ledger.orElseGet(() -> new LedgerLines(folder));
    ledger = Optional.of(read);
    read.read();
    return read;
  }
}
