package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.StrategyResult.Counterpart;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two strategies with two adapters: each is tested against the baseline and against its own. */
class AdapterComparisonTest {

  private static final Map<String, String> COUNTERPARTS =
      Map.of("all+dora", "all+lora", "last+dora", "last+lora");

  private static Cells cells() {
    return new Cells()
        .answers("all+lora", 1, "110010")
        .answers("all+lora", 2, "100010")
        .answers("all+lora", 3, "110110")
        .answers("all+dora", 1, "111010")
        .answers("all+dora", 2, "100110")
        .answers("all+dora", 3, "110111")
        .answers("last+lora", 1, "010011")
        .answers("last+lora", 2, "101001")
        .answers("last+lora", 3, "000010")
        .answers("last+dora", 1, "010111")
        .answers("last+dora", 2, "101101")
        .answers("last+dora", 3, "001111");
  }

  private static StrategyResult strategy(Cells cells, String name) {
    return cells.result().groups().get(0).strategies().stream()
        .filter(strategy -> strategy.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static DifferenceResult counterpart(Cells cells, String name) {
    return strategy(cells, name).counterpart().flatMap(Counterpart::difference).orElseThrow();
  }

  @Test
  void anAdapterIsTestedAgainstTheOtherOnTheSameLayers() {
    Cells cells = cells().against("all+lora", COUNTERPARTS);
    // The same test as where the other is the baseline.
    DifferenceResult alone =
        strategy(cells().against("last+lora", Map.of()), "last+dora")
            .againstBaseline()
            .orElseThrow();

    DifferenceResult tested = counterpart(cells, "last+dora");

    assertThat(tested.difference())
        .isEqualTo(alone.difference())
        .isCloseTo(5 / 18.0, within(1e-12));
    assertThat(tested.overSeeds()).isEqualTo(alone.overSeeds());
    assertThat(tested.overSeedsPermutation()).isEqualTo(alone.overSeedsPermutation());
    assertThat(tested.mcnemar()).isEqualTo(alone.mcnemar());
    assertThat(strategy(cells, "last+dora").adapter()).contains("dora");
    assertThat(strategy(cells, "last+dora").counterpart().orElseThrow().sentence())
        .startsWith("last+dora and last+lora are not distinguishable: difference +27.8 points");
  }

  @Test
  void aDifferenceThatIsBothIsTestedOnceAndAllAreCorrectedTogether() {
    Cells cells = cells().against("all+lora", COUNTERPARTS);
    List<DifferenceResult> tested =
        List.of(
            strategy(cells, "all+dora").againstBaseline().orElseThrow(),
            strategy(cells, "last+lora").againstBaseline().orElseThrow(),
            strategy(cells, "last+dora").againstBaseline().orElseThrow(),
            counterpart(cells, "last+dora"));

    assertThat(counterpart(cells, "all+dora")).isEqualTo(tested.get(0));
    // Holm: the smallest of four p-values is multiplied by four.
    DifferenceResult smallest =
        tested.stream()
            .min(java.util.Comparator.comparingDouble(d -> d.pValue().orElseThrow()))
            .orElseThrow();
    assertThat(smallest.pAdjusted().orElseThrow())
        .isCloseTo(Math.min(1, 4 * smallest.pValue().orElseThrow()), within(1e-12));
  }

  /** Its counterpart, such as the row without a posterior, is tested against it once. */
  @Test
  void aBaselineHasNoCounterpartOfItsOwn() {
    Cells cells = cells().against("all+dora", COUNTERPARTS);

    assertThat(strategy(cells, "all+dora").counterpart()).isEmpty();
    assertThat(strategy(cells, "all+lora").againstBaseline()).isPresent();
    assertThat(cells.result().groups().get(0).sentence())
        .endsWith(
            " With the strategy held equal, last+dora is not distinguishable from last+lora.");
  }

  @Test
  void theGroupSaysBoth() {
    assertThat(cells().against("all+lora", COUNTERPARTS).result().groups().get(0).sentence())
        .startsWith("bge on sense, against all+lora: ")
        .endsWith(
            " With the strategy held equal, all+dora is not distinguishable from all+lora;"
                + " last+dora is not distinguishable from last+lora.");
  }

  @Test
  void theGroupNamesThoseTogetherThatHaveTheSameVerdictAgainstTheSame() {
    Map<String, String> counterparts = Map.of("all+dora", "all+lora", "all+vera", "all+lora");
    Cells cells =
        cells()
            .answers("all+vera", 1, "110110")
            .answers("all+vera", 2, "101010")
            .answers("all+vera", 3, "010110");
    assertThat(cells.against("all+lora", counterparts).result().groups().get(0).sentence())
        .endsWith(
            " With the strategy held equal, all+dora and all+vera are not distinguishable from"
                + " all+lora.");
  }

  @Test
  void withoutAValueOfBothItIsSaidSo() {
    Cells cells =
        new Cells()
            .answers("all+lora", 1, "11")
            .failed("all+dora", 1, "no memory")
            .against("all+lora", COUNTERPARTS);
    assertThat(strategy(cells, "all+dora").counterpart())
        .contains(
            new Counterpart(
                "all+lora",
                Optional.empty(),
                "all+dora cannot be compared with all+lora: no seed has values of both (all+dora: 0"
                    + " of 1 cells done, 1 failed; all+lora: 1 of 1 cells done)."));
  }
}
