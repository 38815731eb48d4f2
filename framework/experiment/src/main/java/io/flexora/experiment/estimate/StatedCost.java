package io.flexora.experiment.estimate;

import io.flexora.api.cost.Workload;
import java.util.Optional;

/**
 * The cost of a run, as its selectors and its trainer state it.
 *
 * @param search what all selections take together
 * @param training what a training takes
 * @param memory about how much memory the process takes at its peak
 * @param expectation what measurements elsewhere let expect of the main strategy; empty if nothing
 *     was measured of it
 * @since 0.1
 */
public record StatedCost(
    Workload search, Workload training, MemoryEstimate memory, Optional<Expectation> expectation) {

  /** The same with another estimate of the memory. */
  public StatedCost withMemory(MemoryEstimate other) {
    return new StatedCost(search, training, other, expectation);
  }
}
