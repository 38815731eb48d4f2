package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Comparisons of which the truth is known. */
class SimulatedComparisonTest {

  private static final int SIMULATIONS = 200;

  /**
   * Examples of their own difficulty, seeds of their own luck, and strategies that add to the
   * chance of a right answer.
   */
  private static Map<String, Map<?, ?>> simulated(
      long draw, int seeds, int examples, Map<String, Double> strategies) {
    SplittableRandom random = new SplittableRandom(draw);
    double[] difficulty = random.doubles(examples, 0.2, 0.6).toArray();
    Cells cells = new Cells();
    strategies.forEach(
        (strategy, better) -> {
          for (long seed = 1; seed <= seeds; seed++) {
            double luck = random.nextDouble(-0.05, 0.05);
            StringBuilder answers = new StringBuilder();
            for (double chance : difficulty) {
              answers.append(random.nextDouble() < chance + luck + better ? '1' : '0');
            }
            cells.answers(strategy, seed, answers.toString());
          }
        });
    return cells.differences();
  }

  @Test
  void whatDoesNotDifferIsSeldomSaidToDiffer() {
    Map<String, Double> same = new TreeMap<>(Map.of("all", 0.0, "flexora", 0.0, "last", 0.0));
    int families = 0;
    int below = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Collection<Map<?, ?>> differences = simulated(i, 3, 16, same).values();
      assertThat(differences).hasSize(2);
      families +=
          differences.stream().allMatch(d -> d.get("verdict").equals("not distinguishable"))
              ? 0
              : 1;
      below += (int) differences.stream().filter(d -> (Double) d.get("p_value") < 0.5).count();
    }
    assertThat(families).isLessThanOrEqualTo(SIMULATIONS / 20);
    // A p-value that is always 1 would pass as well.
    assertThat(below).isGreaterThan(SIMULATIONS / 5);
  }

  @Test
  void whatDiffersIsFoundWithItsSign() {
    Map<String, Double> differing =
        new TreeMap<>(Map.of("all", 0.0, "flexora", 0.35, "last", -0.15));
    int found = 0;
    for (int i = 0; i < 30; i++) {
      Map<String, Map<?, ?>> differences = simulated(i, 5, 30, differing);
      found += differences.get("flexora").get("verdict").equals("better") ? 1 : 0;
      assertThat(differences.get("last").get("verdict")).isNotEqualTo("better");
    }
    assertThat(found).isGreaterThanOrEqualTo(27);
  }
}
