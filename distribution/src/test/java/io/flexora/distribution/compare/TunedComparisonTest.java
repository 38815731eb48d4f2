package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.host.FlexoraHost;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparisons whose strategies are tuned, from the configuration to the reports. */
@ExtendWith(OneThread.class)
class TunedComparisonTest {

  private static final String OPTIONS =
      "{trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}, adapter.lora_rank: {low: 1,"
          + " high: 4}, strategies.random.layers: {values: [1, 2, 3]}}";

  private static final String INNER = "strategies.searched.solver.inner.learning_rate";

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private TinyComparison tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void theTrialThatValidationDataFavoursIsTestedAndNothingElseSeesTheTestExamples() {
    ComparisonOutcome outcome =
        comparison("seeds=[1]", "reports=[csv, html]", tune("random", 3, OPTIONS))
            .run(RunListener.NONE);

    assertThat(outcome.failures()).isEmpty();
    TrialRecord chosen = tuning(outcome, "all", 1).kept().orElseThrow();
    assertThat(outcome.reports().get(0))
        .content()
        .contains("tuning_chosen,tuning_values,tuning_gain")
        .contains("trainer.learning_rate=" + chosen.values().get("trainer.learning_rate"));
    assertThat(outcome.reports().get(1))
        .content()
        .contains(
            "Tuning of each strategy with each seed",
            "by random, 3 settings for each strategy and seed, judged by 50",
            "tuning changed the values of",
            "Difference from the baseline on the tuning examples",
            ", where the difference from all is ");
    assertThat(outcome.cells()).as("trials are no rows").hasSize(2);
    requireDifference(outcome);
    requireTested(outcome, "all", 1);
    requireTested(outcome, "random", 1);
    Set<Map<String, String>> tried =
        tuning(outcome, "all", 1).trials().stream()
            .map(TrialRecord::values)
            .collect(Collectors.toSet());
    assertThat(tried).hasSize(3);
    assertThat(tuning(outcome, "all", 1).trials().get(0).values())
        .isEqualTo(Map.of("trainer.learning_rate", "0.02", "adapter.lora_rank", "2"));
    // What both strategies have is tried alike.
    assertThat(tuning(outcome, "random", 1).trials().get(2).values())
        .containsAllEntriesOf(tuning(outcome, "all", 1).trials().get(2).values())
        .containsKey("strategies.random.layers");
    assertThat(outcome.result().tuning().orElseThrow().trials()).hasValue(3);
    assertThat(FlexoraHost.comparisonResult(outcome.folder())).contains(outcome.result());
    assertThat(strategy(outcome, "all").tuning().orElseThrow().cells()).isEqualTo(1);
    assertThat(strategy(outcome, "all").sentence()).contains("tuning");
  }

  /** That of the one seed, with the values of the first trials and with those that were kept. */
  private static void requireDifference(ComparisonOutcome outcome) {
    Tuning random = tuning(outcome, "random", 1);
    Tuning all = tuning(outcome, "all", 1);
    TunedDifference found =
        strategy(outcome, "random").tuning().orElseThrow().againstBaseline().orElseThrow();
    assertThat(found.seeds()).isEqualTo(1);
    assertThat(found.byDefault())
        .isEqualTo(
            random.trials().get(0).value().orElseThrow()
                - all.trials().get(0).value().orElseThrow());
    assertThat(found.kept())
        .isEqualTo(
            random.kept().orElseThrow().value().orElseThrow()
                - all.kept().orElseThrow().value().orElseThrow());
    assertThat(strategy(outcome, "all").tuning().orElseThrow().againstBaseline()).isEmpty();
  }

  private static void requireTested(ComparisonOutcome outcome, String strategy, long seed) {
    String tested = "bert.glosses.%s.%d".formatted(strategy, seed);
    Tuning tuning = tuning(outcome, strategy, seed);
    assertThat(tuning.trials()).hasSize(3);
    Set<String> judging = new HashSet<>();
    for (TrialRecord trial : tuning.trials()) {
      assertThat(trial.id()).isEqualTo(tested + ".trial-" + trial.number());
      Set<String> examples = examples(outcome, trial.id());
      assertThat(examples).hasSize(20).doesNotContainAnyElementsOf(examples(outcome, tested));
      judging.addAll(examples);
      assertThat(trial.value())
          .hasValue(outcome(outcome, trial.id()).metrics().get("accuracy").value());
    }
    assertThat(judging).as("the same examples judge each trial").hasSize(20);
    assertThat(examples(outcome, tested)).hasSize(40);
    TrialRecord kept = tuning.kept().orElseThrow();
    double best =
        tuning.trials().stream().mapToDouble(t -> t.value().orElseThrow()).max().orElseThrow();
    assertThat(kept.value()).hasValue(best);
    assertThat(tuning.gain().orElseThrow())
        .isCloseTo(best - tuning.trials().get(0).value().orElseThrow(), within(1e-12));
    assertThat(theta(outcome, tested))
        .as("the tested cell is trained as its trial was, bit for bit")
        .isEqualTo(theta(outcome, kept.id()));
    assertThat(notices(outcome, tested))
        .as("in one process it takes the training of its trial")
        .anyMatch(notice -> notice.contains("by %s: its training".formatted(kept.id())));
    double seconds =
        tuning.trials().stream()
            .flatMap(trial -> outcome(outcome, trial.id()).seconds().values().stream())
            .mapToDouble(Double::doubleValue)
            .sum();
    assertThat(tuning.seconds()).isCloseTo(seconds, within(1e-9));
    assertThat(tuning.trainingSteps()).isEqualTo(3 * 6);
  }

  @Test
  void anOptionThatIsTheSameAsAnotherHasItsValueInEachTrial() throws IOException {
    String range = "trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}";
    List<String> options =
        List.of(
            "seeds=[1]",
            "reports=[csv, html, latex]",
            "baseline=searched",
            "strategies={searched: {use: flexora, selection: top-k, solver: first-order,"
                + " outer_steps: 2}}");
    String tied =
        tune("random", 3, "{%s, %s: {same_as: trainer.learning_rate}}".formatted(range, INNER));
    ComparisonOutcome outcome = comparison(with(options, tied)).run(RunListener.NONE);

    assertThat(outcome.failures()).isEmpty();
    Tuning tuning = tuning(outcome, "searched", 1);
    Set<Double> rates = new HashSet<>();
    for (TrialRecord trial : tuning.trials()) {
      assertThat(trial.values()).containsOnlyKeys("trainer.learning_rate");
      rates.add(tiedRate(outcome, trial.id()));
    }
    assertThat(rates).as("that of the file and two that were drawn").hasSize(3).contains(0.02);
    assertThat(tiedRate(outcome, "bert.glosses.searched.1"))
        .isEqualTo(tiedRate(outcome, tuning.kept().orElseThrow().id()));

    assertThat(outcome.result().tuning().orElseThrow().options())
        .containsExactly("trainer.learning_rate");
    assertThat(outcome.result().tuning().orElseThrow().ties())
        .contains(Map.of(INNER, "trainer.learning_rate"));
    assertThat(FlexoraHost.comparisonResult(outcome.folder())).contains(outcome.result());
    assertThat(outcome.reports().get(0))
        .content()
        .contains("trainer.learning_rate=")
        .doesNotContain(INNER);
    assertThat(outcome.reports().get(1))
        .content()
        .contains(INNER + " has the value of trainer.learning_rate");
    assertThat(outcome.reports().get(2))
        .content()
        .contains(INNER.replace("_", "\\_") + " has the value of trainer.learning\\_rate.");

    Path path = outcome.folder();
    Map<String, Map<String, String>> contents = TinyComparison.contents(path);
    assertThat(host.comparisonOf(path).resume(path, RunListener.NONE).failures()).isEmpty();
    assertThat(TinyComparison.contents(path)).isEqualTo(contents).hasSize(4);
    String[] apart = with(options, tune("random", 3, "{%s}".formatted(range)));
    assertThatThrownBy(() -> comparison(apart).resume(path, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("was tuned otherwise: tune.options." + INNER);
  }

  /** The learning rate of a cell's training, which is also that of its search. */
  private static double tiedRate(ComparisonOutcome comparison, String id) throws IOException {
    Path cell = ComparisonFolder.cell(comparison.folder(), id);
    JsonNode configuration = YAML.readTree(RunFolder.configuration(cell).toFile());
    double rate = configuration.at("/trainer/learning_rate").asDouble();
    assertThat(rate).isPositive();
    assertThat(configuration.at("/selector/solver/inner/learning_rate").asDouble()).isEqualTo(rate);
    return rate;
  }

  @Test
  void aTuningGoesOnAfterAnInterruptionAndCanBeMadeLonger() throws IOException {
    String checkpoints = "checkpoints.every_steps=2";
    String[] options = {"seeds=[1]", checkpoints, tune("random", 2, OPTIONS)};
    ComparisonOutcome whole = comparison(options).run(RunListener.NONE);

    Comparison cancelled = comparison(options);
    RunListener inATrial =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals("bert.glosses.random.1.trial-1")
                && phase.equals("train")
                && progress.done() == 3) {
              cancelled.cancel();
            }
          }
        };
    assertThatThrownBy(() -> cancelled.run(inATrial)).isInstanceOf(CancelledException.class);
    Path path = cancelled.folder().orElseThrow();
    ComparisonOutcome resumed = host.comparisonOf(path).resume(path, RunListener.NONE);
    assertThat(resumed.failures()).isEmpty();
    Map<String, Map<String, String>> contents = TinyComparison.contents(path);
    assertThat(contents).isEqualTo(TinyComparison.contents(whole.folder())).hasSize(6);

    // A damaged trial is made again, and what was chosen by it stays.
    Path trial = ComparisonFolder.cell(path, "bert.glosses.random.1.trial-1");
    Files.writeString(trial.resolve("cells/main/predictions.jsonl"), "");
    List<String> notices = new ArrayList<>();
    RunListener listening =
        new RunListener() {
          @Override
          public void notice(String cell, String phase, String sentence) {
            notices.add(cell + ": " + sentence);
          }
        };
    assertThat(host.comparisonOf(path).resume(path, listening).failures()).isEmpty();
    assertThat(notices).anyMatch(n -> n.startsWith("bert.glosses.random.1.trial-1: "));
    assertThat(TinyComparison.contents(path)).isEqualTo(contents);

    Comparison longer = comparison("seeds=[1]", checkpoints, tune("random", 3, OPTIONS));
    ComparisonOutcome more = longer.resume(path, RunListener.NONE);
    assertThat(more.failures()).isEmpty();
    contents.keySet().removeIf(cell -> !cell.contains(".trial-"));
    assertThat(TinyComparison.contents(path)).containsAllEntriesOf(contents).hasSize(8);
    assertThat(tuning(more, "all", 1).trials()).hasSize(3);

    String[] fewer = {"seeds=[1]", checkpoints, tune("random", 2, OPTIONS)};
    String refusal = "was tuned otherwise: tune.trials is 3 there, and 2 now";
    assertThatThrownBy(() -> comparison(fewer).resume(path, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(refusal);
    assertThatThrownBy(() -> plan(Optional.of(path), fewer))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(refusal);
    assertThatThrownBy(
            () ->
                comparison("seeds=[1]", checkpoints, tune("grid", 3, OPTIONS))
                    .resume(path, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("was tuned otherwise: tune.tuner.use is random@");
    assertThatThrownBy(
            () ->
                comparison(
                        "seeds=[1]", checkpoints, "trainer.max_steps=7", tune("random", 3, OPTIONS))
                    .resume(path, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("trainer.max_steps is 6 there, and 7 now");
  }

  @Test
  void aCellThatIsTestedAgainByALongerTuningIsInTheLedger() {
    // The loss of a training at a rate of 0.5 or 1 is far above that at 0.02, which is drawn last.
    String rates = "{trainer.learning_rate: {values: [1, 0.02, 0.5]}}";
    List<String> options =
        List.of(
            "seeds=[1]",
            "strategies={all: all}",
            "trainer.learning_rate=1",
            "trainer.keep_best=false",
            "tasks.glosses.evaluator={use: classification, metrics: [nll, accuracy]}");
    ComparisonOutcome first =
        comparison(with(options, tune("random", 2, rates))).run(RunListener.NONE);
    assertThat(first.failures()).isEmpty();
    Path path = first.folder();
    assertThat(retested(path)).isEmpty();

    ComparisonOutcome longer =
        comparison(with(options, tune("random", 3, rates))).resume(path, RunListener.NONE);
    assertThat(tuning(longer, "all", 1).kept().orElseThrow().values())
        .isEqualTo(Map.of("trainer.learning_rate", "0.02"));
    assertThat(retested(path))
        .singleElement()
        .asString()
        .startsWith("The tuning now asks for trainer.learning_rate 0.02 in place of ")
        .endsWith(". The cell is trained and tested again.");
  }

  private static String[] with(List<String> options, String last) {
    return Stream.concat(options.stream(), Stream.of(last)).toArray(String[]::new);
  }

  /** What the ledger says of the tested cell. */
  private static List<String> retested(Path comparison) {
    return EventLog.read(ComparisonFolder.ledger(comparison)).stream()
        .filter(event -> event.cell().equals("bert.glosses.all.1"))
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(notice -> ((Event.Notice) notice).sentence())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"budget={hold: steps, steps: 8}", "budget.steps=8"})
  void halvingTrainsPartsOfTheSteps(String budget) {
    String halving =
        tune(
            "{use: halving, reduction: 2, rounds: 2}",
            5,
            "{trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}}");
    ComparisonOutcome outcome =
        comparison("seeds=[1]", budget, "strategies={all: all}", halving).run(RunListener.NONE);
    Tuning tuning = tuning(outcome, "all", 1);
    assertThat(tuning.trials().stream().map(trial -> trial.trainingSteps().orElseThrow()))
        .containsExactly(8L, 4L, 4L, 4L, 4L, 8L, 8L);
    assertThat(tuning.chosen()).isIn(OptionalInt.of(0), OptionalInt.of(5), OptionalInt.of(6));
    assertThat(tuning.trainingSteps()).isEqualTo(8 + 4 * 4 + 2 * 8);
    Map<String, Double> values =
        tuning.trials().stream()
            .collect(Collectors.toMap(TrialRecord::id, t -> t.value().orElseThrow()));
    List<TrialRecord> first = tuning.trials().subList(1, 5);
    double bestOfFirst = first.stream().mapToDouble(t -> values.get(t.id())).max().orElseThrow();
    TrialRecord promoted =
        first.stream().filter(t -> values.get(t.id()) == bestOfFirst).findFirst().orElseThrow();
    assertThat(tuning.trials().get(5).values()).isEqualTo(promoted.values());

    // The whole trainings of before are like the halves of these, and unlike the whole ones.
    String twice = budget.replace("8", "16");
    ComparisonPlan longer =
        plan(Optional.empty(), "seeds=[1]", twice, "strategies={all: all}", halving);
    assertThat(longer.cells())
        .filteredOn(cell -> cell.cost().isPresent())
        .extracting(cell -> cell.id().trial())
        .containsExactly(
            OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(3), OptionalInt.of(4));
    assertThat(longer.cells().get(0).missing().orElseThrow()).startsWith("not measured");
    Optional<Path> path = Optional.of(outcome.folder());
    String more = halving.replace("trials: 5", "trials: 6");
    assertThatThrownBy(() -> plan(path, "seeds=[1]", budget, "strategies={all: all}", more))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cannot be made longer: tuner 'halving' decides by the number");
  }

  @Test
  void trialsRunInProcessesOfTheirOwnToTheSameNumbers() throws Exception {
    String[] options = {"seeds=[1]", tune("random", 2, OPTIONS)};
    ComparisonOutcome here = comparison(options).run(RunListener.NONE);
    List<String> words =
        new ArrayList<>(List.of("compare", tiny.file().toString(), "--set", options[0]));
    words.addAll(List.of("--set", "checkpoints.every_steps=0"));
    words.addAll(List.of("--set", options[1], "--set", "output_dir=" + folder.resolve("other")));
    words.addAll(List.of("--set", "runner={use: process, parallel: 2, threads: 1}"));
    Program.Outcome ended = Program.run(folder, words.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    try (var runs = Files.list(folder.resolve("other"))) {
      Map<String, Map<String, String>> found =
          TinyComparison.contents(runs.findFirst().orElseThrow());
      found.values().forEach(cell -> assertThat(cell.remove("process.log")).isNotNull());
      assertThat(found).isEqualTo(TinyComparison.contents(here.folder())).hasSize(6);
    }
  }

  @Test
  void theTimeOfSearchTuningAndTrainingIsHeldEqual() {
    String rates = "{trainer.learning_rate: {low: 1e-3, high: 1e-1}}";
    List<String> options =
        List.of(
            "seeds=[1]",
            "budget={hold: seconds, seconds: 4, search: included, tuning: included}",
            "strategies={all: all}",
            "trainer.max_steps=1000000",
            "trainer.evaluation_steps=1000");
    ComparisonOutcome outcome =
        comparison(with(options, tune("random", 3, rates))).run(RunListener.NONE);
    double spent = outcome(outcome, "bert.glosses.all.1").seconds(Phase.TRAIN);
    assertThat(spent).isBetween(1.0, 20.0);
    for (TrialRecord trial : tuning(outcome, "all", 1).trials()) {
      assertThat(outcome(outcome, trial.id()).seconds(Phase.TRAIN)).isBetween(1.0, 20.0);
    }
    Optional<Path> path = Optional.of(outcome.folder());
    assertThatThrownBy(() -> plan(path, with(options, tune("random", 4, rates))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cannot be made longer: 'budget.tuning: included' divides");
  }

  @Test
  void halvingShortensTheTrainingsAndNotTheSearchesWhereTheirTimeIsHeldToo() {
    ComparisonOutcome outcome =
        comparison(
                "seeds=[1]",
                "budget={hold: seconds, seconds: 4, search: included, tuning: included}",
                "strategies={all: all}",
                "trainer.max_steps=1000000",
                "trainer.evaluation_steps=1000",
                tune(
                    "{use: halving, reduction: 2, rounds: 2}",
                    5,
                    "{trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}}"))
            .run(RunListener.NONE);
    assertThat(outcome.failures()).isEmpty();
    Tuning tuning = tuning(outcome, "all", 1);
    assertThat(tuning.trials().stream().map(TrialRecord::share))
        .containsExactly(1.0, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0);
    // Eight cells with six whole trainings together share the seconds.
    for (TrialRecord trial : tuning.trials()) {
      assertThat(limit(outcome, trial.id())).isEqualTo(Duration.ofMillis(500));
      assertThat(factor(outcome, trial.id())).isEqualTo(trial.share() * 8 / 6);
    }
    assertThat(limit(outcome, "bert.glosses.all.1")).isEqualTo(Duration.ofMillis(500));
    assertThat(factor(outcome, "bert.glosses.all.1")).isEqualTo(8.0 / 6);
    double spent =
        Stream.concat(
                Stream.of("bert.glosses.all.1"), tuning.trials().stream().map(TrialRecord::id))
            .map(id -> outcome(outcome, id))
            .mapToDouble(cell -> cell.seconds(Phase.SEARCH) + cell.seconds(Phase.TRAIN))
            .sum();
    // A training ends with the step in which its time is over.
    assertThat(spent).isBetween(3.9, 40.0);
  }

  @Test
  void aSearchCountsInTheTimeThatIsHeldEqual() {
    List<String> options =
        List.of(
            "seeds=[1]",
            "strategies={searched: {use: flexora, solver: first-order, outer_steps: 2}}",
            "baseline=searched",
            tune("random", 3, "{trainer.learning_rate: {low: 1e-3, high: 1e-1}}"));
    ComparisonOutcome outcome = comparison(with(options, held(600))).run(RunListener.NONE);

    assertThat(outcome.failures()).isEmpty();
    List<String> cells =
        Stream.concat(
                Stream.of("bert.glosses.searched.1"),
                tuning(outcome, "searched", 1).trials().stream().map(TrialRecord::id))
            .toList();
    assertThat(cells).hasSize(4);
    for (String id : cells) {
      assertThat(limit(outcome, id)).as("a fourth for each").isEqualTo(Duration.ofSeconds(150));
      assertThat(configuration(outcome, id).timeLimitIncludesSearch()).isTrue();
      assertThat(configuration(outcome, id).trainingTimeFactor()).isEmpty();
      assertThat(outcome(outcome, id).seconds(Phase.SEARCH)).isPositive();
    }
    assertThat(isWithinBudget(outcome)).isTrue();
    double spent =
        cells.stream()
            .map(id -> outcome(outcome, id))
            .mapToDouble(cell -> cell.seconds(Phase.SEARCH) + cell.seconds(Phase.TRAIN))
            .sum();
    // A cell may take a tenth more than is held.
    for (double seconds : new double[] {spent / 1.1 * 1.0001, spent / 1.1 * 0.9999}) {
      ComparisonOutcome judged = comparison(with(options, held(seconds))).report(outcome.folder());
      assertThat(isWithinBudget(judged)).isEqualTo(seconds * 1.1 > spent);
    }
  }

  private static String held(double seconds) {
    return "budget={hold: seconds, seconds: %s, search: included, tuning: included}"
        .formatted(seconds);
  }

  private static boolean isWithinBudget(ComparisonOutcome comparison) {
    return strategy(comparison, "searched").cells().get(0).withinBudget().orElseThrow();
  }

  private static Duration limit(ComparisonOutcome comparison, String id) {
    return configuration(comparison, id).timeLimit().orElseThrow();
  }

  private static double factor(ComparisonOutcome comparison, String id) {
    return configuration(comparison, id).trainingTimeFactor().orElseThrow();
  }

  private static ExperimentConfiguration configuration(ComparisonOutcome comparison, String id) {
    Path cell = ComparisonFolder.cell(comparison.folder(), id);
    return host.experiment(RunFolder.configuration(cell), List.of()).configuration();
  }

  @Test
  void aPlanHasTheTrials() {
    var plan =
        comparison("seeds=[1]", tune("random", 3, OPTIONS))
            .plan(Optional.empty(), ChangedCode.REFUSE, Duration.ofSeconds(2), RunListener.NONE);
    assertThat(plan.cells())
        .extracting(cell -> cell.id().id())
        .startsWith("bert.glosses.all.1.trial-0", "bert.glosses.all.1.trial-1")
        .hasSize(8);
  }

  @Test
  void rowsWithoutTrialsAreNamedOnce() {
    List<String> some =
        List.of(
            "strategies={all: all, last: {use: last, layers: 1}, random: {use: random, layers: 2}}",
            tune("random", 2, "{strategies.random.layers: {values: [1, 2]}}"));
    List<String> notices = new ArrayList<>();
    RunListener listening =
        new RunListener() {
          @Override
          public void notice(String cell, String phase, String sentence) {
            if (sentence.contains("no trials")) {
              notices.add(sentence);
            }
          }
        };
    comparison(with(some, "seeds=[1, 2]")).check(listening);
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("--set ")
        .endsWith(
            ": rows 'all', 'last' have no trials, as none of their options is tuned; they are"
                + " trained with the values of the file.");
    comparison(with(some, "seeds=[1, 2]"))
        .plan(Optional.empty(), ChangedCode.REFUSE, Duration.ZERO, listening);
    assertThat(notices).hasSize(2);
    assertThat(comparison(with(some, "seeds=[1]")).run(listening).failures()).isEmpty();
    assertThat(notices).hasSize(3).containsOnly(notices.get(0));

    comparison("seeds=[1]", tune("random", 2, OPTIONS)).check(listening);
    assertThat(notices).as("where all rows are tuned").hasSize(3);
  }

  @Test
  void itsMistakesAreToldBesideAllOthers() {
    String options =
        "{trainer.lerning_rate: {low: 1, high: 2}, budget.steps: {low: 1, high: 2},"
            + " trainer.learning_rate: {values: [1.5, -2, x]}}";
    assertThatThrownBy(
            () -> comparison("seeds=[3,1,3]", "baseline=ramdom", tune("grid", 9, options)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("6 mistakes in the configuration:")
        .hasMessageContaining("'seeds[2]' is 3")
        .hasMessageContaining("did you mean 'random'?")
        .hasMessageContaining("no option 'lerning_rate'")
        .hasMessageContaining("'budget.steps' cannot be tuned")
        .hasMessageContaining("is '-2', but has to be")
        .hasMessageContaining("is 'x', but has to be");
    assertThatThrownBy(() -> comparison("seeds=[]", tune("grid", 999, OPTIONS)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("option 'seeds' is empty")
        .hasMessageContaining("tuner 'grid' cannot tune");
  }

  @Test
  void whatCannotBeTunedIsRefusedWhereItIsWritten() {
    refused(
        "{trainer.lerning_rate: {low: 1, high: 2}}",
        "trainer 'gradient' has no option 'lerning_rate'; did you mean 'learning_rate'? Accepted: ");
    assertThatThrownBy(
            () -> comparison(tune("random", 3, "{trainer.lerning_rate: {low: 1, high: 2}}")))
        .as("said once for all rows")
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(1));
    refused("{trainer.learning_rate: {low: -1, high: 2}}", "is '-1', but has to be a number");
    refused("{trainer.learning_rate: {low: 2, high: 1}}", "the range from 2.0 to 1.0 is empty");
    refused("{trainer.learning_rate: {low: 0, high: 1, log: true}}", "begins above 0");
    refused("{adapter.lora_rank: {values: [2, 0]}}", "is '0', but has to be a whole number");
    refused("{adapter.lora_rank: {values: []}}", "'values' is empty");
    refused("{adapter.lora_rank: {values: [2, 2]}}", "has '2' twice");
    refused(
        "{strategies.all.k: {values: [1, 2]}}",
        "selector 'all' has no option 'k'. Accepted: rank, keep_scale");
    refused("{strategies.any.k: {values: [1, 2]}}", "is of 'any', which is none of the strategies");
    refused("{budget.steps: {low: 1, high: 2}}", "cannot be tuned: its path has to begin with");
    refused("{}", "nothing is tuned");
    refused(
        "{adapter.lora_rank: {values: [1, 2]}, strategies.random.layers: {same_as: adapter.rank}}",
        "'strategies.random.layers' cannot be the same as 'adapter.rank', which is not tuned; did"
            + " you mean 'adapter.lora_rank'? Accepted: adapter.lora_rank");
    refused(
        "{trainer.learning_rate: {low: 1e-3, high: 1e-1}, adapter.lora_rank: {same_as:"
            + " trainer.learning_rate}, strategies.random.layers: {same_as: adapter.lora_rank}}",
        "'strategies.random.layers' cannot be the same as 'adapter.lora_rank', which is the same as"
            + " another option itself",
        "'adapter.lora_rank' cannot be the same as 'trainer.learning_rate': option 'lora_rank' of"
            + " adapter 'lora' is '0.02', but has to be a whole number");
    refused(
        "{trainer.learning_rate: {same_as: trainer.learning_rate}}",
        "which is the same as another option itself. Accepted: none");
    refused(
        "{trainer.learning_rate: {low: 1e-3, high: 1e-1, same_as: adapter.lora_rank}}",
        "'same_as' stands for itself");
    refused("{trainer.learning_rate: {log: true}}", "{same_as: trainer.learning_rate}");
    refused(
        "{trainer.max_steps: {values: [1, 2]}, strategies.all.k: {same_as: trainer.max_steps}}",
        "selector 'all' has no option 'k'. Accepted: rank, keep_scale");
    assertRefused("there is no tuner 'rando'", tune("rando", 3, OPTIONS));
    assertRefused(
        "tuner 'grid' cannot tune rows 'all', 'random': the grid has 3 settings",
        tune("grid", 4, "{adapter.lora_rank: {values: [1, 2, 3]}}"));
    assertRefused(
        "the options have 3 settings",
        tune("random", 4, "{adapter.lora_rank: {values: [1, 2, 3]}}"));
    assertRefused("it has no end", tune("random", 3, OPTIONS).replace("trials: 3, ", ""));
    assertRefused(
        "their number is left to the trainer",
        tune("halving", 12, "{trainer.learning_rate: {low: 1e-3, high: 1e-1}}"));
    assertRefused(
        "concerns a tuning, but there is none",
        "budget={hold: seconds, seconds: 4," + " search: included, tuning: included}");
    assertThatThrownBy(
            () ->
                comparison("tasks.glosses.dataset.validation=18", tune("random", 3, OPTIONS))
                    .run(RunListener.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("of 18 validation examples a share of 0.5 judges the trials");
  }

  @Test
  void anOptionIsTheSameAsOneOfItsRow() throws IOException {
    String options =
        "{trainers.fast.max_steps: {values: [1, 2]}, strategies.random.layers: {same_as:"
            + " trainers.fast.max_steps}}";
    Path file = tiny.ofTrainers().file();
    assertThatThrownBy(() -> host.comparison(file, List.of(tune("random", 2, options))))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(1))
        .hasMessageStartingWith("--set ")
        .hasMessageEndingWith(
            "option 'strategies.random.layers' cannot be the same as 'trainers.fast.max_steps',"
                + " which row 'random+slow' does not have. Accepted: none");
    String ofAll = options.replace("trainers.fast", "trainer");
    assertThat(host.comparison(file, List.of(tune("random", 2, ofAll))).cells()).isNotEmpty();
  }

  @Test
  void twoPathsThatAreOneOptionOfARowAreRefused() throws IOException {
    String both =
        "{trainer.learning_rate: {values: [1e-3, 2e-3]}, trainers.fast.learning_rate: {values:"
            + " [1e-2, 2e-2]}}";
    String tied =
        "{trainer.learning_rate: {values: [1e-3, 2e-3]}, trainers.fast.learning_rate: {same_as:"
            + " trainer.learning_rate}}";
    Path file = tiny.ofTrainers().file();
    for (String options : List.of(both, tied)) {
      assertThatThrownBy(() -> host.comparison(file, List.of(tune("random", 2, options))))
          .as("said once for all rows")
          .isInstanceOfSatisfying(
              ConfigurationException.class, e -> assertThat(e.problems()).hasSize(1))
          .hasMessageStartingWith("--set ")
          .hasMessageEndingWith(
              "options 'trainer.learning_rate' and 'trainers.fast.learning_rate' are one and the"
                  + " same in some rows; keep one of them, or write one for each trainer or"
                  + " adapter");
    }
    String each = both.replace("{trainer.", "{trainers.slow.");
    assertThat(host.comparison(file, List.of(tune("random", 2, each))).cells()).isNotEmpty();
  }

  private void refused(String options, String... messages) {
    for (String message : messages) {
      assertRefused(message, tune("random", 3, options));
    }
  }

  private void assertRefused(String message, String option) {
    assertThatThrownBy(() -> comparison(option))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("--set ");
  }

  private static String tune(String tuner, int trials, String options) {
    return "tune={tuner: %s, trials: %d, options: %s}".formatted(tuner, trials, options);
  }

  private ComparisonPlan plan(Optional<Path> into, String... options) {
    return comparison(options).plan(into, ChangedCode.REFUSE, Duration.ZERO, RunListener.NONE);
  }

  private Comparison comparison(String... options) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + folder.resolve("runs")));
    // What a test does not interrupt needs no checkpoints.
    all.add("checkpoints.every_steps=0");
    all.addAll(List.of(options));
    return host.comparison(tiny.file(), all);
  }

  private static CellOutcome outcome(ComparisonOutcome comparison, String id) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison.folder(), id), "main")
        .success()
        .orElseThrow();
  }

  /** What the record of a cell says in words. */
  private static List<String> notices(ComparisonOutcome comparison, String id) {
    Path cell = ComparisonFolder.cell(comparison.folder(), id);
    return EventLog.read(EventLog.in(cell)).stream()
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(notice -> ((Event.Notice) notice).sentence())
        .toList();
  }

  private static float[] theta(ComparisonOutcome comparison, String id) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison.folder(), id), "main")
        .theta()
        .orElseThrow();
  }

  private static Set<String> examples(ComparisonOutcome comparison, String id) {
    return RunFolder.readCell(ComparisonFolder.cell(comparison.folder(), id), "main")
        .predictions()
        .stream()
        .map(Prediction::exampleId)
        .collect(Collectors.toSet());
  }

  private static StrategyResult strategy(ComparisonOutcome comparison, String name) {
    return comparison.result().groups().get(0).strategies().stream()
        .filter(found -> found.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Tuning tuning(ComparisonOutcome comparison, String name, long seed) {
    return strategy(comparison, name).cells().stream()
        .filter(cell -> cell.seed() == seed)
        .findFirst()
        .orElseThrow()
        .tuning()
        .orElseThrow();
  }
}
