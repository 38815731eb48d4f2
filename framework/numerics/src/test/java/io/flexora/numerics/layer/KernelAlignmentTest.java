package io.flexora.numerics.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelAlignmentTest {

  private static double[][] random(long seed, int samples, int width) {
    Random random = new Random(seed);
    return Stream.generate(() -> random.doubles(width, -1, 1).toArray())
        .limit(samples)
        .toArray(double[][]::new);
  }

  private static double[][] products(double[][] states) {
    return Arrays.stream(states)
        .map(a -> Arrays.stream(states).mapToDouble(b -> inner(a, b)).toArray())
        .toArray(double[][]::new);
  }

  private static double inner(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] transposed(double[][] states) {
    double[][] columns = new double[states[0].length][states.length];
    for (int i = 0; i < states.length; i++) {
      for (int j = 0; j < states[0].length; j++) {
        columns[j][i] = states[i][j];
      }
    }
    return columns;
  }

  /** Turned by a right angle in its first two coordinates, scaled and shifted. */
  private static double[] moved(double[] row) {
    double[] other = row.clone();
    other[0] = -row[1];
    other[1] = row[0];
    return Arrays.stream(other).map(x -> 3 * x + 5).toArray();
  }

  @Test
  void doesNotSeeRotationsScalesAndShifts() {
    double[][] states = random(1, 20, 6);
    double[][] k = products(states);
    double[][] l =
        products(Arrays.stream(states).map(KernelAlignmentTest::moved).toArray(double[][]::new));

    assertThat(KernelAlignment.biased(k, l).orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(KernelAlignment.debiased(k, l).orElseThrow()).isCloseTo(1, within(1e-12));
  }

  /** The shifted states are exact, and so are the products of those that are not shifted. */
  @Test
  void aMeanFarFromZeroCostsFewDigits() {
    double[][] x = dyadic(1);
    double[][] y = dyadic(2);
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < x[row].length; i++) {
        y[row][i] += x[row][i];
      }
    }
    double biased = KernelAlignment.biased(products(x), products(y)).orElseThrow();
    double debiased = KernelAlignment.debiased(products(x), products(y)).orElseThrow();

    assertShifted(x, y, 30, biased, debiased, 1e-11);
    assertShifted(x, y, 300, biased, debiased, 1e-9);
  }

  private static void assertShifted(
      double[][] x, double[][] y, double by, double biased, double debiased, double tolerance) {
    double[][] k = products(shifted(x, by));
    double[][] l = products(shifted(y, by));
    assertThat(KernelAlignment.biased(k, l).orElseThrow())
        .as("biased, shifted by %s", by)
        .isCloseTo(biased, within(tolerance));
    assertThat(KernelAlignment.debiased(k, l).orElseThrow())
        .as("debiased, shifted by %s", by)
        .isCloseTo(debiased, within(tolerance));
  }

  /** Sixteen states of 32 numbers in [-1, 1), of 16 binary digits. */
  private static double[][] dyadic(long seed) {
    return Arrays.stream(random(seed, 16, 32))
        .map(row -> Arrays.stream(row).map(value -> Math.rint(value * 0x1p15) * 0x1p-15).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] shifted(double[][] states, double by) {
    return Arrays.stream(states)
        .map(row -> Arrays.stream(row).map(value -> value + by).toArray())
        .toArray(double[][]::new);
  }

  /** By the other form, with the cross products of centred columns. */
  @Test
  void isTheRatioOfCrossProducts() {
    double[][] x = random(1, 12, 5);
    double[][] y = random(2, 12, 7);
    double expected = cross(x, y) / Math.sqrt(cross(x, x) * cross(y, y));

    assertThat(KernelAlignment.biased(products(x), products(y)).orElseThrow())
        .isCloseTo(expected, within(1e-13));
  }

  private static double cross(double[][] x, double[][] y) {
    double sum = 0;
    for (double[] a : transposed(x)) {
      double mean = Arrays.stream(a).average().orElseThrow();
      double[] centred = Arrays.stream(a).map(value -> value - mean).toArray();
      for (double[] b : transposed(y)) {
        sum += Math.pow(inner(centred, b), 2);
      }
    }
    return sum;
  }

  /** With more dimensions than samples, centring alone leaves much alignment. */
  @Test
  void independentStatesAreUnlikeOnlyWithoutBias() {
    double[][] k = products(random(1, 40, 200));
    double[][] l = products(random(2, 40, 200));

    assertThat(KernelAlignment.biased(k, l).orElseThrow()).isGreaterThan(0.7);
    assertThat(KernelAlignment.debiased(k, l).orElseThrow()).isCloseTo(0, within(0.1));
  }

  @Test
  void statesThatDoNotVaryHaveNone() {
    double[][] constant = new double[10][];
    Arrays.fill(constant, new double[] {0.1, 0.7, 1 / 3.0});
    double[][] k = products(constant);
    double[][] l = products(random(1, 10, 3));

    assertThat(KernelAlignment.biased(k, l)).isEmpty();
    assertThat(KernelAlignment.biased(l, k)).isEmpty();
    assertThat(KernelAlignment.debiased(k, l)).isEmpty();
    assertThat(KernelAlignment.debiased(l, k)).isEmpty();
  }

  @Test
  void threeSamplesHaveNoUnbiasedEstimate() {
    double[][] k = products(random(1, 3, 3));
    assertThatThrownBy(() -> KernelAlignment.debiased(k, k))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
