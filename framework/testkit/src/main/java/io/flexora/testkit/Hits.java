package io.flexora.testkit;

import io.flexora.statistics.HypergeometricTest;
import io.flexora.testkit.fixture.problem.PlantedLayers;
import java.util.List;
import java.util.stream.Stream;

/**
 * The chosen layers that matter, over several problems, and the probability that chance comes as
 * far.
 *
 * @param hits the chosen layers that matter
 * @param draws what was to be chosen from, and how many were, in each problem
 */
record Hits(int hits, List<HypergeometricTest.DrawnSet> draws) {

  static Hits none() {
    return new Hits(0, List.of());
  }

  /** Adds the choice on another problem. */
  Hits with(PlantedLayers problem, List<Integer> choice) {
    int found = (int) choice.stream().filter(problem.layers()::contains).count();
    HypergeometricTest.DrawnSet draw =
        new HypergeometricTest.DrawnSet(problem.count(), problem.layers().size(), choice.size());
    return new Hits(hits + found, Stream.concat(draws.stream(), Stream.of(draw)).toList());
  }

  /** How many layers were chosen. */
  int chosen() {
    return draws.stream().mapToInt(HypergeometricTest.DrawnSet::chosen).sum();
  }

  /** How likely chance hits as many or more: the p-value of an exact one-sided test. */
  double probability() {
    return test().atLeast();
  }

  /** How many hits chance has on average. */
  double expected() {
    return test().expected();
  }

  private HypergeometricTest test() {
    return HypergeometricTest.ofDraws(hits, draws);
  }

  @Override
  public String toString() {
    return "%d of %d layers that matter by choosing %d (chance: %.2f; p = %.2g)"
        .formatted(
            hits,
            draws.stream().mapToInt(HypergeometricTest.DrawnSet::wanted).sum(),
            chosen(),
            expected(),
            probability());
  }
}
