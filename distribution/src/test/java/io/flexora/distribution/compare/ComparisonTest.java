package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.comparison.setup.EquivalenceOptions;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OneThread.class)
class ComparisonTest {

  private static final Duration BENCHMARK = Duration.ofSeconds(1);

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private TinyComparison tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void everyStrategyIsRunWithEverySeedAndMoreOfBothCanBeAddedLater() throws IOException {
    ComparisonOutcome first = comparison().run(RunListener.NONE);
    assertThat(first.failures()).isEmpty();
    assertThat(first.cells().keySet())
        .containsExactly(
            "bert.glosses.all.1",
            "bert.glosses.all.2",
            "bert.glosses.random.1",
            "bert.glosses.random.2");
    assertThat(first.reports()).allSatisfy(report -> assertThat(report).isNotEmptyFile());
    assertThat(outcome(first, "random", 1).selectedLayers()).hasSize(2);
    assertThat(found(first, "random", 1).value())
        .hasValue(outcome(first, "random", 1).metrics().get("accuracy").value());
    assertThat(found(first, "random", 1).withinBudget()).contains(true);
    assertThat(found(first, "all", 1).withinBudget()).contains(false);
    assertThat(kinds(first.folder()))
        .startsWith(
            Event.kind(Event.ComparisonStarted.class),
            Event.kind(Event.CellStarted.class),
            Event.kind(Event.CellEnded.class))
        .endsWith(Event.kind(Event.ComparisonEnded.class))
        .hasSize(2 + 2 * 4);

    var before = TinyComparison.contents(first.folder());
    List<Integer> chosen = outcome(first, "random", 1).selectedLayers();
    String[] more = {"seeds=[1,2,3]", "strategies.listed={use: layers, layers: " + chosen + "}"};
    ComparisonOutcome then = comparison(more).resume(first.folder(), RunListener.NONE);
    assertThat(then.done()).isEqualTo(9);
    assertThat(started(then.folder())).doesNotHaveDuplicates().hasSize(9);
    assertThat(TinyComparison.contents(then.folder())).containsAllEntriesOf(before);

    // The same layers and the same seed: the same numbers, bit for bit, whoever chose them.
    assertThat(theta(then, "listed", 1)).isEqualTo(theta(then, "random", 1));
    assertThat(outcome(then, "listed", 1).metrics())
        .isEqualTo(outcome(then, "random", 1).metrics());

    assertThatThrownBy(
            () -> comparison("trainer.max_steps=7").resume(first.folder(), RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("bert.glosses.all.1")
        .hasMessageContaining("trainer.max_steps is 6 there, and 7 now");
    assertThat(host.comparisonOf(first.folder()).configuration().seeds())
        .containsExactly(1L, 2L, 3L);

    ComparisonPlan plan =
        comparison("seeds=[1,9]")
            .plan(Optional.of(then.folder()), ChangedCode.REFUSE, BENCHMARK, RunListener.NONE);
    assertThat(plan.cells()).hasSize(4);
    assertThat(plan.cells().stream().filter(ComparisonPlan.CellPlan::isToRun))
        .hasSize(2)
        .allSatisfy(cell -> assertThat(cell.id().seed()).isEqualTo(9))
        .allSatisfy(
            cell -> assertThat(cell.cost().orElseThrow().measured()).isEqualTo(CostOrigin.BEFORE))
        .allSatisfy(cell -> assertThat(cell.stated().orElseThrow().memory().total()).isPositive());
    assertThat(plan.benchmarked()).isZero();
  }

  @Test
  void aMarginOfAnotherStrategyIsAskedOfTheCellsThatAreThere() throws IOException {
    ComparisonOutcome first =
        comparison("baseline=random", "equivalence.margin=0.05").run(RunListener.NONE);
    assertThat(first.failures()).isEmpty();
    assertThat(row(first, "all").againstBaseline().orElseThrow().equivalence()).isPresent();
    assertThat(row(first, "all").reference()).isEmpty();

    var before = TinyComparison.contents(first.folder());
    String[] ofAll = {"baseline=random", "equivalence={margin: 0.05, against: all}"};
    ComparisonPlan plan =
        comparison(ofAll)
            .plan(Optional.of(first.folder()), ChangedCode.REFUSE, Duration.ZERO, RunListener.NONE);
    assertThat(plan.cells()).hasSize(4).noneMatch(ComparisonPlan.CellPlan::isToRun);
    ComparisonOutcome then = comparison(ofAll).resume(first.folder(), RunListener.NONE);
    assertThat(started(then.folder())).as("nothing is trained again").hasSize(4);
    assertThat(TinyComparison.contents(then.folder())).isEqualTo(before);

    StrategyResult.MarginReference found = row(then, "random").reference().orElseThrow();
    assertThat(found.name()).isEqualTo("all");
    assertThat(found.difference())
        .isCloseTo(
            (metric(then, "random", 1)
                    - metric(then, "all", 1)
                    + metric(then, "random", 2)
                    - metric(then, "all", 2))
                / 2,
            within(1e-12));
    assertThat(row(then, "all").againstBaseline().orElseThrow().equivalence()).isEmpty();
    assertThat(then.folder().resolve("comparison.json")).content().contains("\"reference\"");
    assertThat(then.reports())
        .singleElement()
        .satisfies(csv -> assertThat(csv).content().contains(",0.05,all,too few seeds,"));
    assertThat(host.comparisonOf(then.folder()).configuration().equivalence().orElseThrow())
        .extracting(EquivalenceOptions::against)
        .isEqualTo(Optional.of("all"));
  }

  @Test
  void aPosteriorIsARowThatIsTestedAgainstWhatItIsMadeOf() throws IOException {
    ComparisonOutcome outcome =
        comparison(
                "posteriors={scaled: temperature}",
                "tasks.glosses.evaluator={use: classification, metrics: [nll, accuracy]}")
            .run(RunListener.NONE);
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.cells().keySet())
        .containsExactly(
            "bert.glosses.all.1",
            "bert.glosses.all.2",
            "bert.glosses.all+scaled.1",
            "bert.glosses.all+scaled.2",
            "bert.glosses.random.1",
            "bert.glosses.random.2",
            "bert.glosses.random+scaled.1",
            "bert.glosses.random+scaled.2");
    assertThat(kinds(outcome.folder())).as("two strategies with two seeds").hasSize(2 + 2 * 4);
    double mean =
        (found(outcome, "all+scaled", 1).value().orElseThrow()
                - found(outcome, "all", 1).value().orElseThrow()
                + found(outcome, "all+scaled", 2).value().orElseThrow()
                - found(outcome, "all", 2).value().orElseThrow())
            / 2;
    assertThat(counterpart(outcome, "all+scaled").name()).isEqualTo("all");
    assertThat(counterpart(outcome, "all+scaled").difference().orElseThrow().difference())
        .isCloseTo(mean, within(1e-12))
        .isNotZero();
    assertThat(counterpart(outcome, "random+scaled").name()).isEqualTo("random");
    assertThat(outcome.reports())
        .allSatisfy(report -> assertThat(report).content().contains("random+scaled"));
  }

  @Test
  void eachStrategyIsRunWithEachAdapterAndTestedAgainstItselfWithTheOther() throws IOException {
    ComparisonOutcome single = comparison("seeds=[1]").run(RunListener.NONE);
    tiny = tiny.ofAdapters();
    // A layer takes 128 parameters with lora, 160 with dora; the head takes 442.
    String budget = "budget={hold: parameters, parameters: 900}";
    ComparisonOutcome both = comparison(budget).run(RunListener.NONE);

    assertThat(both.failures()).isEmpty();
    assertThat(both.cells().keySet())
        .startsWith("bert.glosses.all+lora.1", "bert.glosses.all+lora.2", "bert.glosses.all+dora.1")
        .hasSize(8);
    assertThat(both.result().baseline()).isEqualTo("all+lora");
    assertThat(outcome(both, "random+lora", 1).selectedLayers()).hasSize(3);
    assertThat(outcome(both, "random+dora", 1).selectedLayers()).hasSize(2);
    // The same adapter under another name of the row: the same numbers, bit for bit.
    assertThat(theta(both, "all+lora", 1)).isEqualTo(theta(single, "all", 1));
    double mean =
        (metric(both, "random+dora", 1)
                - metric(both, "random+lora", 1)
                + metric(both, "random+dora", 2)
                - metric(both, "random+lora", 2))
            / 2;
    assertThat(counterpart(both, "random+dora").name()).isEqualTo("random+lora");
    assertThat(counterpart(both, "random+dora").difference().orElseThrow().difference())
        .isCloseTo(mean, within(1e-12));
    assertThat(counterpart(both, "all+dora").name()).isEqualTo("all+lora");
    assertThat(host.comparisonOf(both.folder()).configuration().rows()).hasSize(4);

    var before = TinyComparison.contents(both.folder());
    String[] more = {budget, "adapters.wide={use: lora, lora_rank: 4}", "seeds=[1]"};
    ComparisonPlan plan =
        comparison(more)
            .plan(Optional.of(both.folder()), ChangedCode.REFUSE, BENCHMARK, RunListener.NONE);
    assertThat(plan.cells().stream().filter(ComparisonPlan.CellPlan::isToRun))
        .extracting(cell -> cell.id().strategy())
        .containsExactly("all+wide", "random+wide");
    ComparisonOutcome then = comparison(more).resume(both.folder(), RunListener.NONE);
    assertThat(then.done()).isEqualTo(6);
    assertThat(TinyComparison.contents(then.folder())).containsAllEntriesOf(before).hasSize(10);
  }

  @Test
  void eachStrategyIsTrainedByEachTrainerAndTestedAgainstItselfWithTheOther() throws IOException {
    ComparisonOutcome single = comparison("seeds=[1]").run(RunListener.NONE);
    tiny = tiny.ofTrainers();
    ComparisonOutcome both = comparison("seeds=[1]").run(RunListener.NONE);

    assertThat(both.failures()).isEmpty();
    assertThat(both.cells().keySet())
        .containsExactly(
            "bert.glosses.all+fast.1",
            "bert.glosses.all+slow.1",
            "bert.glosses.random+fast.1",
            "bert.glosses.random+slow.1");
    assertThat(both.result().baseline()).isEqualTo("all+fast");
    assertThat(theta(both, "random+fast", 1)).isEqualTo(theta(single, "random", 1));
    assertThat(theta(both, "random+slow", 1)).isNotEqualTo(theta(single, "random", 1));
    assertThat(counterpart(both, "random+slow").name()).isEqualTo("random+fast");
    assertThat(both.result().groups().get(0).strategies())
        .extracting(row -> row.trainer().orElseThrow())
        .containsExactly("fast", "slow", "fast", "slow");
    assertThat(both.folder().resolve("comparison.json")).content().contains("\"trainer\"", "slow");
    assertThatThrownBy(() -> comparison("trainer.learning_rate=0.1"))
        .hasMessageContaining("option 'trainer' has no effect beside 'trainers'");
    assertThatThrownBy(() -> comparison("baseline=all"))
        .hasMessageContaining("strategies with a trainer (STRATEGY+TRAINER)");
  }

  @Test
  void aFurtherTestSetIsAGroupOfItsOwn() throws IOException {
    String far =
        "tasks.glosses.test_sets={far: {dataset: {use: wordnet, source: 'file:%s', train: 60,"
            + " validation: 30, test: 23}}}";
    ComparisonOutcome outcome =
        comparison("seeds=[1]", "posteriors={scaled: temperature}", far.formatted(folder))
            .run(RunListener.NONE);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.cells()).hasSize(8).containsKey("bert.glosses/far.random+scaled.1");
    assertThat(outcome.result().groups())
        .extracting(GroupResult::task)
        .containsExactly("glosses", "glosses/far");
    GroupResult found = outcome.result().groups().get(1);
    assertThat(found.examples()).hasValue(23);
    assertThat(found.strategies())
        .extracting(StrategyResult::name)
        .containsExactly("all", "all+scaled", "random", "random+scaled");
    assertThat(found.strategies().get(2).cells().get(0).metrics())
        .isEqualTo(outcome(outcome, "random", 1).testSets().get("far").metrics());
    assertThat(found.strategies().get(3).counterpart().orElseThrow().name()).isEqualTo("random");
    assertThat(outcome.reports())
        .allSatisfy(report -> assertThat(report).content().contains("glosses/far"));
  }

  /** Cells share what is evaluated and what evaluates it, such as the draws of a bootstrap. */
  @Test
  void aCellFindsTheSameWhateverCellWentBefore() throws IOException {
    ComparisonOutcome both = comparison("strategies={all: all}").run(RunListener.NONE);
    ComparisonOutcome second =
        comparison("strategies={all: all}", "seeds=[2]", "name=second").run(RunListener.NONE);

    assertThat(outcome(second, "all", 2).metrics().get("macro_f1").standardError()).isPositive();
    assertThat(outcome(second, "all", 2).metrics()).isEqualTo(outcome(both, "all", 2).metrics());
  }

  /** What its adapters start from is drawn by its own seed. */
  @Test
  void aCellStartsFromItsOwnSeedWhateverCellWentBefore() throws IOException {
    String[] drawn = {
      "strategies={all: all}", "adapter={use: eva, lora_rank: 2, calibration_examples: 16}"
    };
    ComparisonOutcome both = comparison(drawn).run(RunListener.NONE);
    ComparisonOutcome second =
        comparison(drawn[0], drawn[1], "seeds=[2]", "name=second").run(RunListener.NONE);

    assertThat(theta(second, "all", 2)).isEqualTo(theta(both, "all", 2));
    assertThat(theta(both, "all", 1)).isNotEqualTo(theta(both, "all", 2));
  }

  @Test
  void aBenchmarkMultipliesWhatItMeasured() throws IOException {
    String[] options = {
      "seeds=[1]",
      "trainer.max_steps=100",
      "trainer.evaluation_steps=50",
      "checkpoints.every_steps=0",
      "strategies={none: none, random: {use: random, layers: same}, searched: {use: flexora,"
          + " selection: top-k, solver: first-order, outer_steps: 100}}",
      "baseline=random"
    };
    ComparisonPlan plan =
        comparison(options).plan(Optional.empty(), ChangedCode.REFUSE, BENCHMARK, RunListener.NONE);
    ComparisonOutcome ran = comparison(options).run(RunListener.NONE);
    for (ComparisonPlan.CellPlan cell : plan.cells()) {
      assertThat(cell.cost().orElseThrow().measured()).isEqualTo(CostOrigin.BENCHMARK);
      assertThat(cell.cost().orElseThrow().peakMemoryBytes()).isPositive();
      double told = cell.cost().orElseThrow().time().toMillis() / 1e3;
      double took =
          outcome(ran, cell.id().strategy(), 1).seconds().values().stream()
              .mapToDouble(Double::doubleValue)
              .sum();
      // Steps of a millisecond get faster as Java warms up, and other work on the machine counts.
      assertThat(told).as("%s took %s s", cell.id().id(), took).isBetween(took / 10, took * 10 + 1);
    }
  }

  @Test
  void aNumberOfLayersAboveTheBudgetIsToldBeforeItIsPaidFor() {
    List<String> told = new ArrayList<>();
    String three = "{use: flexora, selection: top-k, k: 3, solver: first-order, outer_steps: 2}";
    comparison("seeds=[1]", "strategies.three=" + three, "strategies.two={use: last, layers: 2}")
        .plan(Optional.empty(), ChangedCode.REFUSE, Duration.ofMillis(1), Notices.into(told));
    assertThat(told)
        .filteredOn(sentence -> sentence.contains("held equal"))
        .satisfiesExactly(
            all -> assertThat(all).endsWith("'all' chooses 4 layers, more than the 2 held equal."),
            own ->
                assertThat(own).contains("--set strategies.three=").contains("chooses 3 layers"));
  }

  @Test
  void aCellThatFailsIsRecordedWithItsCauseAndTheRestGoesOn() throws IOException {
    String[] options = {"seeds=[1]", "strategies.beyond=" + TinyComparison.FAILING};
    ComparisonOutcome outcome = comparison(options).run(RunListener.NONE);

    assertThat(outcome.done()).isEqualTo(2);
    assertThat(outcome.failures()).containsOnlyKeys("bert.glosses.beyond.1");
    String cause = outcome.failures().get("bert.glosses.beyond.1");
    assertThat(cause).contains("the search diverged at step");
    assertThat(EventLog.read(ComparisonFolder.ledger(outcome.folder())))
        .filteredOn(event -> event.what() instanceof Event.CellFailed)
        .singleElement()
        .satisfies(event -> assertThat(event.what()).isEqualTo(new Event.CellFailed(cause)));

    // It is tried again, and what is done already is not.
    List<String> told = new ArrayList<>();
    ComparisonOutcome again = comparison(options).resume(outcome.folder(), Notices.into(told));
    assertThat(again.failures()).containsOnlyKeys("bert.glosses.beyond.1");
    assertThat(told).filteredOn(sentence -> sentence.contains("held equal")).hasSize(1);
    assertThat(started(outcome.folder())).hasSize(4).endsWith("bert.glosses.beyond.1");
  }

  @Test
  void aCancelledComparisonGoesOnAsIfItHadNotBeen() throws IOException {
    ComparisonOutcome whole = comparison().run(RunListener.NONE);

    Comparison cancelled = comparison();
    RunListener inTheSecondTraining =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals("bert.glosses.random.1")
                && phase.equals("train")
                && progress.done() == 3) {
              cancelled.cancel();
            }
          }
        };
    assertThatThrownBy(() -> cancelled.run(inTheSecondTraining))
        .isInstanceOf(CancelledException.class);
    Path path = cancelled.folder().orElseThrow();
    assertThat(kinds(path)).endsWith(Event.kind(Event.ComparisonCancelled.class));

    ComparisonOutcome resumed = host.comparisonOf(path).resume(path, RunListener.NONE);
    assertThat(resumed.done()).isEqualTo(4);
    assertThat(TinyComparison.contents(path)).isEqualTo(TinyComparison.contents(whole.folder()));
  }

  @Test
  void aCellHasFailedWhoseFolderCannotBeToldSo() {
    Comparison comparison = comparison("seeds=[1]");
    String id = new CellId("bert", "glosses", "random", 1).id();
    RunListener spoiling =
        new RunListener() {
          @Override
          public void event(RunEvent event) {
            if (event.cell().equals(id) && event.what() instanceof Event.CellStarted) {
              Path cell = ComparisonFolder.cell(comparison.folder().orElseThrow(), id);
              assertThat(cell.resolve(".lock").toFile().mkdir()).isTrue();
            }
          }
        };

    ComparisonOutcome outcome = comparison.run(spoiling);

    assertThat(outcome.failures()).containsOnlyKeys(id);
    assertThat(outcome.failures().get(id)).contains(".lock");
    assertThat(found(outcome, "random", 1).state()).isEqualTo(CellState.FAILED);
  }

  @Test
  void aCellIsWaitedForThatTheProcessOfAKilledCommandStillHas() throws IOException {
    Comparison cancelled = comparison("seeds=[1]");
    RunListener inTheFirstTraining =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (phase.equals("train") && progress.done() == 2) {
              cancelled.cancel();
            }
          }
        };
    assertThatThrownBy(() -> cancelled.run(inTheFirstTraining))
        .isInstanceOf(CancelledException.class);
    Path path = cancelled.folder().orElseThrow();
    Process holding =
        HoldingProcess.start(
            ComparisonFolder.cell(path, new CellId("bert", "glosses", "all", 1).id()));
    List<String> notices = new ArrayList<>();
    RunListener lettingGo =
        new RunListener() {
          @Override
          public void notice(String cell, String phase, String sentence) {
            notices.add(cell + ": " + sentence);
            if (!cell.isEmpty()) {
              holding.destroy();
            }
          }
        };

    ComparisonOutcome resumed = host.comparisonOf(path).resume(path, lettingGo);

    assertThat(resumed.failures()).isEmpty();
    assertThat(notices)
        .contains("bert.glosses.all.1: Waiting for the process of an earlier command to end.");
  }

  @Test
  void twoComparisonsOfOneFolderAtTheSameTimeAreRefused() {
    Comparison running = comparison("seeds=[1]");
    List<String> refusals = new ArrayList<>();
    RunListener second =
        new RunListener() {
          @Override
          public void event(RunEvent event) {
            if (event.what() instanceof Event.CellStarted) {
              Path path = running.folder().orElseThrow();
              try {
                comparison("seeds=[1]").resume(path, RunListener.NONE);
              } catch (FlexoraException e) {
                refusals.add(e.getMessage());
              }
            }
          }
        };
    assertThat(running.run(second).done()).isEqualTo(2);
    assertThat(refusals)
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(message).contains("in use by process " + ProcessHandle.current().pid()));
  }

  @Test
  void aBudgetOfParametersStepsOrSecondsIsHeld() throws IOException {
    // A layer of the tiny model takes 128 parameters, its head 442.
    ComparisonOutcome parameters =
        comparison("seeds=[1]", "budget={hold: parameters, parameters: 900}").run(RunListener.NONE);
    assertThat(outcome(parameters, "random", 1).selectedLayers()).hasSize(3);
    assertThat(found(parameters, "all", 1).withinBudget()).contains(false);

    String[] steps = {
      "seeds=[1]", "budget={hold: steps, steps: 2}", "strategies.random={use: random, layers: 1}"
    };
    ComparisonOutcome shorter = comparison(steps).run(RunListener.NONE);
    assertThat(trainingSteps(shorter, "all")).isEqualTo(2);
    assertThat(trainingSteps(shorter, "random")).isEqualTo(2);
    assertThat(found(shorter, "all", 1).withinBudget()).contains(true);

    String[] seconds = {
      "seeds=[1]",
      "trainer.max_steps=100000",
      "trainer.evaluation_steps=1000",
      "budget={hold: seconds, seconds: 0.8}",
      "strategies={all: all}",
      "checkpoints.every_steps=0"
    };
    ComparisonOutcome limited = comparison(seconds).run(RunListener.NONE);
    assertThat(outcome(limited, "all", 1).seconds().get("train")).isBetween(0.8, 60.0);
    assertThat(trainingSteps(limited, "all")).isBetween(1L, 99_999L);
  }

  @Test
  void aSearchThatTakesAllTheTimeIsCutAndChoosesByWhatItHasFound() throws IOException {
    String[] options = {
      "seeds=[1]",
      "budget={hold: seconds, seconds: 1.5, search: included}",
      "strategies={searched: {use: flexora, solver: first-order, outer_steps: 1000000}}",
      "baseline=searched",
      "trainer.max_steps=100000"
    };
    ComparisonOutcome outcome = comparison(options).run(RunListener.NONE);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome(outcome, "searched", 1).seconds().get("search")).isBetween(1.4, 60.0);
    assertThat(trainingSteps(outcome, "searched")).isEqualTo(1);
    List<RunEvent> events = EventLog.read(EventLog.in(cell(outcome, "searched", 1)));
    assertThat(events)
        .filteredOn(event -> event.what() instanceof Event.SearchCut)
        .singleElement()
        .satisfies(event -> assertThat(event.what()).isEqualTo(new Event.SearchCut(1.5)));
    assertThat(events)
        .filteredOn(event -> event.what() instanceof Event.Notice)
        .anySatisfy(
            event ->
                assertThat(((Event.Notice) event.what()).sentence())
                    .contains("The search was stopped after 1.5 s"));
    assertThat(outcome.result().toString())
        .contains(
            "the search of 1 of its 1 cells was stopped by the budget", "searchCut=Optional[true]");
  }

  @Test
  void aSearchThatHasTimeEnoughLeavesTheRestToTheTraining() throws IOException {
    String[] options = {
      "seeds=[1]",
      "budget={hold: seconds, seconds: 6, search: included}",
      "strategies={searched: {use: flexora, solver: first-order, outer_steps: 2}}",
      "baseline=searched",
      "trainer.max_steps=100000",
      "checkpoints.every_steps=0"
    };
    ComparisonOutcome outcome = comparison(options).run(RunListener.NONE);

    CellOutcome cell = outcome(outcome, "searched", 1);
    assertThat(cell.seconds().get("search") + cell.seconds().get("train")).isBetween(5.9, 60.0);
    assertThat(trainingSteps(outcome, "searched")).isGreaterThan(1);
    assertThat(outcome.result().toString()).contains("searchCut=Optional[false]");
  }

  private Comparison comparison(String... options) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + folder.resolve("runs")));
    all.addAll(List.of(options));
    return host.comparison(tiny.file(), all);
  }

  private static Path cell(ComparisonOutcome comparison, String strategy, long seed) {
    String id = new CellId("bert", "glosses", strategy, seed).id();
    return ComparisonFolder.cell(comparison.folder(), id);
  }

  private static CellOutcome outcome(ComparisonOutcome comparison, String strategy, long seed) {
    return RunFolder.readCell(cell(comparison, strategy, seed), "main").success().orElseThrow();
  }

  private static float[] theta(ComparisonOutcome comparison, String strategy, long seed) {
    return RunFolder.readCell(cell(comparison, strategy, seed), "main").theta().orElseThrow();
  }

  private static long trainingSteps(ComparisonOutcome comparison, String strategy) {
    return RunFolder.read(cell(comparison, strategy, 1)).events().stream()
        .filter(event -> event.phase().equals("train") && event.kind().equals("step"))
        .mapToLong(RunEvent::step)
        .max()
        .orElse(0);
  }

  /** What the comparison found of a cell. */
  private static SeedResult found(ComparisonOutcome comparison, String strategy, long seed) {
    return comparison.result().groups().stream()
        .flatMap(group -> group.strategies().stream())
        .filter(found -> found.name().equals(strategy))
        .flatMap(found -> found.cells().stream())
        .filter(found -> found.seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  private static double metric(ComparisonOutcome comparison, String strategy, long seed) {
    return found(comparison, strategy, seed).value().orElseThrow();
  }

  private static StrategyResult row(ComparisonOutcome comparison, String strategy) {
    return comparison.result().groups().get(0).strategies().stream()
        .filter(found -> found.name().equals(strategy))
        .findFirst()
        .orElseThrow();
  }

  private static StrategyResult.Counterpart counterpart(
      ComparisonOutcome comparison, String strategy) {
    return row(comparison, strategy).counterpart().orElseThrow();
  }

  private static List<String> kinds(Path comparison) {
    return EventLog.read(ComparisonFolder.ledger(comparison)).stream().map(RunEvent::kind).toList();
  }

  private static List<String> started(Path comparison) {
    return EventLog.read(ComparisonFolder.ledger(comparison)).stream()
        .filter(event -> event.what() instanceof Event.CellStarted)
        .map(RunEvent::cell)
        .toList();
  }
}
