package io.flexora.comparison;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.tune.Trial;
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
 */
record TunedTrial(
    CellId id,
    TrialSetting setting,
    Map<String, Double> values,
    Map<String, String> texts,
    Optional<CellOutcome> outcome,
    Optional<String> failure) {

  int number() {
    return id.trial().orElseThrow();
  }

  /** What it was judged by; empty if it failed. */
  Optional<MetricValue> judged() {
    return outcome
        .flatMap(CellOutcome::decisive)
        .filter(measured -> Double.isFinite(measured.value()));
  }

  double seconds() {
    return outcome.stream()
        .flatMap(ended -> ended.seconds().values().stream())
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  /** Whether it had a whole training, so that what it chose can be kept. */
  boolean isWhole() {
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
