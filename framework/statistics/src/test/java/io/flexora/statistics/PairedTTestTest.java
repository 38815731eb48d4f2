package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedTTestTest {

  private static void gives(double[] differences, double t, double p) {
    PairedTTest test = PairedTTest.of(differences, 0.95).orElseThrow();
    assertThat(test.t()).isCloseTo(t, within(1e-11));
    assertThat(test.pValue()).isCloseTo(p, within(1e-11));
    assertThat(test.interval())
        .isPresent()
        .isEqualTo(Sample.of(differences).orElseThrow().interval(0.95));
  }

  /** scipy 1.17.1: {@code ttest_1samp(differences, 0)}. Student has t = 4.06, Fisher 2.148. */
  @Test
  void agreesWithScipy() {
    gives(Data.SLEEP, 4.062127683382037, 0.002832890197384273);
    gives(Data.MAIZE, 2.1479874613311205, 0.049702944021800866);
    gives(Data.SEEDS, 2.229198320781315, 0.08969073075659671);
    gives(Data.THREE, -1.1428571428571428, 0.37146063894529113);
    gives(Data.MANY, -0.7442348937615233, 0.4627227093584609);
  }

  @Test
  void noDifferenceAtAllIsNoEvidence() {
    PairedTTest test = PairedTTest.of(new double[3], 0.95).orElseThrow();
    assertThat(test.pValue()).isEqualTo(1);
    assertThat(test.t()).isZero();
    assertThat(test.interval()).isEmpty();
  }

  @Test
  void whatHasNoSpreadToCompareWithSaysNothing() {
    assertThat(PairedTTest.of(new double[] {0.01, 0.01, 0.01}, 0.95)).isEmpty();
    assertThat(PairedTTest.of(new double[] {0.75 - 0.74, 0.85 - 0.84}, 0.95)).isEmpty();
    assertThat(PairedTTest.of(new double[] {0.01}, 0.95)).isEmpty();
    assertThat(PairedTTest.of(new double[] {0}, 0.95)).isEmpty();
    assertThat(PairedTTest.of(new double[0], 0.95)).isEmpty();
    assertThat(PairedTTest.of(new double[] {1, Double.NaN}, 0.95)).isEmpty();
  }
}
