package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class HolmTest {

  private static double[] adjust(double... pValues) {
    return Holm.adjust(Arrays.stream(pValues).mapToObj(OptionalDouble::of).toList()).stream()
        .mapToDouble(OptionalDouble::orElseThrow)
        .toArray();
  }

  /** statsmodels 0.15.0: {@code multipletests(p, method='holm')}. */
  @Test
  void agreesWithStatsmodels() {
    assertThat(adjust(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    assertThat(adjust(0.02, 0.02, 0.6, 0.9, 0.001, 0.5))
        .containsExactly(new double[] {0.1, 0.1, 1, 1, 0.006, 1}, within(1e-15));
    assertThat(adjust(0.0001, 0.0134, 0.02, 0.0255, 0.4))
        .containsExactly(new double[] {0.0005, 0.0536, 0.06, 0.06, 0.4}, within(1e-15));
  }

  @Test
  void whatIsNotKnownIsNoMemberOfTheFamily() {
    assertThat(Holm.adjust(List.of(OptionalDouble.of(0.02), OptionalDouble.empty())))
        .containsExactly(OptionalDouble.of(0.02), OptionalDouble.empty());
    assertThat(Holm.adjust(List.of())).isEmpty();
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(() -> adjust(Double.NaN)).hasMessage("a p-value of NaN");
    assertThatThrownBy(() -> adjust(1.5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 300)
  void isMonotoneAndBetweenThePValueAndBonferronis(
      @ForAll List<@DoubleRange(min = 0, max = 1) Double> values) {
    double[] pValues = values.stream().mapToDouble(p -> p).toArray();
    double[] adjusted = adjust(pValues);
    for (int i = 0; i < pValues.length; i++) {
      assertThat(adjusted[i])
          .isGreaterThanOrEqualTo(pValues[i])
          .isLessThanOrEqualTo(Math.min(1, pValues.length * pValues[i]));
      for (int j = 0; j < pValues.length; j++) {
        if (pValues[i] <= pValues[j]) {
          assertThat(adjusted[i]).isLessThanOrEqualTo(adjusted[j]);
        }
      }
    }
  }
}
