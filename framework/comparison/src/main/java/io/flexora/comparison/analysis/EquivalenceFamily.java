package io.flexora.comparison.analysis;

import io.flexora.results.comparison.Equivalence;
import io.flexora.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The tests for equivalence of a group, corrected for each other. */
final class EquivalenceFamily {

  private EquivalenceFamily() {}

  /**
   * Judges the differences of a group. Holm's correction is over all that are tested for being not
   * worse, and over all that are tested for being equivalent; as no p-value of the latter is the
   * smaller one, what is equivalent is not worse.
   *
   * @param tested one for each difference; empty where the seeds are too few
   */
  static List<Equivalence> of(List<Optional<PairedEquivalence>> tested, double margin) {
    List<OptionalDouble> notWorse =
        Holm.adjust(
            tested.stream()
                .map(test -> FiniteValues.number(test.map(PairedEquivalence::pNotWorse)))
                .toList());
    List<OptionalDouble> equivalent =
        Holm.adjust(
            tested.stream()
                .map(test -> FiniteValues.number(test.map(PairedEquivalence::pEquivalent)))
                .toList());
    List<Equivalence> judged = new ArrayList<>();
    for (int i = 0; i < tested.size(); i++) {
      Optional<PairedEquivalence> test = tested.get(i);
      judged.add(
          new Equivalence(
              margin,
              test.flatMap(PairedEquivalence::seeds),
              test.flatMap(PairedEquivalence::examples),
              test.flatMap(PairedEquivalence::both),
              notWorse.get(i),
              equivalent.get(i),
              verdict(notWorse.get(i), equivalent.get(i))));
    }
    return judged;
  }

  private static Equivalence.Verdict verdict(OptionalDouble notWorse, OptionalDouble equivalent) {
    double level = SeedInference.LEVEL;
    if (notWorse.isEmpty()) {
      return Equivalence.Verdict.TOO_FEW_SEEDS;
    }
    if (equivalent.orElse(1) < level) {
      return Equivalence.Verdict.EQUIVALENT;
    }
    return notWorse.getAsDouble() < level
        ? Equivalence.Verdict.NOT_WORSE
        : Equivalence.Verdict.NOT_SHOWN;
  }
}
