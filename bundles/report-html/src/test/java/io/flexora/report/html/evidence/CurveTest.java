package io.flexora.report.html.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CurveTest {

  @Test
  void smoothingLeavesAStraightLineAsItIs() {
    Curve line = curve(200);

    assertThat(line.smoothed().points())
        .allSatisfy(point -> assertThat(point.value()).isCloseTo(3 * point.step(), within(1e-9)));
  }

  @Test
  void smoothingCalmsNoise() {
    Curve noise =
        new Curve(
            IntStream.range(0, 400).mapToObj(i -> new Curve.Point(i, i % 2 * 2 - 1)).toList());

    assertThat(noise.smoothed().points().subList(20, 380))
        .allSatisfy(point -> assertThat(point.value()).isCloseTo(0, within(0.1)));
  }

  @Test
  void thinningKeepsTheEnds() {
    Curve thin = curve(1001).thinned(100);

    assertThat(thin.size()).isEqualTo(100);
    assertThat(thin.first()).contains(new Curve.Point(0, 0));
    assertThat(thin.last()).contains(new Curve.Point(1000, 3000));
    assertThat(curve(100).thinned(100)).isEqualTo(curve(100));
  }

  @Test
  void theLowestPointIsTheFirstOfEquals() {
    Curve curve =
        new Curve(
            java.util.List.of(new Curve.Point(1, 2), new Curve.Point(2, 1), new Curve.Point(3, 1)));

    assertThat(curve.lowest()).contains(new Curve.Point(2, 1));
  }

  private static Curve curve(int points) {
    return new Curve(
        IntStream.range(0, points).mapToObj(i -> new Curve.Point(i, 3.0 * i)).toList());
  }
}
