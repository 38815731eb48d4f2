package io.flexora.numerics.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossMeanTest {

  private final LossMean mean = new LossMean();

  @Test
  void leavesOutTheLossOfNoTermsWhereverItStands() {
    mean.add(Double.NaN, 0);
    mean.add(2, 3);
    mean.add(Double.NaN, 0);
    mean.add(6, 1);

    assertThat(mean.terms()).isEqualTo(4);
    assertThat(mean.value()).isEqualTo(3);
  }

  @Test
  void isNoNumberWithoutTerms() {
    mean.add(Double.NaN, 0);

    assertThat(mean.terms()).isZero();
    assertThat(mean.value()).isNaN();
  }
}
