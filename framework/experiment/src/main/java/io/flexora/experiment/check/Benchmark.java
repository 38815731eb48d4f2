package io.flexora.experiment.check;

import io.flexora.api.run.Phase;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The estimated costs of a cell, by a little of each of its phases, multiplied.
 *
 * @param searchSeconds the time of the search
 * @param trainSeconds the time of the training with its evaluations
 * @param evaluateSeconds the time of the evaluation at the end
 * @param posteriorSeconds the time of all posteriors
 * @param trains whether there is anything to train; the evaluations of cells that train nothing are
 *     the same, and made once
 * @param peakMemoryBytes the highest resident memory of the process meanwhile
 * @param steps how fast the steps of each phase were that has any
 * @since 0.1
 */
public record Benchmark(
    double searchSeconds,
    double trainSeconds,
    double evaluateSeconds,
    double posteriorSeconds,
    boolean trains,
    long peakMemoryBytes,
    Map<Phase, StepSpeed> steps) {

  /** Copies the map, in the order of the phases. */
  public Benchmark {
    steps = Collections.unmodifiableMap(new TreeMap<>(steps));
  }

  /** The time of all phases. */
  public double seconds() {
    return searchSeconds + trainSeconds + evaluateSeconds + posteriorSeconds;
  }
}
