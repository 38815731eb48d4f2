package io.flexora.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictDecimalsTest {

  @ParameterizedTest
  @CsvSource({
    "0.03, 0.030",
    "0.0494, 0.049",
    "0.0496, 0.0496",
    "0.04996, 0.04996",
    "0.05, 0.050",
    "0.0504, 0.050",
    "1, 1.000"
  })
  void aPValueBelowTheLevelIsShownBelowIt(double p, String shown) {
    assertThat(fixed(p, VerdictDecimals.ofPValue(p))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0", "1.94, 1.9", "1.96, 1.96", "1.996, 1.996", "2, 2.0", "2.04, 2.0"})
  void aGainThatIsNotClearIsShownBelowTwoErrors(double errors, String shown) {
    assertThat(fixed(errors, VerdictDecimals.ofErrors(errors))).isEqualTo(shown);
  }

  @Test
  void theNumberNextToTheBoundAndNoNumberHaveAnEnd() {
    double next = Math.nextDown(0.05);
    assertThat(Double.parseDouble(fixed(next, VerdictDecimals.ofPValue(next)))).isLessThan(0.05);
    assertThat(VerdictDecimals.ofPValue(Double.NaN)).isEqualTo(3);
    assertThat(VerdictDecimals.ofErrors(Double.POSITIVE_INFINITY)).isEqualTo(1);
  }

  private static String fixed(double number, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }
}
