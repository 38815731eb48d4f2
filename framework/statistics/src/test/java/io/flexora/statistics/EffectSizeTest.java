package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EffectSizeTest {

  private static void gives(double[] differences, double dz, double gz) {
    assertThat(EffectSize.cohenDz(differences).orElseThrow()).isCloseTo(dz, within(1e-12));
    assertThat(EffectSize.hedgesGz(differences).orElseThrow()).isCloseTo(gz, within(1e-12));
  }

  /** numpy 2.4.6: mean over {@code std(ddof=1)}; scipy 1.17.1: J by {@code special.gammaln}. */
  @Test
  void agreesWithNumpyAndScipy() {
    gives(Data.SLEEP, 1.2845575625910546, 1.173924903514205);
    gives(Data.MAIZE, 0.5546079777065185, 0.5242641159016376);
    gives(Data.SEEDS, 0.9969277961190803, 0.7954332967586408);
    gives(Data.THREE, -0.6598288790738579, -0.3722685804974628);
    gives(Data.MANY, -0.13587807979854905, -0.13232826287084448);
  }

  /** Hedges 1981, table 1: J(2) = 0.5642, J(10) = 0.9228. */
  @Test
  void correctsByTheTableOfHedges() {
    assertThat(EffectSize.hedgesGz(0, 1, 2).orElseThrow()).isCloseTo(0.5642, within(5e-5));
    double[] eleven = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    double ratio =
        EffectSize.hedgesGz(eleven).orElseThrow() / EffectSize.cohenDz(eleven).orElseThrow();
    assertThat(ratio).isCloseTo(0.9228, within(1e-4));
  }

  @Test
  void whatHasNoSpreadHasNoEffectSize() {
    assertThat(EffectSize.cohenDz(new double[3])).hasValue(0);
    assertThat(EffectSize.hedgesGz(new double[3])).hasValue(0);
    assertThat(EffectSize.cohenDz(2, 2, 2)).isEmpty();
    assertThat(EffectSize.cohenDz(2)).isEmpty();
    assertThat(EffectSize.cohenDz()).isEmpty();
    assertThat(EffectSize.cohenDz(2, Double.NaN, 1)).isEmpty();
    assertThat(EffectSize.cohenDz(1, 3)).isPresent();
    assertThat(EffectSize.hedgesGz(1, 3)).isEmpty();
  }
}
