package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedPowerTest {

  private static void power(int pairs, double effect, double level, double power) {
    assertThat(PairedPower.power(pairs, effect, level)).isCloseTo(power, within(1e-8));
  }

  /** statsmodels 0.15.0: {@code TTestPower().power}. G*Power has 0.808 for 34 pairs and 0.5. */
  @Test
  void agreesWithStatsmodels() {
    power(2, 1.0, 0.05, 0.09280915505633597);
    power(3, 1.0, 0.05, 0.1792553937765517);
    power(5, 0.5, 0.05, 0.140516689990298);
    power(5, -2.0, 0.05, 0.9088848681009402);
    power(10, 0.8, 0.01, 0.3096979155434131);
    power(34, 0.5, 0.05, 0.8077775012792737);
    power(200, 0.1, 0.05, 0.29065761766148046);
    power(1000, 0.05, 0.05, 0.3520450126456206);
    power(4, 8.0, 0.05, 0.9999999999990475);
    power(2, 30.0, 0.05, 0.9991275941846067);
  }

  /** scipy 1.17: the same integral by {@code quad} in sixty pieces. */
  @Test
  void agreesWithScipyWhereFewPairsHaveToPassASmallLevel() {
    power(2, 0.3, 0.00025, 0.00027216847633438447);
    power(2, 4.65, 0.05 / 14, 0.029428564428474465);
    power(3, 20, 0.00025, 0.2593392096145837);
  }

  @Test
  void withoutAnEffectThePowerIsTheLevel() {
    power(2, 0, 0.05, 0.05);
    power(2, 0, 0.00025, 0.00025);
    power(3, 0, 0.00025, 0.00025);
    power(7, 0, 0.01, 0.01);
    power(500, 0, 0.05, 0.05);
  }

  /** statsmodels 0.15.0: the first n whose {@code TTestPower().power} is at least as high. */
  @Test
  void findsTheFewestPairs() {
    assertThat(PairedPower.pairsNeeded(0.5, 1, 0.05, 0.8)).hasValue(34);
    assertThat(PairedPower.pairsNeeded(-0.2, 1, 0.05, 0.8)).hasValue(199);
    assertThat(PairedPower.pairsNeeded(1.6, 2, 0.05, 0.8)).hasValue(15);
    assertThat(PairedPower.pairsNeeded(0.01, 0.1, 0.05, 0.8)).hasValue(787);
    assertThat(PairedPower.pairsNeeded(0.5, 1, 0.01, 0.9)).hasValue(63);
    assertThat(PairedPower.pairsNeeded(2, 1, 0.05, 0.8)).hasValue(5);
    assertThat(PairedPower.pairsNeeded(5, 1, 0.05, 0.8)).hasValue(3);
    assertThat(PairedPower.pairsNeeded(0.089, 1, 0.05, 0.8)).hasValue(993);
  }

  @Test
  void beyondAThousandPairsAndWithoutADifferenceThereIsNoAnswer() {
    assertThat(PairedPower.pairsNeeded(0.0886, 1, 0.05, 0.8)).isEmpty(); // 1002
    assertThat(PairedPower.pairsNeeded(0, 1, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.pairsNeeded(1, 0, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.pairsNeeded(Double.NaN, 1, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.pairsNeeded(1e300, 1e-300, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.pairsNeeded(1e-200, 1, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.pairsNeeded(1e9, 1, 0.05, 0.8)).hasValue(2);
  }

  @Test
  void refusesWhatIsNoTest() {
    assertThatThrownBy(() -> PairedPower.power(1, 1, 0.05))
        .hasMessage("1 pairs and an effect of 1.0");
    assertThatThrownBy(() -> PairedPower.power(3, 1, 5))
        .hasMessage("level is 5.0, not between 0 and 1");
    assertThatThrownBy(() -> PairedPower.pairsNeeded(1, 1, 0.05, 80))
        .hasMessage("power is 80.0, not between 0 and 1");
    assertThatThrownBy(() -> PairedPower.pairsNeeded(1, 1, 0.05, 0.5))
        .hasMessage("power is 0.5, not more than a half");
  }
}
