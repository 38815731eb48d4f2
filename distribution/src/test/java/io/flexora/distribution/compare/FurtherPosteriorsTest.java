package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.host.FlexoraHost;
import io.flexora.query.QueryLimits;
import io.flexora.query.RunQuery;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Posteriors that a comparison gets after its cells were trained. */
@ExtendWith(OneThread.class)
class FurtherPosteriorsTest {

  private static final String CELL = "bert.glosses.random.1";
  private static final String METRICS =
      "tasks.glosses.evaluator={use: classification, metrics: [nll, accuracy]}";
  private static final String STEPS = "steps: {use: checkpoint-ensemble, members: 2, every: 2}";
  private static final String TUNE =
      "tune={tuner: random, trials: 2, options: {trainer.learning_rate: {low: 1e-3, high: 1e-1}}}";
  private static final String BOTH = "posteriors={scaled: temperature, " + STEPS + "}";

  @TempDir static Path folder;
  private static TinyComparison tiny;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> folder);

  /** A comparison that had both posteriors from its beginning; no test changes it. */
  private static ComparisonOutcome whole;

  @BeforeAll
  static void start() throws IOException {
    tiny = TinyComparison.in(folder);
    whole = comparison(BOTH).run(RunListener.NONE);
  }

  @Test
  void isMadeOfWhatIsTrainedAndOfNothingElse() throws IOException {
    ComparisonOutcome first = comparison("posteriors={" + STEPS + "}").run(RunListener.NONE);
    Map<String, byte[]> trained = trainedFiles(first.folder());
    String before = RunFolder.readConfiguration(run(first));

    ComparisonPlan plan =
        comparison(BOTH)
            .plan(
                Optional.of(first.folder()),
                ChangedCode.REFUSE,
                Duration.ofSeconds(1),
                RunListener.NONE);
    assertThat(plan.cells())
        .hasSize(2)
        .allSatisfy(cell -> assertThat(cell.isToRun()).isTrue())
        .allSatisfy(
            cell -> assertThat(cell.cost().orElseThrow().measured()).isEqualTo(CostOrigin.BEFORE));
    assertThat(trainedFiles(first.folder())).hasSameSizeAs(trained);

    ComparisonOutcome then = comparison(BOTH).resume(first.folder(), RunListener.NONE);

    assertThat(then.failures()).isEmpty();
    assertThat(metrics(then)).isEqualTo(metrics(whole));
    trainedFiles(first.folder())
        .forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(trained.get(file)));
    CellFolder scaled = RunFolder.readCell(run(then), "main+scaled");
    assertThat(scaled.base())
        .contains(
            new CellFolder.TrainedParameters(
                "main", RunFolder.readCell(run(then), "main").thetaHash().orElseThrow()));
    assertThat(scaled.damage()).isEmpty();
    assertThat(RunFolder.readConfiguration(run(then))).contains("scaled");
    assertThat(Files.readString(run(then).resolve("earlier-configurations.json")))
        .contains(before.lines().findFirst().orElseThrow());
    assertThat(EventLog.read(EventLog.in(run(then))))
        .filteredOn(event -> event.cell().equals("main"))
        .filteredOn(
            event -> event.what() instanceof Event.StepDone && event.phase().equals("train"))
        .hasSize(6);
    assertThat(notices(then)).contains("The run is to have posterior 'scaled', too.");
    assertThat(EventLog.read(ComparisonFolder.ledger(then.folder())))
        .filteredOn(event -> event.cell().equals(CELL))
        .extracting(RunEvent::kind)
        .containsExactly(
            Event.kind(Event.CellStarted.class),
            Event.kind(Event.CellEnded.class),
            Event.kind(Event.CellStarted.class),
            Event.kind(Event.CellEnded.class));
    assertThat(then.reports())
        .allSatisfy(report -> assertThat(report).content().contains("random+scaled"));
    assertThat(
            new RunQuery(folder.resolve("runs"), QueryLimits.usual(), note -> {})
                .ask(
                    "SELECT cell FROM cells WHERE comparison = '"
                        + then.folder().getFileName()
                        + "'")
                .rows())
        .extracting(row -> row.get(0))
        .contains("main", "main+scaled", "main+steps");
    // Nothing is left to do, also for a look at the finished comparison.
    assertThat(host.comparisonOf(then.folder()).resume(then.folder(), RunListener.NONE).done())
        .isEqualTo(then.done());
  }

  @Test
  void goesOnAfterAnInterruption() {
    ComparisonOutcome first = comparison().run(RunListener.NONE);
    String[] further = {"posteriors={trainings: {use: deep-ensemble, members: 2}}"};
    ComparisonOutcome whole = comparison(further).run(RunListener.NONE);

    Comparison interrupted = comparison(further);
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            // Of the cells that are there nothing else is trained.
            if (cell.contains("random.1") && phase.equals("train") && progress.done() == 4) {
              interrupted.cancel();
            }
          }
        };
    assertThatThrownBy(() -> interrupted.resume(first.folder(), cancelling))
        .isInstanceOf(CancelledException.class);
    // What was begun is in the folder's own configuration.
    ComparisonOutcome then =
        host.comparisonOf(first.folder()).resume(first.folder(), RunListener.NONE);
    assertThat(metrics(then)).isEqualTo(metrics(whole));
  }

  @Test
  void needsWhatTheTrainingKept() {
    ComparisonOutcome first = comparison().run(RunListener.NONE);
    String configuration = RunFolder.readConfiguration(run(first));
    assertThatThrownBy(() -> comparison(BOTH).resume(first.folder(), RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cell bert.glosses.all.1")
        .hasMessageContaining("is trained already")
        .hasMessageContaining(
            "posterior 'steps' needs the parameters after every 2 steps of the training, the last 2"
                + " of them");
    assertThat(RunFolder.readConfiguration(run(first))).isEqualTo(configuration);

    // Three in steps of two were kept, of which a further one may take two.
    ComparisonOutcome kept =
        comparison("posteriors={three: {use: checkpoint-ensemble, members: 3, every: 2}}")
            .run(RunListener.NONE);
    ComparisonOutcome then =
        comparison(
                "posteriors={three: {use: checkpoint-ensemble, members: 3, every: 2}, "
                    + STEPS
                    + "}")
            .resume(kept.folder(), RunListener.NONE);
    ComparisonOutcome whole = comparison("posteriors={" + STEPS + "}").run(RunListener.NONE);
    assertThat(metrics(then)).containsAllEntriesOf(metrics(whole));
    assertThatThrownBy(
            () ->
                comparison("posteriors={three: {use: checkpoint-ensemble, members: 3, every: 1}}")
                    .resume(kept.folder(), RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("posteriors.three.every is 2 there, and 1 now");
  }

  @Test
  void aTrainingThatHasNotEndedBeginsAgainWhereItDidNotKeepWhatIsNeeded() {
    Comparison interrupted = comparison();
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.endsWith("all.1") && phase.equals("train") && progress.done() == 5) {
              interrupted.cancel();
            }
          }
        };
    assertThatThrownBy(() -> interrupted.run(cancelling)).isInstanceOf(CancelledException.class);
    Path begun = interrupted.folder().orElseThrow();
    assertThat(metrics(comparison(BOTH).resume(begun, RunListener.NONE))).isEqualTo(metrics(whole));
  }

  /**
   * The cells that are tested get it; the trials, which no posterior is chosen by, stay as they
   * are.
   */
  @Test
  void isMadeOfWhatATuningChose() throws IOException {
    ComparisonOutcome whole = comparison(TUNE, BOTH).run(RunListener.NONE);
    ComparisonOutcome first = comparison(TUNE, "posteriors={" + STEPS + "}").run(RunListener.NONE);
    Map<String, byte[]> trained = trainedFiles(first.folder());

    ComparisonOutcome then = comparison(TUNE, BOTH).resume(first.folder(), RunListener.NONE);

    assertThat(then.failures()).isEmpty();
    assertThat(metrics(then)).isEqualTo(metrics(whole)).containsKey("random+scaled");
    assertThat(TinyComparison.contents(then.folder()).keySet())
        .isEqualTo(TinyComparison.contents(whole.folder()).keySet());
    assertThat(trainedFiles(then.folder()).keySet()).isEqualTo(trained.keySet());
    trainedFiles(then.folder())
        .forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(trained.get(file)));
    assertThat(then.result().groups().get(0).strategies())
        .filteredOn(strategy -> strategy.name().equals("random"))
        .allSatisfy(
            strategy ->
                assertThat(strategy.cells().get(0).tuning().orElseThrow().trials()).hasSize(2));
  }

  @Test
  void isMadeInProcessesOfTheirOwnToTheSameNumbers() throws Exception {
    ComparisonOutcome first = comparison("posteriors={" + STEPS + "}").run(RunListener.NONE);
    Map<String, byte[]> trained = trainedFiles(first.folder());

    List<String> words = new ArrayList<>(List.of("compare", tiny.file().toString()));
    words.addAll(List.of("--into", first.folder().toString()));
    for (String option : options(BOTH, "runner={use: process, parallel: 2, threads: 1}")) {
      words.addAll(List.of("--set", option));
    }
    Program.Outcome ended = Program.run(folder, words.toArray(String[]::new));

    assertThat(ended.code()).as(ended.err()).isZero();
    ComparisonResult then = FlexoraHost.comparisonResult(first.folder()).orElseThrow();
    assertThat(metrics(then)).isEqualTo(metrics(whole));
    trainedFiles(first.folder())
        .forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(trained.get(file)));
  }

  private static List<String> options(String... options) {
    List<String> all =
        new ArrayList<>(List.of("output_dir=" + folder.resolve("runs"), "seeds=[1]", METRICS));
    all.addAll(List.of(options));
    return all;
  }

  private static Comparison comparison(String... options) {
    return host.comparison(tiny.file(), options(options));
  }

  private static Path run(ComparisonOutcome comparison) {
    return ComparisonFolder.cell(comparison.folder(), CELL);
  }

  /** All files of the trained cells. */
  private static Map<String, byte[]> trainedFiles(Path comparison) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (Path run : ComparisonFolder.cells(comparison)) {
      try (var entries = Files.list(run.resolve("cells/main"))) {
        for (Path file : entries.filter(Files::isRegularFile).sorted().toList()) {
          files.put(run.getFileName() + "/" + file.getFileName(), Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  private static Map<String, Map<String, MetricValue>> metrics(ComparisonOutcome comparison) {
    return metrics(comparison.result());
  }

  private static Map<String, Map<String, MetricValue>> metrics(ComparisonResult comparison) {
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    for (GroupResult group : comparison.groups()) {
      for (StrategyResult strategy : group.strategies()) {
        strategy.cells().forEach(cell -> metrics.put(strategy.name(), cell.metrics()));
      }
    }
    return metrics;
  }

  private static List<String> notices(ComparisonOutcome comparison) {
    return EventLog.read(EventLog.in(run(comparison))).stream()
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(notice -> ((Event.Notice) notice).sentence())
        .toList();
  }
}
