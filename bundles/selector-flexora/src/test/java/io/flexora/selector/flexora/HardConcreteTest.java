package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardConcreteTest {

  private static final double STEP = 1e-5;

  /** By hand of the paper's formula, with 50 digits. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5, 0.5",
    "1, 0.5, 0.881089371432372392",
    "-0.7, 0.3, 0.007283541298765717",
    "3, 0.9, 1",
    "-3, 0.2, 0",
  })
  void isTheStretchedSigmoidOfTheNoise(double alpha, double uniform, double gate) {
    assertThat(HardConcrete.sample(alpha, uniform).value()).isCloseTo(gate, within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "1, 0.777270294356005855",
    "-1.5, 0.118910628567627608",
    "2.5, 1",
    "-2.5, 0"
  })
  void endsWithoutNoise(double alpha, double gate) {
    assertThat(HardConcrete.gate(alpha)).isCloseTo(gate, within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.831822183991690411", "-2, 0.400975264400922811", "1.3, 0.947777030533436591"})
  void isOpenWithAProbability(double alpha, double probability) {
    assertThat(HardConcrete.open(alpha)).isCloseTo(probability, within(1e-14));
  }

  /** Of a million gates, so many are above 0, within five standard errors. */
  @ParameterizedTest
  @CsvSource({"0", "-2", "1.3"})
  void isOpenAsOftenAsThat(double alpha) {
    Random random = new Random(1);
    int draws = 1_000_000;
    long open =
        random.doubles(draws).filter(u -> HardConcrete.sample(alpha, u).value() > 0).count();
    double probability = HardConcrete.open(alpha);
    double error = Math.sqrt(probability * (1 - probability) / draws);
    assertThat((double) open / draws).isCloseTo(probability, within(5 * error));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "0.4, 0.3", "-0.9, 0.7", "1.5, 0.35", "4, 0.9", "-4, 0.1"})
  void hasTheDerivativesOfItsDifferences(double alpha, double uniform) {
    HardConcrete at = HardConcrete.sample(alpha, uniform);
    HardConcrete above = HardConcrete.sample(alpha + STEP, uniform);
    HardConcrete below = HardConcrete.sample(alpha - STEP, uniform);
    assertThat(at.slope()).isCloseTo((above.value() - below.value()) / (2 * STEP), within(1e-9));
    assertThat(at.curvature())
        .isCloseTo((above.slope() - below.slope()) / (2 * STEP), within(1e-9));
    assertThat(HardConcrete.openSlope(alpha))
        .isCloseTo(
            (HardConcrete.open(alpha + STEP) - HardConcrete.open(alpha - STEP)) / (2 * STEP),
            within(1e-9));
  }

  /** Noise of 0 is the least that a stream gives. */
  @Test
  void isFiniteForTheLeastNoise() {
    assertThat(HardConcrete.sample(0, 0)).isEqualTo(new HardConcrete(0, 0, 0));
  }
}
