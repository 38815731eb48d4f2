package io.flexora.comparison.tuning;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.Phase;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.results.run.CellOutcome;
import java.util.Map;
import java.util.Optional;

/**
 * A trial that has ended.
 *
 * @param id which it is
 * @param setting its values and its length
 * @param values the same values for the tuner, by their paths in the comparison
 * @param texts the same as they are written
 * @param outcome what came out; empty if it failed
 * @param failure why it failed
 * @param phases the seconds of each phase, by its word; of one that failed, until then
 */
public record TunedTrial(
    CellId id,
    TrialSetting setting,
    Map<String, Double> values,
    Map<String, String> texts,
    Optional<CellOutcome> outcome,
    Optional<String> failure,
    Map<String, Double> phases) {

  /** The number of the trial, from 0. */
  public int number() {
    return id.trial().orElseThrow();
  }

  /** What it was judged by; empty if it failed. */
  public Optional<MetricValue> judged() {
    return outcome
        .flatMap(CellOutcome::decisive)
        .filter(measured -> Double.isFinite(measured.value()));
  }

  /** The seconds of all phases, whether or not it failed. */
  public double seconds() {
    return phases.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The seconds of a phase, whether or not it failed. */
  public double seconds(Phase phase) {
    return phases.getOrDefault(phase.word(), 0.0);
  }

  /** Whether it had a whole training, so that what it chose can be kept. */
  public boolean isWhole() {
    return setting.share() == 1;
  }

  /** The same for the tuner. */
  Trial forTuner() {
    return new Trial(
        number(),
        values,
        setting.share(),
        judged().stream().mapToDouble(MetricValue::value).findFirst());
  }
}
