package io.flexora.comparison.analysis;

import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.McNemar;
import io.flexora.results.comparison.DifferenceResult.Test;
import io.flexora.results.comparison.DifferenceResult.Verdict;
import io.flexora.results.comparison.Equivalence;
import io.flexora.statistics.SignFlipTest;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A difference from the baseline as the record of a comparison has it. */
final class DifferenceEntry {

  private DifferenceEntry() {}

  static DifferenceResult of(
      PairedDifference difference,
      GroupMetric metric,
      OptionalDouble adjusted,
      Verdict verdict,
      int comparisons,
      Optional<Equivalence> equivalence) {
    Optional<PairedExamples> examples = difference.examples();
    return new DifferenceResult(
        difference.differences().mean(),
        difference.seeds(),
        examples.map(e -> OptionalInt.of(e.examples())).orElse(OptionalInt.empty()),
        difference.examplesMissing(),
        difference
            .tTest()
            .map(
                t ->
                    new Test(
                        "paired t-test",
                        difference.interval().map(metric::cutDifference).map(FiniteValues::bounds),
                        OptionalDouble.of(t.pValue()))),
        difference.permutation().map(DifferenceEntry::permutation),
        examples.map(
            e ->
                new Test(
                    "paired bootstrap and permutation",
                    e.interval().map(metric::cutDifference).map(FiniteValues::bounds),
                    OptionalDouble.of(e.permutation().pValue()))),
        examples
            .flatMap(PairedExamples::both)
            .map(
                both ->
                    new Test(
                        "t-test of crossed seeds and examples",
                        Optional.of(both.interval(ComparisonAnalysis.CONFIDENCE))
                            .filter(interval -> !difference.hasFewSeeds())
                            .map(metric::cutDifference)
                            .map(FiniteValues::bounds),
                        OptionalDouble.of(both.pValue()))),
        examples
            .flatMap(PairedExamples::mcNemar)
            .map(test -> new McNemar(test.onlyFirst(), test.onlySecond(), test.pValue())),
        FiniteValues.number(difference.effectSize()),
        FiniteValues.number(difference.pValue()),
        FiniteValues.number(adjusted),
        verdict,
        difference.seedsNeeded(comparisons),
        equivalence);
  }

  private static Test permutation(SignFlipTest test) {
    return new Test(
        (test.exact() ? "exact " : "") + "sign-flip permutation",
        Optional.empty(),
        OptionalDouble.of(test.pValue()));
  }
}
