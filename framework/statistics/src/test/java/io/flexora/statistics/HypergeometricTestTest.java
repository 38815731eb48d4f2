package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.statistics.HypergeometricTest.DrawnSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HypergeometricTestTest {

  private static List<DrawnSet> draws(int elements, int wanted, int... chosen) {
    return IntStream.of(chosen).mapToObj(size -> new DrawnSet(elements, wanted, size)).toList();
  }

  private static void has(HypergeometricTest test, double expected, double atLeast) {
    assertThat(test.expected()).isCloseTo(expected, within(1e-10));
    assertThat(test.atLeast()).isCloseTo(atLeast, within(1e-10));
  }

  /** scipy 1.17.1: {@code hypergeom.sf}. */
  @Test
  void oneSetAgreesWithScipy() {
    has(HypergeometricTest.ofDraws(3, draws(12, 4, 4)), 16 / 12.0, 0.06666666666666667);
    has(HypergeometricTest.ofDraws(2, draws(12, 4, 4)), 16 / 12.0, 0.4060606060606061);
    has(HypergeometricTest.ofDraws(4, draws(12, 4, 4)), 16 / 12.0, 0.00202020202020202);
    has(HypergeometricTest.ofDraws(0, draws(12, 4, 6)), 2, 1);
    has(HypergeometricTest.ofDraws(5, draws(24, 6, 8)), 2, 0.006864988558352402);
  }

  /** scipy 1.17.1 and numpy 2.4.6: {@code convolve} of {@code hypergeom.pmf}. */
  @Test
  void manySetsAgreeWithScipy() {
    int[] ten = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
    has(HypergeometricTest.ofDraws(20, draws(12, 4, ten)), 40 / 3.0, 0.008013391235628081);
    has(HypergeometricTest.ofDraws(14, draws(12, 4, ten)), 40 / 3.0, 0.470356085063178);
    has(HypergeometricTest.ofDraws(12, draws(12, 3, ten)), 10, 0.25720859475375113);
    has(HypergeometricTest.ofDraws(5, draws(6, 2, 2, 3, 1, 2)), 8 / 3.0, 0.05481481481481483);
  }

  /** As above, of draws that differ in everything. */
  @Test
  void drawsMayDifferInEverything() {
    List<DrawnSet> draws =
        List.of(new DrawnSet(12, 4, 4), new DrawnSet(6, 2, 3), new DrawnSet(24, 6, 8));
    has(HypergeometricTest.ofDraws(7, draws), 13 / 3.0, 0.06620521839993444);
  }

  @Test
  void withoutATryChanceIsCertain() {
    has(HypergeometricTest.ofDraws(0, List.of()), 0, 1);
    has(HypergeometricTest.ofDraws(0, draws(12, 0, 4)), 0, 1);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> HypergeometricTest.ofDraws(1, draws(12, 4, 13)))
        .hasMessage("a set of 13 to find 4 of 12 elements");
    assertThatThrownBy(() -> HypergeometricTest.ofDraws(9, draws(12, 4, 4, 4)))
        .hasMessage("9 hits of 8");
  }
}
