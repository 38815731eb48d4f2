package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class McNemarTestTest {

  private static final Offset<Double> TIGHT = within(1e-12);

  /** statsmodels 0.15.0: {@code mcnemar(table, exact=b + c < 25, correction=True)}. */
  @Test
  void agreesWithStatsmodels() {
    assertThat(McNemarTest.of(1, 8).pValue()).isCloseTo(0.0390625, TIGHT);
    assertThat(McNemarTest.of(0, 5).pValue()).isCloseTo(0.0625, TIGHT);
    assertThat(McNemarTest.of(12, 12).pValue()).isEqualTo(1);
    assertThat(McNemarTest.of(10, 7).pValue()).isCloseTo(0.629058837890625, TIGHT);
    // Approval of the prime minister: Agresti, Categorical Data Analysis, table 10.1.
    assertThat(McNemarTest.of(150, 86).pValue()).isCloseTo(4.114562281345944e-05, TIGHT);
    assertThat(McNemarTest.of(15, 10).pValue()).isCloseTo(0.4237107971667936, TIGHT);
    assertThat(McNemarTest.of(3, 40).pValue()).isCloseTo(4.020508809874526e-08, TIGHT);
  }

  @Test
  void whatIsAlmostCertainIsNotCertain() {
    // statsmodels 0.15.0: mcnemar([[0, 900], [100, 0]], exact=False).
    assertThat(McNemarTest.of(900, 100).pValue())
        .isCloseTo(7.442174866578628e-141, withinPercentage(1e-6));
  }

  @Test
  void anEvenSplitIsNoEvidence() {
    assertThat(McNemarTest.of(20, 20)).isEqualTo(new McNemarTest(20, 20, 1));
    assertThat(McNemarTest.of(0, 0)).isEqualTo(new McNemarTest(0, 0, 1));
  }

  /** By numpy 2.4.6 from the formula; scipy 1.17.1: {@code chi2.sf(0.81967.., 1)}. */
  @Test
  void triesOfOneExampleAreACluster() {
    int[] first = {
      2, 3, 0, 3, 1, 2, 2, 1, 3, 0, 1, 1, 2, 1, 0, 0, 0, 0, 0, 3, 0, 2, 3, 0, 1, 1, 1, 3, 0, 3
    };
    int[] second = {
      1, 0, 3, 0, 0, 0, 1, 1, 0, 2, 2, 1, 0, 2, 2, 3, 1, 1, 3, 0, 0, 0, 0, 1, 2, 0, 2, 0, 1, 0
    };
    McNemarTest test = McNemarTest.of(first, second, 3);
    assertThat(test.onlyFirst()).isEqualTo(39);
    assertThat(test.onlySecond()).isEqualTo(29);
    assertThat(test.pValue()).isCloseTo(0.3652760444092834, TIGHT);
  }

  @Test
  void fewClustersAreTestedExactly() {
    // Five examples that differ, all in favour of the first: two of 2^5 assignments.
    int[] first = {3, 1, 2, 2, 3, 0, 1};
    int[] second = {0, 0, 1, 0, 0, 0, 1};
    assertThat(McNemarTest.of(first, second, 3)).isEqualTo(new McNemarTest(12, 2, 2 / 32.0));
    assertThat(McNemarTest.of(new int[4], new int[4], 2)).isEqualTo(new McNemarTest(0, 0, 1));
    assertThat(McNemarTest.of(new int[0], new int[0], 2)).isEqualTo(new McNemarTest(0, 0, 1));
  }

  @Test
  void oneTryOfEachIsTheOrdinaryTest() {
    int[] first = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    int[] second = {0, 1, 1, 1, 1, 1, 1, 1, 1, 0};
    assertThat(McNemarTest.of(first, second, 1)).isEqualTo(McNemarTest.of(1, 8));
  }

  @Test
  void countsAreCounts() {
    assertThatThrownBy(() -> McNemarTest.of(-1, 2)).hasMessage("counts -1 and 2");
    assertThatThrownBy(() -> McNemarTest.of(new int[2], new int[3], 2))
        .hasMessage("2 and 3 counts");
  }
}
