package io.flexora.experiment;

/**
 * What a cell takes, as a little of each of its phases says, multiplied.
 *
 * @param searchSeconds the time of the search
 * @param trainSeconds the time of the training with its evaluations
 * @param evaluateSeconds the time of the evaluation at the end
 * @param posteriorSeconds the time of all posteriors
 * @param trains whether there is anything to train; the evaluations of cells that train nothing are
 *     the same, and made once
 * @param peakMemoryBytes the highest resident memory of the process meanwhile
 * @since 0.1
 */
public record Benchmark(
    double searchSeconds,
    double trainSeconds,
    double evaluateSeconds,
    double posteriorSeconds,
    boolean trains,
    long peakMemoryBytes) {

  /** The time of all phases. */
  public double seconds() {
    return searchSeconds + trainSeconds + evaluateSeconds + posteriorSeconds;
  }
}
