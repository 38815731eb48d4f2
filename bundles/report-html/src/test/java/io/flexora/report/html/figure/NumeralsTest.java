package io.flexora.report.html.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class NumeralsTest {

  @Test
  void threeLayersInARowBecomeARange() {
    assertThat(Numerals.ranges(List.of(0, 1, 3, 4, 5, 9))).isEqualTo("0, 1, 3–5, 9");
    assertThat(Numerals.ranges(List.of())).isEmpty();
  }

  @Test
  void numbersDoNotDependOnTheMachinesLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Numerals.count(1_234_567)).isEqualTo("1,234,567");
      assertThat(Numerals.fixed(-0.5, 2)).isEqualTo("−0.50");
      assertThat(new Scale(0, 4, 1).at(1)).isEqualTo("25.00%");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aZeroHasNoSign() {
    assertThat(Numerals.fixed(-0.0004, 2)).isEqualTo("0.00");
    assertThat(Numerals.signed(0.0004, 2)).isEqualTo("0.00");
    assertThat(Numerals.signed(0.25, 2)).isEqualTo("+0.25");
  }

  @Test
  void aPValueBelowTheLevelIsToldFromOneAbove() {
    assertThat(Numerals.probability(0.0496)).isEqualTo("0.0496");
    assertThat(Numerals.probability(0.0504)).isEqualTo("0.050");
    assertThat(plain(Numerals.probability(0.0009))).isEqualTo("< 0.001");
  }

  @Test
  void unitsFitTheSize() {
    assertThat(plain(Numerals.seconds(41.25))).isEqualTo("41.3 s");
    assertThat(plain(Numerals.seconds(185))).isEqualTo("3 min 5 s");
    assertThat(plain(Numerals.seconds(7380))).isEqualTo("2 h 3 min");
    assertThat(plain(Numerals.bytes(3L << 30))).isEqualTo("3.00 GiB");
    assertThat(plain(Numerals.bytes(812L << 20))).isEqualTo("812 MiB");
  }

  @Test
  void aStandardErrorIsShownWithTwoDigits() {
    assertThat(Numerals.decimals(OptionalDouble.of(0.0089))).isEqualTo(4);
    assertThat(Numerals.decimals(OptionalDouble.of(0.012))).isEqualTo(3);
    assertThat(Numerals.decimals(OptionalDouble.empty())).isEqualTo(3);
  }

  @Test
  void anAxisHasRoundEndsThatHoldAllValues() {
    Scale scale = Scale.around(DoubleStream.of(0.687, 0.828));

    assertThat(scale.min()).isLessThanOrEqualTo(0.687);
    assertThat(scale.max()).isGreaterThanOrEqualTo(0.828);
    assertThat(scale.ticks()).extracting(Scale.Tick::label).startsWith("0.65").endsWith("0.85");
  }

  @Test
  void anAxisOfOneValueHasAWidth() {
    for (double value : new double[] {0, 0.5, -3, 1e9}) {
      Scale scale = Scale.around(DoubleStream.of(value));
      assertThat(scale.max()).isGreaterThan(scale.min());
      assertThat(scale.ticks()).hasSizeBetween(2, 12);
    }
  }

  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }
}
