package io.flexora.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.files.machine.MemorySize;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunResult;
import io.flexora.results.run.TestSetOutcome;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueryTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.5Z");
  private static final String COMPARISON =
      """
      name: c
      seeds: [1, 2]
      models: {bge.small: {use: encoder}}
      tasks: {words: {}}
      strategies: {all: all, flexora.top: {use: flexora}}
      """;

  @TempDir private Path runs;
  private final List<String> notes = new ArrayList<>();

  @Test
  void aQueryThatDoesNotEndIsStopped() {
    QueryLimits second = new QueryLimits(Duration.ofSeconds(1), MemorySize.parse("1g"));
    String endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) ";

    for (String end : List.of("SELECT count(*) FROM t", "SELECT n FROM t")) {
      long began = System.nanoTime();
      assertThatThrownBy(() -> new RunQuery(runs, second, notes::add).ask(endless + end))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "the query was stopped after 1 seconds; ask for less, or allow more by --time-limit");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void aQueryThatTakesTooMuchMemoryIsRefused() {
    QueryLimits little = new QueryLimits(Duration.ofMinutes(1), MemorySize.parse("100m"));

    assertThatThrownBy(
            () ->
                new RunQuery(runs, little, notes::add)
                    .ask("SELECT list(a.range * b.range) FROM range(9000) a, range(9000) b"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("the query needs more than its memory of 100 MiB");
  }

  @BeforeEach
  void makeRuns() {
    try (RunFolder run = RunFolder.create(runs, "a", NOW, configuration(7, "flexora@0.1.0"))) {
      run.cell("main").writeOutcome(outcome(0.75, List.of(1, 3)));
      run.cell("random").writeOutcome(outcome(0.5, List.of()));
      run.cell("last").writeOutcome(CellOutcome.failed(7, Map.of(), "out of memory"));
      run.cell("main")
          .writePredictions(
              List.of(
                  new Prediction("x:1", 1, 1, List.of(-2.0, -1.0))
                      .withMetrics(Map.of("loss", 1.0, "acc", 1.0)),
                  new Prediction("x:2", 0, 1, List.of(-2.0, -1.5))));
      run.cell("main")
          .writeTestSets(Map.of("far", List.of(new Prediction("y:1", 1, 0, List.of(-1.0, -2.0)))));
      run.events().append(event(0, new Event.PhaseStarted("search")));
      run.events()
          .append(
              event(
                  1,
                  new Event.StepDone(
                      Progress.of(1, 2).withTrainingLoss(0.5).with("alpha", List.of(1.0)))));
      run.writeResult(
          new RunResult(
              "a",
              12,
              new CellResult("flexora", outcome(0.75, List.of(1, 3))),
              Map.of("random", new CellResult("random", outcome(0.5, List.of())))));
    }
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "c", NOW, COMPARISON)) {
      for (String id : List.of("bge.small.words.all.1", "bge.small.words.flexora.top.2")) {
        comparison.prepareCell(id, configuration(id.endsWith("1") ? 1 : 2, "all"));
      }
      Path cell = ComparisonFolder.cell(comparison.path(), "bge.small.words.all.1");
      try (RunFolder run = RunFolder.open(cell)) {
        run.cell("main").writeOutcome(outcome(0.25, List.of(0, 1, 2)));
      }
    }
  }

  @Test
  void posteriorsOfAStrategyAreRowsOfIt() throws IOException {
    try (RunFolder run = RunFolder.create(runs, "p", NOW, configuration(1, "all"))) {
      run.cell("main").writeOutcome(outcome(0.25, List.of(0)));
      run.cell("main+scaled").writeOutcome(outcome(0.5, List.of(0)));
    }

    assertThat(
            ask("SELECT strategy, posterior, value, figures->>'temperature' FROM cells"
                    + " WHERE run LIKE 'p-%' ORDER BY cell")
                .rows())
        .containsExactly(row("all", null, 0.25, "1.5"), row("all", "scaled", 0.5, "1.5"));
  }

  @Test
  void cellsOfRunsAndComparisonsAreRows() {
    QueryResult result =
        ask(
            "SELECT run, cell, model, task, strategy, seed, state, metric, value, standard_error,"
                + " layers, trainable_parameters, seconds_search, peak_memory, failure"
                + " FROM cells ORDER BY run, cell");

    assertThat(result.columns()).startsWith("run", "cell", "model").endsWith("failure");
    String run = "a-20260304-050607";
    assertThat(result.rows())
        .containsExactly(
            row(
                run,
                "last",
                "hf:org/m",
                "piqa",
                "last",
                7L,
                "failed",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "out of memory"),
            row(
                run,
                "main",
                "hf:org/m",
                "piqa",
                "flexora",
                7L,
                "done",
                "acc",
                0.75,
                0.01,
                List.of(1L, 3L),
                100L,
                1.5,
                2000L,
                null),
            row(
                run,
                "random",
                "hf:org/m",
                "piqa",
                "random",
                7L,
                "done",
                "acc",
                0.5,
                0.01,
                List.of(),
                100L,
                1.5,
                2000L,
                null),
            row(
                "c-20260304-050607/bge.small.words.all.1",
                "main",
                "bge.small",
                "words",
                "all",
                1L,
                "done",
                "acc",
                0.25,
                0.01,
                List.of(0L, 1L, 2L),
                100L,
                1.5,
                2000L,
                null));
    assertThat(notes).isEmpty();
  }

  @Test
  void cellsHaveTheChosenModulesWithTheirRanks() {
    List<ChosenModule> modules =
        List.of(
            ChosenModule.of(0, "query", 8),
            ChosenModule.of(2, "value"),
            ChosenModule.ofShared(3, "value"));
    try (RunFolder run = RunFolder.create(runs, "m", NOW, configuration(1, "all"))) {
      run.cell("main").writeOutcome(outcome(0.25, List.of(0, 2, 3), modules));
    }

    assertThat(ask("SELECT modules FROM cells WHERE run LIKE 'm-%'").rows())
        .containsExactly(
            row(
                List.of(
                    Map.of("layer", 0, "module", "query", "rank", 8),
                    Map.of("layer", 2, "module", "value"),
                    Map.of("layer", 3, "module", "value", "shared", true))));
    assertThat(
            ask("SELECT (chosen->>'layer')::BIGINT AS layer, chosen->>'module',"
                    + " (chosen->>'rank')::BIGINT FROM (SELECT"
                    + " unnest(json_extract(modules, '$[*]')) AS chosen FROM cells) ORDER BY layer")
                .rows())
        .containsExactly(row(0L, "query", 8L), row(2L, "value", null), row(3L, "value", null));
  }

  @Test
  void cellsOfWholeLayersHaveNoModulesAndThoseThatFailedHaveNull() {
    assertThat(ask("SELECT cell, modules FROM cells WHERE run LIKE 'a-%' ORDER BY cell").rows())
        .containsExactly(row("last", null), row("main", List.of()), row("random", List.of()));
  }

  @Test
  void cellsHaveTheAdapterOfTheirRow() {
    String text = COMPARISON + "adapters: {dora: {use: dora}, wide: {use: lora@0.1.0}}\n";
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "adapters", NOW, text)) {
      for (String adapter : List.of("dora", "lora@0.1.0")) {
        String row = adapter.equals("dora") ? "dora" : "wide";
        String id = "bge.small.words.flexora.top+" + row + ".1";
        comparison.prepareCell(
            id, configuration(1, "flexora") + "adapter: {use: " + adapter + "}\n");
        try (RunFolder run = RunFolder.open(ComparisonFolder.cell(comparison.path(), id))) {
          run.cell("main").writeOutcome(outcome(0.25, List.of(0)));
        }
      }
    }

    assertThat(
            ask("SELECT model, task, strategy, adapter FROM cells"
                    + " WHERE comparison LIKE 'adapters%' ORDER BY strategy")
                .rows())
        .containsExactly(
            row("bge.small", "words", "flexora.top+dora", "dora"),
            row("bge.small", "words", "flexora.top+wide", "lora"));
  }

  @Test
  void trialsOfATuningAreCellsWithANumber() {
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "tuned", NOW, COMPARISON)) {
      for (String id : List.of("bge.small.words.all.1", "bge.small.words.all.1.trial-12")) {
        comparison.prepareCell(id, configuration(1, "all"));
        try (RunFolder run = RunFolder.open(ComparisonFolder.cell(comparison.path(), id))) {
          run.cell("main").writeOutcome(outcome(0.25, List.of(0)));
        }
      }
    }

    assertThat(
            ask("SELECT model, strategy, seed, trial FROM cells"
                    + " WHERE comparison LIKE 'tuned%' ORDER BY trial")
                .rows())
        .containsExactlyInAnyOrder(
            row("bge.small", "all", 1L, 12L), row("bge.small", "all", 1L, null));
  }

  @Test
  void runsHaveTheirConfiguration() {
    QueryResult result =
        ask(
            "SELECT name, comparison, finished, selector, seed, model_layers, dataset, model"
                + " FROM runs WHERE configuration LIKE '%seed%' ORDER BY run");

    assertThat(result.rows())
        .containsExactly(
            row("n", null, true, "flexora", 7L, 12L, "files", "hf:org/m"),
            row("n", "c-20260304-050607", false, "all", 1L, null, "files", "bge.small"),
            row("n", "c-20260304-050607", false, "all", 2L, null, "files", "bge.small"));
  }

  @Test
  void eventsAndPredictionsAreReadWhereTheyAreNamed() {
    assertThat(
            ask("SELECT step, (figures->>'training_loss')::DOUBLE, figures->'alpha', time"
                    + " FROM Events WHERE kind = 'step'")
                .rows())
        .containsExactly(row(1L, 0.5, List.of(1.0), "2026-03-04T05:06:07.500000"));
    assertThat(
            ask("SELECT example_id, correct, scores FROM predictions JOIN cells USING (run, cell)"
                    + " WHERE strategy = 'flexora' AND test_set IS NULL ORDER BY example_id")
                .rows())
        .containsExactly(
            row("x:1", true, List.of(-2.0, -1.0)), row("x:2", false, List.of(-2.0, -1.5)));
    assertThat(
            ask("SELECT (example_metrics->>'loss')::DOUBLE FROM predictions JOIN cells USING (run,"
                    + " cell) WHERE strategy = 'flexora' AND test_set IS NULL ORDER BY example_id")
                .rows())
        .containsExactly(row(1.0), row((Object) null));
    assertThat(
            ask("SELECT test_set, example_id, correct FROM predictions WHERE test_set IS NOT NULL")
                .rows())
        .containsExactly(row("far", "y:1", false));
    assertThat(
            ask("SELECT (test_sets->'far'->'metrics'->'acc'->>'value')::DOUBLE FROM cells WHERE"
                    + " strategy = 'flexora'")
                .rows())
        .containsExactly(row(0.25));
  }

  @Test
  void aDamagedRunIsLeftOutAndTheOthersAreNot() throws IOException {
    Path damaged = runs.resolve("b-20260304-050607");
    RunFolder.prepare(damaged, configuration(9, "all"));
    Files.createDirectories(damaged.resolve("cells/main"));
    Files.writeString(damaged.resolve("cells/main/outcome.json"), "{\"scores\": ");
    Files.createDirectories(runs.resolve("not-a-run"));
    Path worse = runs.resolve("d");
    RunFolder.prepare(worse, "name: [");
    Path torn = Files.createDirectories(runs.resolve("e"));
    Files.writeString(torn.resolve("events.jsonl"), "");

    assertThat(ask("SELECT count(*) FROM cells").rows()).containsExactly(row(4L));
    assertThat(notes)
        .satisfiesExactlyInAnyOrder(
            note -> assertThat(note).startsWith(damaged + " is left out: "),
            note -> assertThat(note).startsWith(worse + " is left out: "),
            note -> assertThat(note).startsWith(torn + " is left out: "));
  }

  @Test
  void aHugeFileLeavesOneRunOut() throws IOException {
    Path run = runs.resolve("a-20260304-050607");
    for (String file : List.of("events.jsonl", "result.json", "configuration.yaml")) {
      notes.clear();
      try (RandomAccessFile sparse = new RandomAccessFile(run.resolve(file).toFile(), "rw")) {
        sparse.setLength(1L << 40);
      }
      assertThat(ask("SELECT run, step FROM events").rows()).as(file).isEmpty();
      assertThat(notes)
          .singleElement()
          .asString()
          .contains(run.resolve(file) + " has 1048576 MiB; at most");
    }
    assertThat(ask("SELECT count(*) FROM cells").rows()).containsExactly(row(1L));
  }

  @Test
  void aLogWithoutAnEndAndOneWithNonsenseInIt() throws IOException {
    Path events = runs.resolve("a-20260304-050607/events.jsonl");
    String sound = Files.readString(events);
    Files.writeString(events, sound + "{\"cell\":\"ma");
    assertThat(ask("SELECT count(*) FROM events").rows()).containsExactly(row(2L));
    assertThat(notes).isEmpty();

    Files.writeString(events, "nonsense\n" + sound);
    assertThat(ask("SELECT count(*) FROM events").rows()).containsExactly(row(0L));
    assertThat(notes).singleElement().asString().contains("events.jsonl:1 is not an event");
    assertThat(ask("SELECT count(*) FROM cells").rows()).containsExactly(row(4L));
  }

  @Test
  void aRunOrAComparisonCanBeAskedByItself() {
    assertThat(answer("a-20260304-050607", "SELECT count(*) FROM cells")).isEqualTo(3L);
    assertThat(answer("c-20260304-050607", "SELECT count(*) FROM runs")).isEqualTo(2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM read_text('%s')",
        "SELECT * FROM '%s'",
        "SELECT * FROM read_csv('%s')",
        "COPY (SELECT 1) TO '%s.new'",
        "COPY runs TO '%s'",
        "ATTACH '%s.db' AS other",
        "EXPORT DATABASE '%s.folder'",
        "INSTALL httpfs",
        "LOAD '%s'",
        "SELECT * FROM glob('%s*')",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_paths = ['%s']",
        "SET temp_directory = '%s'"
      })
  void aQueryReachesNoFile(String sql) throws IOException {
    Path file = runs.resolve("secret.txt");
    Files.writeString(file, "secret");

    assertThatThrownBy(() -> ask(sql.formatted(file)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("the query is wrong: ");
    assertThatThrownBy(() -> ask("SELECT 1; " + sql.formatted(file)))
        .isInstanceOf(FlexoraException.class);
    assertThat(Files.readString(file)).isEqualTo("secret");
    try (Stream<Path> left = Files.list(runs)) {
      assertThat(left.filter(p -> p.getFileName().toString().startsWith("secret"))).hasSize(1);
    }
  }

  @Test
  void nothingIsWritten() throws IOException {
    Map<Path, FileTime> before = modified();

    ask("SELECT * FROM runs, cells, events, predictions");
    ask("DELETE FROM cells RETURNING run");

    assertThat(modified()).isEqualTo(before);
    assertThat(ask("SELECT count(*) FROM cells").rows()).containsExactly(row(4L));
  }

  @Test
  void aWrongQueryIsOneMessage() {
    assertThatThrownBy(() -> ask("SELECT valeu FROM cells"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("valeu")
        .hasMessageContaining("value")
        .hasMessageContaining("--schema")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> ask("SELEC 1")).hasMessageContaining("SELEC");
    assertThatThrownBy(() -> ask("")).hasMessageContaining("wrong");
    assertThatThrownBy(() -> ask("CREATE TABLE t (i INTEGER)")).hasMessageContaining("no rows");
  }

  @Test
  void whereThereAreNoRunsItSaysSo() {
    Path missing = runs.resolve("nowhere");
    assertThatThrownBy(() -> new RunQuery(missing, QueryLimits.usual(), notes::add).ask("SELECT 1"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("flexora run");
    Path cells = runs.resolve("a-20260304-050607/adapter");
    assertThat(cells.toFile().mkdir()).isTrue();
    assertThatThrownBy(() -> new RunQuery(cells, QueryLimits.usual(), notes::add).ask("SELECT 1"))
        .hasMessageContaining("no runs in");
  }

  @Test
  void valuesOfAllKindsComeAsPlainOnes() {
    assertThat(
            ask("SELECT 1::TINYINT, 2.5::DECIMAL(4, 2), 1.5::FLOAT, {'a': [1, NULL]}, MAP {'k': 2},"
                    + " DATE '2026-01-02', NULL, true, '[1]'::JSON")
                .rows())
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.toString())
                    .isEqualTo(
                        "[1, 2.50, 1.5, {a=[1, null]}, {k=2}, 2026-01-02, null, true, [1]]"));
  }

  @Test
  void timesAreThoseOfTheDatabaseInEachZone() {
    TimeZone before = TimeZone.getDefault();
    // Its clocks skip the hour from 02:00 to 03:00 on that day.
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    try {
      assertThat(
              ask("SELECT TIMESTAMP '2026-03-08 02:30:00', TIMESTAMP_NS '2026-03-08 02:30:00.5',"
                      + " TIMESTAMP_S '2026-03-08 02:30:05', TIMESTAMPTZ '2026-03-08 02:30:00+00',"
                      + " NULL::TIMESTAMP, union_value(t := TIMESTAMP '2026-03-08 00:00:00')")
                  .rows())
          .containsExactly(
              row(
                  "2026-03-08T02:30:00.000000",
                  "2026-03-08T02:30:00.500000",
                  "2026-03-08T02:30:05.000000",
                  "2026-03-08T02:30:00.000000Z",
                  null,
                  "2026-03-08T00:00:00.000000"));
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /** Runs are asked about in a moment, as their events are not read. */
  @Test
  void manyRunsAreFast() throws IOException {
    Path first = runs.resolve("a-20260304-050607");
    for (int i = 0; i < 200; i++) {
      Path copy = Files.createDirectories(runs.resolve("r" + i + "/cells/main"));
      Files.copy(
          first.resolve("configuration.yaml"), runs.resolve("r" + i + "/configuration.yaml"));
      for (String file : List.of("manifest.json", "outcome.json")) {
        Files.copy(first.resolve("cells/main").resolve(file), copy.resolve(file));
      }
    }
    long start = System.nanoTime();
    assertThat(ask("SELECT count(*), avg(value) FROM cells").rows().get(0).get(0)).isEqualTo(204L);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  private QueryResult ask(String sql) {
    return new RunQuery(runs, QueryLimits.usual(), notes::add).ask(sql);
  }

  private Object answer(String folder, String sql) {
    return new RunQuery(runs.resolve(folder), QueryLimits.usual(), notes::add)
        .ask(sql)
        .rows()
        .get(0)
        .get(0);
  }

  private Map<Path, FileTime> modified() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(runs)) {
      files.forEach(file -> times.put(file, time(file)));
    }
    return times;
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  private static String configuration(long seed, String selector) {
    return """
    name: n
    seed: %d
    model: {use: decoder@0.1.0, source: "hf:org/m@abc"}
    dataset: {use: files@0.1.0}
    task: {use: piqa@0.1.0}
    selector: {use: %s}
    """
        .formatted(seed, selector);
  }

  private static CellOutcome outcome(double accuracy, List<Integer> layers) {
    return outcome(accuracy, layers, List.of());
  }

  private static CellOutcome outcome(
      double accuracy, List<Integer> layers, List<ChosenModule> modules) {
    return CellOutcome.of(7)
        .selectedLayers(layers)
        .selectedModules(modules)
        .scores(Map.of("alpha", List.of(0.5, Double.NaN)))
        .trainableParameters(100)
        .metrics(
            Map.of(
                "acc",
                new MetricValue(MetricDescription.fraction("acc"), accuracy, 0.01),
                "loss",
                new MetricValue(MetricDescription.error("loss"), 2, Double.NaN)))
        .figures(Map.of("temperature", Figure.of(1.5)))
        .deciding(Optional.of("acc"))
        .testSets(
            Map.of(
                "far",
                new TestSetOutcome(
                    Map.of(
                        "acc",
                        new MetricValue(MetricDescription.fraction("acc"), 0.25, Double.NaN)),
                    "acc")))
        .seconds(Map.of("search", 1.5, "train", 2.5))
        .peakMemoryBytes(Map.of("search", 1000L, "train", 2000L))
        .build();
  }

  private static RunEvent event(long step, Event what) {
    return new RunEvent(TIME, "main", "search", step, what);
  }
}
