package io.flexora.report.html.comparison.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.report.html.evidence.Curve;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MeanCurveTest {

  @Test
  void isTheMeanWithTheSampleDeviationToEachSide() {
    MeanCurve mean = MeanCurve.of(List.of(curve(2), curve(4), curve(9)));

    // The sample standard deviation of 2, 4 and 9 is the root of 13.
    double[] point = mean.points().get(0);
    assertThat(point[0]).isEqualTo(1);
    assertThat(point[1]).isEqualTo(5);
    assertThat(point[2]).isCloseTo(5 - Math.sqrt(13), within(1e-12));
    assertThat(point[3]).isCloseTo(5 + Math.sqrt(13), within(1e-12));
  }

  @Test
  void theBandOfALossDoesNotGoBelowZero() {
    double[] point = MeanCurve.of(List.of(curve(0), curve(9))).points().get(0);
    assertThat(point)
        .containsExactly(new double[] {1, 4.5, 0, 4.5 * (1 + Math.sqrt(2))}, within(1e-12));
  }

  @Test
  void endsWhereTheFirstSeedEnds() {
    MeanCurve mean = MeanCurve.of(List.of(curve(1, 2, 3), curve(3, 4)));

    assertThat(mean.points()).extracting(point -> point[0]).containsExactly(1.0, 2.0);
    assertThat(mean.points()).extracting(point -> point[1]).containsExactly(2.0, 3.0);
  }

  @Test
  void oneSeedHasABandOfNoWidth() {
    assertThat(MeanCurve.of(List.of(curve(7))).points().get(0)).containsExactly(1, 7, 7, 7);
  }

  @Test
  void isThinnedEvenlyWithItsEnds() {
    MeanCurve mean = MeanCurve.of(List.of(curve(IntStream.range(0, 1001).toArray())));

    assertThat(mean.drawn(5))
        .extracting(point -> point[1])
        .containsExactly(0.0, 250.0, 500.0, 750.0, 1000.0);
    assertThat(mean.drawn(2000)).hasSize(1001);
    assertThat(MeanCurve.of(List.of()).drawn(5)).isEmpty();
  }

  private static Curve curve(int... values) {
    return new Curve(
        IntStream.range(0, values.length)
            .mapToObj(i -> new Curve.Point(i + 1, values[i]))
            .toList());
  }
}
