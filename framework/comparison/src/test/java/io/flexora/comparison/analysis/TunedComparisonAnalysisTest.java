package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.Phase;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.comparison.Tuning.TrialRecord;
import io.flexora.results.comparison.Tuning.Tuned;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three seeds of a tuned strategy: what tuning gained, and that its cost counts. */
class TunedComparisonAnalysisTest {

  private static final double[] GAINS = {0.1, 0.2, 0.3};
  private static final double SECONDS = 40;

  private static Tuning tuning(double gain, int chosen) {
    return new Tuning(
        List.of(trial(0, 0.5), trial(1, 0.5 + gain)),
        OptionalInt.of(chosen),
        OptionalDouble.of(gain),
        SECONDS,
        120,
        OptionalLong.of(1L << 40));
  }

  private static TrialRecord trial(int number, double value) {
    return trial(number, OptionalDouble.of(value));
  }

  private static TrialRecord trial(int number, OptionalDouble value) {
    return new TrialRecord(
        number,
        "bge.sense.all.1.trial-" + number,
        Map.of("trainer.learning_rate", "0.00" + (number + 1)),
        1,
        value,
        OptionalDouble.of(0.01),
        OptionalDouble.of(SECONDS / 2),
        OptionalLong.of(60),
        Optional.empty());
  }

  private static ComparisonResult result(boolean tuned) {
    return result(tuned, GAINS);
  }

  private static ComparisonResult result(boolean tuned, double[] gains) {
    List<AnalysedCell> cells = new ArrayList<>();
    int index = 0;
    for (AnalysedCell cell :
        new Cells()
            .answers("all", 1, "110010")
            .answers("all", 2, "100010")
            .answers("all", 3, "110110")
            .list()) {
      Tuning tuning = tuning(gains[index], index == 0 ? 0 : 1);
      Optional<Tuning> own = tuned ? Optional.of(tuning) : Optional.empty();
      cells.add(with(cell, "all", own, false));
      cells.add(with(cell, "all+scaled", own, true));
      index++;
    }
    return analysed(cells);
  }

  private static ComparisonResult analysed(List<AnalysedCell> cells) {
    return ComparisonAnalysis.of(
        new AnalysedComparison(
            "tuned",
            "all",
            Map.of(),
            List.of(1L, 2L, 3L),
            new Budget("seconds", OptionalDouble.of(60), "included", "included"),
            Optional.empty(),
            Optional.of(
                new Tuned(
                    "random",
                    OptionalInt.of(2),
                    OptionalDouble.empty(),
                    0.5,
                    List.of("trainer.learning_rate"),
                    Optional.of(Map.of("strategies.last.rate", "trainer.learning_rate")))),
            false,
            cells));
  }

  /** The tuning of a cell that kept the second of two trials, as far as these have values. */
  private static Tuning kept(OptionalDouble byDefault, OptionalDouble kept) {
    return new Tuning(
        List.of(trial(0, byDefault), trial(1, kept)),
        OptionalInt.of(1),
        byDefault.isPresent()
            ? OptionalDouble.of(kept.orElseThrow() - byDefault.getAsDouble())
            : OptionalDouble.empty(),
        SECONDS,
        120,
        OptionalLong.empty());
  }

  private static Tuning kept(double byDefault, double kept) {
    return kept(OptionalDouble.of(byDefault), OptionalDouble.of(kept));
  }

  /** Three seeds of the baseline, {@code all}, and of {@code last}, tuned so. */
  private static ComparisonResult compared(List<Tuning> all, List<Tuning> last) {
    List<AnalysedCell> cells = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<AnalysedCell> both =
          new Cells().answers("all", i + 1L, "110010").answers("last", i + 1L, "110000").list();
      cells.add(with(both.get(0), "all", Optional.of(all.get(i)), false));
      cells.add(with(both.get(1), "last", Optional.of(last.get(i)), false));
    }
    return analysed(cells);
  }

  private static AnalysedCell with(
      AnalysedCell cell, String strategy, Optional<Tuning> tuning, boolean derived) {
    return new AnalysedCell(
        cell.id(),
        cell.model(),
        cell.task(),
        strategy,
        cell.selector(),
        cell.adapter(),
        cell.seed(),
        cell.state(),
        cell.failure(),
        cell.outcome(),
        cell.examples(),
        cell.layers(),
        cell.withinBudget(),
        cell.validationLoss(),
        cell.searchCut(),
        tuning,
        cell.trainer(),
        derived);
  }

  private static StrategyResult strategy(ComparisonResult result) {
    return result.groups().get(0).strategies().get(0);
  }

  @Test
  void whatTuningGainedIsToldWithItsIntervalOverTheSeeds() {
    TunedStrategy tuned = strategy(result(true)).tuning().orElseThrow();
    assertThat(tuned.cells()).isEqualTo(3);
    assertThat(tuned.changed()).isEqualTo(2);
    assertThat(tuned.gain().orElseThrow()).isCloseTo(0.2, within(1e-12));
    // Student's t with two degrees of freedom: 4.3027; the deviation of the gains is 0.1.
    double half = 4.302652729911275 * 0.1 / Math.sqrt(3);
    assertThat(tuned.interval().orElseThrow().low()).isCloseTo(0.2 - half, within(1e-9));
    assertThat(tuned.interval().orElseThrow().high()).isCloseTo(0.2 + half, within(1e-9));
    assertThat(strategy(result(true)).sentence())
        .contains("tuning changed the values of 2 of 3 cells, a gain of +20.0 points")
        .endsWith("on the tuning examples.");
    assertThat(strategy(result(false)).tuning()).isEmpty();
    assertThat(strategy(result(false)).sentence()).doesNotContain("tuning");
  }

  @Test
  void whatTuningDidToTheDifferenceFromTheBaselineIsToldOfTheTuningExamples() {
    ComparisonResult result =
        compared(
            List.of(kept(0.5, 0.6), kept(0.5, 0.7), kept(0.5, 0.8)),
            List.of(kept(0.4, 0.7), kept(0.3, 0.8), kept(0.5, 0.9)));
    StrategyResult last = result.groups().get(0).strategies().get(1);
    TunedDifference found = last.tuning().orElseThrow().againstBaseline().orElseThrow();
    assertThat(found.seeds()).isEqualTo(3);
    // The means of -0.1, -0.2 and 0, and of 0.1 with each seed.
    assertThat(found.byDefault()).isCloseTo(-0.1, within(1e-15));
    assertThat(found.kept()).isCloseTo(0.1, within(1e-15));
    assertThat(last.sentence())
        .endsWith(
            " on the tuning examples, where the difference from all is -10.0 points with the"
                + " default values of both and +10.0 points with those kept of both.");

    assertThat(strategy(result).tuning().orElseThrow().againstBaseline()).isEmpty();
    assertThat(strategy(result).sentence())
        .endsWith("on the tuning examples.")
        .doesNotContain("where the difference");
  }

  @Test
  void seedsWhoseFirstTrialFailedTellOfNoDifference() {
    Tuning failed = kept(OptionalDouble.empty(), OptionalDouble.of(0.9));
    ComparisonResult some =
        compared(
            List.of(kept(0.5, 0.6), kept(0.5, 0.7), failed),
            List.of(kept(0.4, 0.7), failed, kept(0.5, 0.9)));
    StrategyResult last = some.groups().get(0).strategies().get(1);
    TunedDifference found = last.tuning().orElseThrow().againstBaseline().orElseThrow();
    assertThat(found.seeds()).isEqualTo(1);
    assertThat(found.byDefault()).isCloseTo(-0.1, within(1e-15));
    assertThat(found.kept()).isCloseTo(0.1, within(1e-15));
    assertThat(last.sentence())
        .endsWith("+10.0 points with those kept of both, over 1 of 3 seeds.");

    StrategyResult none =
        compared(List.of(kept(0.5, 0.6), failed), List.of(failed, kept(0.5, 0.9)))
            .groups()
            .get(0)
            .strategies()
            .get(1);
    assertThat(none.tuning().orElseThrow().againstBaseline()).isEmpty();
    assertThat(none.sentence()).doesNotContain("where the difference");
  }

  @Test
  void aGainThatIsTheSameWithEachSeedHasNoInterval() {
    StrategyResult strategy = strategy(result(true, new double[3]));
    assertThat(strategy.tuning().orElseThrow().gain()).hasValue(0);
    assertThat(strategy.tuning().orElseThrow().interval()).isEmpty();
    assertThat(strategy.sentence())
        .contains("cells, a gain of 0.0 points with each on the tuning examples.");
  }

  @Test
  void theTimeAndTheMemoryOfTheTrialsAreTheStrategys() {
    double untuned = strategy(result(false)).seconds().orElseThrow();
    assertThat(strategy(result(true)).seconds().orElseThrow())
        .isCloseTo(untuned + SECONDS, within(1e-9));
    assertThat(strategy(result(true)).peakMemoryBytes()).hasValue(1L << 40);
    assertThat(strategy(result(true)).cells())
        .allSatisfy(
            cell ->
                assertThat(cell.seconds().orElseThrow())
                    .as("the phases of the cell stay its own")
                    .containsOnlyKeys(
                        Stream.of(Phase.values()).map(Phase::word).toArray(String[]::new)));
  }

  @Test
  void aPosteriorOfATunedTrainingTakesItsTrialsTooButTellsThemNotAgain() {
    StrategyResult scaled = result(true).groups().get(0).strategies().get(1);
    assertThat(scaled.name()).isEqualTo("all+scaled");
    assertThat(scaled.seconds()).isEqualTo(strategy(result(true)).seconds());
    assertThat(scaled.tuning()).isEmpty();
    assertThat(scaled.sentence()).doesNotContain("tuning");
    assertThat(scaled.cells()).allSatisfy(cell -> assertThat(cell.tuning()).isEmpty());
  }

  @Test
  void theRecordHasAllOfIt(@TempDir Path folder) {
    ComparisonResult result = result(true);
    ComparisonFolder.writeResult(folder, result);
    assertThat(ComparisonFolder.result(folder)).contains(result);
    assertThat(result.tuning().orElseThrow().tuner()).isEqualTo("random");
    assertThat(result.tuning().orElseThrow().tiesInWords())
        .containsExactly("strategies.last.rate has the value of trainer.learning_rate");

    ComparisonResult compared = compared(List.of(kept(0.5, 0.6)), List.of(kept(0.4, 0.7)));
    ComparisonFolder.writeResult(folder, compared);
    assertThat(ComparisonFolder.result(folder)).contains(compared);
    assertThat(result.budget().tuning()).isEqualTo("included");
    assertThat(Cells.json(result(false)).toString()).doesNotContain("trial-1");
  }

  @Test
  void aCellThatIsNotDoneHasNoTime() {
    AnalysedCell missing = new Cells().missing("all", 1).list().get(0);
    assertThat(with(missing, "all", Optional.of(tuning(0.1, 1)), false).seconds()).isEmpty();
    assertThat(missing.success().map(CellOutcome::seconds)).isEmpty();
  }
}
