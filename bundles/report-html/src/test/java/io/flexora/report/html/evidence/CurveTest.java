package io.flexora.report.html.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.report.html.evidence.Curve.CurvePoint;
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
        new Curve(IntStream.range(0, 400).mapToObj(i -> new CurvePoint(i, i % 2 * 2 - 1)).toList());

    assertThat(noise.smoothed().points().subList(20, 380))
        .allSatisfy(point -> assertThat(point.value()).isCloseTo(0, within(0.1)));
  }

  @Test
  void thinningKeepsTheEnds() {
    Curve thin = curve(1001).thinned(100);

    assertThat(thin.size()).isEqualTo(100);
    assertThat(thin.first()).contains(new CurvePoint(0, 0));
    assertThat(thin.last()).contains(new CurvePoint(1000, 3000));
    assertThat(curve(100).thinned(100)).isEqualTo(curve(100));
  }

  @Test
  void theLowestPointIsTheFirstOfEquals() {
    Curve curve =
        new Curve(
            java.util.List.of(new CurvePoint(1, 2), new CurvePoint(2, 1), new CurvePoint(3, 1)));

    assertThat(curve.lowest()).contains(new CurvePoint(2, 1));
  }

  private static Curve curve(int points) {
    return new Curve(IntStream.range(0, points).mapToObj(i -> new CurvePoint(i, 3.0 * i)).toList());
  }
}
