package io.flexora.web;

import io.flexora.host.FlexoraHost;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.OutcomeColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All that the page shows of one run, cell or comparison; reads on where its record has grown. */
final class RunDetails {

  private final Path folder;
  private final String id;
  private final RecordCurves record;
  private FolderState state = FolderState.NONE;
  private Map<String, Object> json = Map.of();

  RunDetails(Path folder, String id) {
    this.folder = folder;
    this.id = id;
    this.record = new RecordCurves(folder);
  }

  /**
   * The details as they are now.
   *
   * @throws io.flexora.api.run.FlexoraException if a file of it is damaged, or its configuration
   *     was changed by hand
   */
  synchronized Map<String, Object> json() {
    FolderState now = FolderState.of(folder);
    boolean works = FlexoraHost.worker(folder).isPresent();
    if (!now.equals(state) || works || Boolean.TRUE.equals(json.get("works"))) {
      json = read(works);
      state = now;
    }
    return json;
  }

  private Map<String, Object> read(boolean works) {
    boolean comparison = FlexoraHost.isComparison(folder);
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("id", id);
    read.put("kind", comparison ? "comparison" : "run");
    read.put("works", works);
    // A run may be asked for more, and a comparison for other strategies.
    read.put("configuration", FlexoraHost.configurationOf(folder));
    read.put("files", reports());
    if (comparison) {
      FlexoraHost.comparisonResult(folder).ifPresent(result -> read.put("groups", groups(result)));
    } else {
      record.read();
      Map<String, Object> cells = new LinkedHashMap<>();
      FlexoraHost.outcomes(folder).forEach((name, outcome) -> cells.put(name, cell(outcome)));
      read.put("cells", cells);
      read.put("curves", record.json());
      read.put("layers", finite(record.layers()));
      read.put("phase", record.phase());
      read.put("step", record.step());
      read.put("total", record.total());
      read.put("notices", notices());
    }
    return read;
  }

  private List<Map<String, Object>> notices() {
    return record.notices().stream()
        .map(notice -> Map.<String, Object>of("time", notice.time(), "sentence", notice.sentence()))
        .toList();
  }

  private static Map<String, Object> cell(CellOutcome outcome) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("selected", outcome.selectedLayers());
    members.put("modules", ChosenModules.lines(outcome.selectedModules()));
    members.put("scores", finite(outcome.scores()));
    members.put(
        "descriptions",
        outcome.scoreDescriptions().stream()
            .map(d -> described(d.name(), d.title(), d.neutral()))
            .toList());
    members.put(
        "columns",
        OutcomeColumn.in(OutcomeColumn.Table.PAGE).stream().map(c -> column(c, outcome)).toList());
    members.put("seed", outcome.seed());
    members.put("versions", outcome.versions());
    members.put("decides", outcome.deciding().orElse(""));
    members.put("metrics", outcome.metrics().values().stream().map(RunEntry::measured).toList());
    outcome.failure().ifPresent(why -> members.put("failure", why));
    return members;
  }

  private static Map<String, Object> column(OutcomeColumn column, CellOutcome outcome) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("title", column.name().replace('_', ' '));
    members.put("unit", column.unit());
    column
        .of(outcome)
        .filter(value -> !(value instanceof Double number) || Double.isFinite(number))
        .ifPresent(value -> members.put("value", value));
    return members;
  }

  private static Map<String, Object> described(String name, String title, double neutral) {
    return Map.of("name", name, "title", title, "neutral", neutral);
  }

  /** JSON knows no number that is not finite. */
  private static <K> Map<K, Object> finite(Map<K, ?> numbers) {
    Map<K, Object> finite = new LinkedHashMap<>();
    numbers.forEach((name, value) -> finite.put(name, finiteValue(value)));
    return finite;
  }

  private static Object finiteValue(Object value) {
    if (value instanceof Map<?, ?> map) {
      return finite(map);
    }
    List<Object> list = new ArrayList<>();
    for (Object number : (List<?>) value) {
      list.add(number instanceof Double d && !Double.isFinite(d) ? null : number);
    }
    return list;
  }

  private static List<Map<String, Object>> groups(ComparisonResult result) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (GroupResult group : result.groups()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("model", group.model());
      members.put("task", group.task());
      members.put("sentence", group.sentence());
      group
          .metric()
          .ifPresent(
              metric -> {
                members.put("metric", metric.name());
                members.put("percent", metric.percent());
                members.put("unit", metric.unit());
              });
      members.put("strategies", group.strategies().stream().map(RunDetails::strategy).toList());
      groups.add(members);
    }
    return groups;
  }

  private static Map<String, Object> strategy(StrategyResult strategy) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", strategy.name());
    members.put("done", strategy.done());
    members.put("failed", strategy.failed());
    strategy.mean().ifPresent(mean -> members.put("value", mean));
    strategy.interval().ifPresent(i -> members.put("within", List.of(i.low(), i.high())));
    strategy.trainableParameters().ifPresent(size -> members.put("parameters", size));
    strategy.searchSeconds().ifPresent(time -> members.put("search_seconds", time));
    strategy.seconds().ifPresent(time -> members.put("seconds", time));
    strategy.peakMemoryBytes().ifPresent(bytes -> members.put("memory", bytes));
    strategy.layerFrequency().ifPresent(shares -> members.put("frequency", shares));
    members.put("sentence", strategy.sentence());
    return members;
  }

  private List<String> reports() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> ReportFile.type(name).isPresent())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The report of a name; empty where there is none. */
  static Optional<ReportFile> report(Path folder, String name) {
    return ReportFile.type(name)
        .map(type -> new ReportFile(folder.resolve(name), type))
        .filter(ReportFile::isThere);
  }
}
