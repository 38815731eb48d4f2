package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecimalsTest {

  @Test
  void whatIsSmallHasTwoDigits() {
    assertThat(Decimals.signedPlusMinus(0.00004, 0.00001))
        .isEqualTo("+0.000040 " + Sign.plusMinus() + " 0.000010");
    assertThat(Decimals.plusMinus(0.7, 0.00025))
        .isEqualTo("0.70000 " + Sign.plusMinus() + " 0.00025");
    assertThat(Decimals.signed(-0.00042)).isEqualTo("-0.00042");
    assertThat(Decimals.interval(0.00002, 0.00006)).isEqualTo("[+0.000020, +0.000060]");
  }

  @Test
  void whatIsLargeHasFewerDecimalsAndAZeroHasFour() {
    assertThat(Decimals.of(1542.021)).isEqualTo("1542.0");
    assertThat(Decimals.of(123_456.7)).isEqualTo("123457");
    assertThat(Decimals.interval(-0.03, 12.5)).isEqualTo("[-0.030, +12.500]");
    assertThat(Decimals.signedPlusMinus(0, 0)).isEqualTo("+0.0000 " + Sign.plusMinus() + " 0.0000");
    assertThat(Decimals.signed(1e-17)).isEqualTo("+0.0000");
  }
}
