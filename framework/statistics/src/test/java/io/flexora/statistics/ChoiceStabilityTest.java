package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChoiceStabilityTest {

  private static Set<Integer> first(int size) {
    return IntStream.range(0, size).boxed().collect(Collectors.toSet());
  }

  private static double byChance(int a, int b, int elements) {
    return ChoiceStability.jaccardByChance(List.of(first(a), first(b)), elements).orElseThrow();
  }

  @Test
  void averagesOverThePairs() {
    // 2/4, 1/4 and 0/4.
    assertThat(ChoiceStability.jaccard(List.of(Set.of(0, 1, 2), Set.of(1, 2, 3), Set.of(3, 4))))
        .hasValue((0.5 + 0.25 + 0) / 3);
    assertThat(ChoiceStability.jaccard(List.of(Set.of(), Set.of()))).hasValue(1);
    assertThat(ChoiceStability.jaccard(List.of(Set.of(), Set.of(1)))).hasValue(0);
    assertThat(ChoiceStability.jaccard(List.of(Set.of(1)))).isEmpty();
    assertThat(ChoiceStability.jaccard(List.of())).isEmpty();
  }

  /** Python's fractions: the mean over all subsets of that size, one by one. */
  @Test
  void chanceAgreesWithAllSubsets() {
    assertThat(byChance(2, 2, 4)).isCloseTo(7 / 18.0, within(1e-12));
    assertThat(byChance(3, 5, 12)).isCloseTo(133 / 660.0, within(1e-12));
    assertThat(byChance(6, 6, 12)).isCloseTo(148219 / 426888.0, within(1e-12));
    assertThat(byChance(1, 1, 24)).isCloseTo(1 / 24.0, within(1e-12));
    assertThat(byChance(7, 7, 7)).isCloseTo(1, within(1e-12));
    assertThat(byChance(0, 3, 7)).isZero();
    assertThat(byChance(0, 0, 5)).isEqualTo(1);
    assertThat(byChance(0, 0, 0)).isEqualTo(1);
  }

  @Test
  void chanceAveragesOverPairsOfTheirOwnSizes() {
    List<Set<Integer>> sets = List.of(first(2), first(3), first(5));
    double mean = (byChance(2, 3, 8) + byChance(2, 5, 8) + byChance(3, 5, 8)) / 3;
    assertThat(ChoiceStability.jaccardByChance(sets, 8).orElseThrow())
        .isCloseTo(mean, within(1e-15));
    assertThat(ChoiceStability.jaccardByChance(List.of(first(2)), 8)).isEmpty();
    assertThatThrownBy(() -> byChance(9, 1, 8)).hasMessage("9 of 8 elements");
  }

  /** Sets that are equal are computed once; the definition goes over all pairs. */
  @Property(tries = 50)
  void equalSetsCountAsOftenAsTheyAre(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(max = 15) Integer> bits) {
    List<Set<Integer>> sets =
        bits.stream()
            .map(
                set ->
                    IntStream.range(0, 4)
                        .filter(i -> (set >> i & 1) == 1)
                        .boxed()
                        .collect(Collectors.toSet()))
            .toList();
    double alike = 0;
    double byChance = 0;
    for (int i = 0; i < sets.size(); i++) {
      for (int j = 0; j < i; j++) {
        List<Set<Integer>> pair = List.of(sets.get(i), sets.get(j));
        alike += ChoiceStability.jaccard(pair).orElseThrow();
        byChance += byChance(pair.get(0).size(), pair.get(1).size(), 4);
      }
    }
    double pairs = sets.size() * (sets.size() - 1) / 2.0;
    assertThat(ChoiceStability.jaccard(sets).orElseThrow()).isCloseTo(alike / pairs, within(1e-14));
    assertThat(ChoiceStability.jaccardByChance(sets, 4).orElseThrow())
        .isCloseTo(byChance / pairs, within(1e-14));
  }

  @Test
  void countsHowOftenEachElementWasChosen() {
    assertThat(ChoiceStability.frequencies(List.of(Set.of(0, 2), Set.of(2)), 4))
        .containsExactly(0.5, 0.0, 1.0, 0.0);
    assertThat(ChoiceStability.frequencies(List.of(), 4)).isEmpty();
  }

  @Property(tries = 100)
  void chanceIsAShareAndBlindToTheOrder(
      @ForAll @IntRange(max = 32) int a, @ForAll @IntRange(max = 32) int b) {
    assertThat(byChance(a, b, 32)).isBetween(0.0, 1 + 1e-12);
    assertThat(byChance(a, b, 32)).isCloseTo(byChance(b, a, 32), within(1e-12));
  }
}
