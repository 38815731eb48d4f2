package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Phase;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.run.CellOutcome;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One cell of a comparison as the analysis sees it.
 *
 * @param id the name of the cell
 * @param model the name of the model in the comparison
 * @param task the name of the task
 * @param strategy the label of the row: the name of the strategy, with that of the adapter where
 *     adapters are compared
 * @param selector the extension that the strategy uses
 * @param adapter the name of the adapter in the comparison; empty where all cells have the same
 * @param seed the seed
 * @param state how far it is
 * @param failure why it failed; empty if it did not
 * @param outcome what came out; empty unless it is done, and maybe where it failed
 * @param examples the examples and their values
 * @param layers how many layers the model has; empty where no run told it
 * @param withinBudget whether the cell kept to the budget; empty where that is not known
 * @param validationLoss the loss on validation data of the parameters that were kept; empty where
 *     it was not measured
 * @param searchCut whether the search ended because its time was over
 * @param tuning how the values of its training were chosen; empty if they were not tuned
 * @param trainer the name of the trainer in the comparison; empty where all cells have the same
 * @param derived whether it is made of another cell that was trained: one of its posteriors, or the
 *     same on another test set
 * @since 0.1
 */
public record AnalysedCell(
    String id,
    String model,
    String task,
    String strategy,
    String selector,
    Optional<String> adapter,
    long seed,
    CellState state,
    Optional<String> failure,
    Optional<CellOutcome> outcome,
    CellExamples examples,
    OptionalInt layers,
    Optional<Boolean> withinBudget,
    OptionalDouble validationLoss,
    boolean searchCut,
    Optional<Tuning> tuning,
    Optional<String> trainer,
    boolean derived) {

  /**
   * Checks the cell.
   *
   * @throws IllegalArgumentException if the cell is done but has no outcome
   */
  public AnalysedCell {
    if (state == CellState.DONE && outcome.isEmpty()) {
      throw new IllegalArgumentException("cell " + id + " is done, but has no outcome");
    }
  }

  /** Its own tuning; that of what it is made of is told there. */
  Optional<Tuning> ownTuning() {
    return tuning.filter(of -> !derived);
  }

  /**
   * The seconds of all phases of the cell and of the trials of its tuning, if it is done and they
   * were measured.
   */
  OptionalDouble seconds() {
    return success()
        .filter(done -> !done.seconds().isEmpty())
        .map(
            done ->
                OptionalDouble.of(
                    Stream.of(Phase.values()).mapToDouble(done::seconds).sum()
                        + tuning.map(Tuning::seconds).orElse(0.0)))
        .orElse(OptionalDouble.empty());
  }

  /** The highest memory of the cell and of the trials of its tuning, if it is done. */
  OptionalLong peak() {
    return success().stream()
        .flatMapToLong(
            done ->
                LongStream.concat(
                    done.peak().stream(),
                    tuning.stream().flatMapToLong(of -> of.peakMemoryBytes().stream())))
        .max();
  }

  /** The outcome of a cell that is done. */
  Optional<CellOutcome> success() {
    return state == CellState.DONE ? outcome : Optional.empty();
  }

  /** The metric that decides, if the cell is done. */
  Optional<MetricDescription> deciding() {
    return success().flatMap(CellOutcome::decisive).map(MetricValue::description);
  }

  /** What was measured by a metric; empty unless the cell is done and the value is a number. */
  Optional<MetricValue> measured(String metric) {
    return success()
        .map(done -> done.metrics().get(metric))
        .filter(measured -> Double.isFinite(measured.value()));
  }

  /**
   * The cell as the record of a comparison has it.
   *
   * @param metric the name of the metric that decides
   */
  SeedResult result(Optional<String> metric) {
    Optional<MetricValue> measured = metric.flatMap(this::measured);
    return new SeedResult(
        id,
        seed,
        state,
        failure,
        FiniteValues.number(measured.map(MetricValue::value)),
        FiniteValues.number(measured.map(MetricValue::standardError)),
        success(),
        withinBudget,
        success().map(done -> searchCut),
        validationLoss,
        ownTuning());
  }
}
