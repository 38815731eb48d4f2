package io.flexora.report.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LatexNumberTest {

  @Test
  void aPValueBelowTheLevelIsToldFromOneAbove() {
    assertThat(LatexNumber.probability(OptionalDouble.of(0.0496))).isEqualTo("$0.0496$");
    assertThat(LatexNumber.probability(OptionalDouble.of(0.0504))).isEqualTo("$0.050$");
    assertThat(LatexNumber.probability(OptionalDouble.of(0.0009))).isEqualTo("$<0.001$");
    assertThat(LatexNumber.probability(OptionalDouble.empty())).isEqualTo(LatexNumber.NONE);
  }
}
