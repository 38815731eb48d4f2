package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.comparison.Comparison;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a comparison says, before it runs anything, of the values that a tuner may choose. */
@ExtendWith(OneThread.class)
class TunedValuesTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();
  private TinyComparison tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void eachEndAndEachValueThatDoesNotFitIsRefusedWhereItIsWritten() throws IOException {
    String text =
        """
        tune:
          trials: 3
          options:
            trainer.warmup_steps: {low: 0, high: 5000}
            strategies.random.layers: {values: ["3", "20"]}
        """;
    List<String> refusals = refusals(written(text));

    assertThat(refusals).hasSize(2);
    assertThat(refusals.get(0))
        .startsWith(
            place("5000}")
                + "option 'trainer.warmup_steps' cannot be 5000: warmup_steps is 5000, but the"
                + " training has 6 steps");
    assertThat(refusals.get(1))
        .isEqualTo(
            place("\"20\"")
                + "option 'strategies.random.layers' cannot be 20: selector random is to choose 20"
                + " layers, but the model has 4; write layers: 4 or less");
    String message = "2 mistakes in the configuration:";
    assertThatThrownBy(() -> written(text).run(RunListener.NONE)).hasMessageStartingWith(message);
    assertThatThrownBy(() -> plan(written(text))).hasMessageStartingWith(message);
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void aWarmUpHasToEndWithinTheStepsOfTheBudget() {
    String steps = "budget={hold: steps, steps: 60}";
    String all = "strategies={all: all}";
    String range = tune("{trainer.warmup_steps: {low: 0, high: 5000}}");
    assertThat(refusals(comparison(all, steps, range)))
        .singleElement()
        .asString()
        .contains(
            "option 'trainer.warmup_steps' cannot be 5000: warmup_steps is 5000, but the training"
                + " has 60 steps");
    assertThat(refusals(comparison(all, steps, "trainer.warmup_steps=5000")))
        .as("where nothing is tuned")
        .singleElement()
        .asString()
        .contains("warmup_steps is 5000, but the training has 60 steps");
    assertThat(refusals(comparison(all, steps, "trainer.warmup_steps=60")))
        .as("more than the steps of the trainer itself")
        .isEmpty();
  }

  @Test
  void theShortestPartOfATrainingHasRoomForTheWarmUp() {
    String halving =
        "tune={tuner: {use: halving, reduction: 2, rounds: 2}, trials: 5, options:"
            + " {trainer.learning_rate: {low: 1e-3, high: 1e-1}}}";
    String steps = "budget={hold: steps, steps: 8}";
    String all = "strategies={all: all}";
    assertThat(refusals(comparison(all, steps, halving, "trainer.warmup_steps=5")))
        .singleElement()
        .asString()
        .contains(
            "trials with a part of the steps do not fit: warmup_steps is 5, but the training has 4"
                + " steps");
    assertThat(refusals(comparison(all, steps, halving, "trainer.warmup_steps=4"))).isEmpty();
  }

  @Test
  void anOptionThatIsTheSameIsAskedWithTheValueOfTheOther() {
    String options =
        "{adapter.lora_rank: {values: [2, 20]}, strategies.random.layers: {same_as:"
            + " adapter.lora_rank}}";
    assertThat(refusals(comparison(tune(options))))
        .singleElement()
        .asString()
        .contains(
            "option 'adapter.lora_rank' cannot be 20: selector random is to choose 20 layers");
  }

  @Test
  void whatDoesNotFitAnywayIsToldOnceAndNotOfEachValue() {
    String options = "{trainer.learning_rate: {low: 1e-3, high: 1e-1}}";
    assertThat(refusals(comparison("strategies.random.layers=9", tune(options))))
        .singleElement()
        .asString()
        .startsWith("--set strategies.random.layers=9: selector random is to choose 9 layers");
  }

  @ParameterizedTest
  @CsvSource({
    "adapter.use, adapters",
    "trainer.use, trainers",
    "strategies.random.use, strategies",
    "strategies.searched.solver.use, strategies"
  })
  void anExtensionIsComparedAndNotTuned(String option, String place) {
    String strategies = "strategies.searched={use: flexora, selection: top-k}";
    assertThatThrownBy(
            () -> comparison(strategies, tune("{%s: {values: [a, b]}}".formatted(option))))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(1))
        .hasMessageStartingWith("--set tune=")
        .hasMessageEndingWith(
            "option '%s' cannot be tuned: it chooses the extension; compare it under '%s:'"
                .formatted(option, place));
  }

  @ParameterizedTest
  @ValueSource(strings = {"trainer.max_steps", "trainer.num_train_epochs"})
  void theLengthOfATrainingIsNotTunedWhereTheBudgetDecidesIt(String option) {
    String tuned = tune("{%s: {values: [6, 9]}}".formatted(option));
    String length = option.equals("trainer.max_steps") ? "max_steps" : "num_train_epochs";
    String trainer = "trainer={use: gradient, %s: 6}".formatted(length);
    String all = "strategies={all: all}";
    assertThat(refusals(comparison(all, trainer, "budget={hold: steps, steps: 6}", tuned)))
        .singleElement()
        .asString()
        .contains("option '%s' has no effect: 'budget.steps' says that".formatted(option));
    assertThat(refusals(comparison(all, trainer, "budget={hold: steps}", tuned)))
        .singleElement()
        .asString()
        .contains("option '%s' changes how many steps a training has".formatted(option));
    assertThat(comparison(all, trainer, tuned).check(RunListener.NONE).cells()).isNotEmpty();
  }

  @Test
  void theSizeOfABatchMayBeTunedWhereTheNumberOfStepsIsGiven() {
    String tuned = tune("{trainer.per_device_train_batch_size: {values: [4, 8]}}");
    String epochs = "trainer={use: gradient, num_train_epochs: 1}";
    String all = "strategies={all: all}";
    assertThat(
            comparison(all, epochs, "budget={hold: steps, steps: 6}", tuned)
                .check(RunListener.NONE)
                .cells())
        .isNotEmpty();
    assertThat(refusals(comparison(all, epochs, "budget={hold: steps}", tuned)))
        .singleElement()
        .asString()
        .contains("write budget.steps: N");
  }

  @Test
  void valuesWithMoreLayersThanAreHeldAreNamedOnce() {
    comparison(tune("{strategies.random.layers: {values: [1, 3, 4]}}")).check(Notices.into(told));
    assertThat(told)
        .filteredOn(sentence -> sentence.contains("selector 'random' chooses"))
        .hasSize(2)
        .anyMatch(
            s -> s.endsWith("selector 'random' chooses 3 layers, more than the 2 held equal."))
        .anyMatch(
            s -> s.endsWith("selector 'random' chooses 4 layers, more than the 2 held equal."));
  }

  @Test
  void theMemoryOfACellIsThatOfTheValueThatTakesTheMost() {
    String tuned = tune("{adapter.lora_rank: {low: 1, high: 64}}");
    ComparisonPlan plan = plan(comparison("seeds=[1]", tuned));
    ComparisonPlan most = plan(comparison("seeds=[1]", "adapter.lora_rank=64", tuned));
    String tested = "bert.glosses.all.1";

    assertThat(memory(plan, tested + ".trial-0"))
        .as("that of the default value")
        .isLessThan(memory(most, tested + ".trial-0"));
    assertThat(memory(plan, tested + ".trial-1")).isEqualTo(memory(most, tested + ".trial-0"));
    assertThat(memory(plan, tested)).isEqualTo(memory(most, tested));
  }

  private static long memory(ComparisonPlan plan, String cell) {
    return plan.cells().stream()
        .filter(each -> each.id().id().equals(cell))
        .findFirst()
        .orElseThrow()
        .stated()
        .orElseThrow()
        .memory()
        .total();
  }

  @Test
  void aShareThatLeavesNothingIsOneMistakeWhereItIsWritten() throws IOException {
    Comparison comparison =
        written(
            """
            tune:
              trials: 2
              share: 0.999
              options:
                trainer.learning_rate: {low: 1e-3, high: 1e-1}
            """,
            "strategies.x=leave-one-out");
    assertThat(refusals(comparison))
        .singleElement()
        .asString()
        .startsWith(
            place("0.999")
                + "of 40 validation examples a share of 0.999 judges the trials of a tuning, which"
                + " is 40, and leaves 0 for searches and trainings; 10 and 1 are the least, so write"
                + " another share");
  }

  @Test
  void anyNumberOfSecondsThatMayBeHeldIsATimeLimit() {
    assertThat(
            comparison("strategies={all: all}", "budget={hold: seconds, seconds: 100000000}")
                .check(RunListener.NONE)
                .cells())
        .isNotEmpty();
  }

  @Test
  void aCellThatThisMachineHasNoRoomForIsNamed() {
    comparison("adapter.lora_rank=500000000").check(Notices.into(told));
    assertThat(told)
        .filteredOn(sentence -> sentence.startsWith("This machine has too little memory: "))
        .singleElement()
        .asString()
        .matches(
            ".*: cell 'bert\\.glosses\\.all\\.1' needs about \\d+ MiB more than its process has"
                + " \\(weights .*\\), but \\d+ MiB are available, and 3 more cells lack some, too\\."
                + " Here it would fail; take .*");
    told.clear();
    comparison().check(Notices.into(told));
    assertThat(told).noneMatch(sentence -> sentence.contains("memory"));
  }

  /** What a check refuses, in the order of the file. */
  private static List<String> refusals(Comparison comparison) {
    try {
      comparison.check(RunListener.NONE);
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(ConfigProblem::toString).toList();
    }
  }

  private static ComparisonPlan plan(Comparison comparison) {
    return comparison.plan(Optional.empty(), ChangedCode.REFUSE, Duration.ZERO, RunListener.NONE);
  }

  private static String tune(String options) {
    return "tune={tuner: random, trials: 2, options: %s}".formatted(options);
  }

  private Comparison comparison(String... options) {
    return comparison(tiny.file(), options);
  }

  private Comparison comparison(Path file, String... options) {
    String runs = "output_dir=" + folder.resolve("runs");
    return host.comparison(file, Stream.concat(Stream.of(runs), Stream.of(options)).toList());
  }

  /** The comparison with more in its file. */
  private Comparison written(String text, String... options) throws IOException {
    Files.writeString(file(), Files.readString(tiny.file()) + text);
    return comparison(file(), options);
  }

  private Path file() {
    return folder.resolve("tuned.yaml");
  }

  /** Where a piece of that file is, as a message says it. */
  private String place(String piece) throws IOException {
    String text = Files.readString(file());
    int at = text.indexOf(piece);
    long line = text.substring(0, at).lines().count();
    return "%s:%d:%d: ".formatted(file(), line, at - text.lastIndexOf('\n', at));
  }
}
