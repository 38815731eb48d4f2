package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays of a tuning when a command goes on with its folder, and what is made again. */
@ExtendWith(OneThread.class)
class TunedResumeTest {

  private static final String TESTED = "bert.glosses.all.1";
  private static final String RATES = "{trainer.learning_rate: {low: 1e-3, high: 1e-1, log: true}}";
  private static final String CAUSE = "no memory";

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private TinyComparison tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyComparison.in(folder);
  }

  @Test
  void anotherDefaultValueOfATunedOptionIsRefusedAndAllTrialsStay() throws IOException {
    String tied =
        tune(
            "random",
            2,
            "{adapter.lora_rank: {values: [1, 4]}, adapter.lora_alpha: {same_as:"
                + " adapter.lora_rank}}");
    Path path = comparison(tied).run(RunListener.NONE).folder();
    Map<String, Map<String, String>> contents = TinyComparison.contents(path);

    String[] other = {tied, "adapter.lora_rank=3"};
    assertThatThrownBy(() -> comparison(other).resume(path, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cell " + TESTED + ".trial-0")
        .hasMessageContaining(" is 2 there, and 3 now");
    assertThatThrownBy(
            () ->
                comparison(other)
                    .plan(Optional.of(path), ChangedCode.REFUSE, Duration.ZERO, RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(" is 2 there, and 3 now");
    assertThat(TinyComparison.contents(path)).isEqualTo(contents).hasSize(3);

    // The value that is written for a tied option has no effect.
    assertThat(comparison(tied, "adapter.lora_alpha=7").resume(path, RunListener.NONE).failures())
        .isEmpty();
    assertThat(TinyComparison.contents(path)).isEqualTo(contents);
  }

  @ParameterizedTest
  @ValueSource(strings = {"outcome.json", "manifest.json"})
  void aDamagedTrialIsMadeAgainAndStaysTheChosenOne(String file) throws IOException {
    ComparisonOutcome first = comparison(tune("random", 2, RATES)).run(RunListener.NONE);
    Path path = first.folder();
    Map<String, Map<String, String>> contents = TinyComparison.contents(path);
    TrialRecord kept = tuning(first).kept().orElseThrow();
    Path damaged = cell(path, kept.id()).resolve("cells/main").resolve(file);
    Files.writeString(damaged, Files.readString(damaged).replaceFirst("\\{", "["));

    ComparisonOutcome reported = host.comparisonOf(path).report(path);
    assertThat(tuning(reported).kept().orElseThrow().failure()).isPresent();
    assertThat(tuning(reported).chosen()).hasValue(kept.number());

    ComparisonOutcome resumed = host.comparisonOf(path).resume(path, RunListener.NONE);
    assertThat(resumed.failures()).isEmpty();
    assertThat(tuning(resumed).chosen()).hasValue(kept.number());
    assertThat(TinyComparison.contents(path)).isEqualTo(contents).hasSize(3);
  }

  @Test
  void aFailedTrialThatLaterOnesWereProposedAfterIsNotTriedAgain() throws IOException {
    String halving = tune("{use: halving, reduction: 2, rounds: 2}", 5, RATES);
    ComparisonOutcome first = comparison("budget.steps=8", halving).run(RunListener.NONE);
    Path path = first.folder();
    List<TrialRecord> trials = tuning(first).trials();
    List<Map<String, String>> promoted =
        trials.subList(5, trials.size()).stream().map(TrialRecord::values).toList();
    TrialRecord left =
        trials.subList(1, 5).stream()
            .filter(trial -> !promoted.contains(trial.values()))
            .findFirst()
            .orElseThrow();
    fail(path, left);
    ComparisonFolder.removeCell(path, TESTED);
    Map<String, Map<String, String>> contents = TinyComparison.contents(path);

    ComparisonOutcome resumed = host.comparisonOf(path).resume(path, RunListener.NONE);
    assertThat(resumed.failures()).isEmpty();
    assertThat(tuning(resumed).trials().get(left.number()).failure()).contains(CAUSE);
    assertThat(TinyComparison.contents(path)).containsAllEntriesOf(contents).hasSize(8);
  }

  @Test
  void aFailedTrialIsNotTriedAgainWhereATestedCellGetsAPosterior() {
    String metrics = "tasks.glosses.evaluator={use: classification, metrics: [nll, accuracy]}";
    String tune = tune("random", 2, RATES);
    ComparisonOutcome first = comparison(metrics, tune).run(RunListener.NONE);
    Path path = first.folder();
    int kept = tuning(first).chosen().orElseThrow();
    TrialRecord other = tuning(first).trials().get(1 - kept);
    fail(path, other);

    ComparisonOutcome then =
        comparison(metrics, tune, "posteriors={scaled: temperature}")
            .resume(path, RunListener.NONE);
    assertThat(then.failures()).isEmpty();
    assertThat(tuning(then).trials().get(other.number()).failure()).contains(CAUSE);
    assertThat(tuning(then).chosen()).hasValue(kept);
    assertThat(RunFolder.cells(cell(path, TESTED))).containsExactly("main", "main+scaled");
  }

  @Test
  void aReportOfATuningThatWasInterruptedHasTheTrialsThatAreThere() {
    String checkpoints = "checkpoints.every_steps=2";
    ComparisonOutcome first =
        comparison(checkpoints, tune("random", 2, RATES)).run(RunListener.NONE);
    Path path = first.folder();
    Comparison longer = comparison(checkpoints, tune("random", 3, RATES));
    RunListener inTheThird =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (cell.equals(TESTED + ".trial-2") && phase.equals("train") && progress.done() == 3) {
              longer.cancel();
            }
          }
        };
    assertThatThrownBy(() -> longer.resume(path, inTheThird))
        .isInstanceOf(CancelledException.class);

    Tuning reported = tuning(host.comparisonOf(path).report(path));
    assertThat(reported).as("the cell was tested by the choice of two").isEqualTo(tuning(first));
  }

  /** Lets a trial have failed. */
  private static void fail(Path comparison, TrialRecord trial) {
    try (RunFolder run = RunFolder.open(cell(comparison, trial.id()))) {
      run.cell(RunCell.MAIN).writeOutcome(CellOutcome.failed(1, Map.of(), CAUSE));
    }
  }

  private static Path cell(Path comparison, String id) {
    return ComparisonFolder.cell(comparison, id);
  }

  private static String tune(String tuner, int trials, String options) {
    return "tune={tuner: %s, trials: %d, options: %s}".formatted(tuner, trials, options);
  }

  private Comparison comparison(String... options) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + folder.resolve("runs")));
    // What a test does not interrupt needs no checkpoints.
    all.add("checkpoints.every_steps=0");
    all.addAll(List.of("seeds=[1]", "strategies={all: all}"));
    all.addAll(List.of(options));
    return host.comparison(tiny.file(), all);
  }

  private static Tuning tuning(ComparisonOutcome comparison) {
    return comparison
        .result()
        .groups()
        .get(0)
        .strategies()
        .get(0)
        .cells()
        .get(0)
        .tuning()
        .orElseThrow();
  }
}
