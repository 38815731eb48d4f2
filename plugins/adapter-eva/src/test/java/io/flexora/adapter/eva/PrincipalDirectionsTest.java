package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the covariance of all rows, taken at once. */
class PrincipalDirectionsTest {

  private static final int WIDTH = 6;
  private static final int COUNT = 4;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Rows of three directions and an offset, so that four directions lose nothing. */
  private static double[][] rows(int count) {
    SplittableRandom random = new SplittableRandom(5);
    double[][] base = new double[4][];
    for (int i = 0; i < base.length; i++) {
      base[i] = random.doubles(WIDTH, -1, 1).toArray();
    }
    double[][] rows = new double[count][WIDTH];
    for (double[] row : rows) {
      for (int b = 0; b < base.length; b++) {
        double by = b == 3 ? 1 : (3 - b) * random.nextDouble(-1, 1);
        for (int i = 0; i < WIDTH; i++) {
          row[i] += by * base[b][i];
        }
      }
    }
    return rows;
  }

  private PrincipalDirections of(double[][] rows, int... batches) {
    PrincipalDirections found =
        new PrincipalDirections(manager, PrincipalDirections.compile(manager), WIDTH, COUNT);
    int from = 0;
    for (int size : batches) {
      double[] flat =
          Arrays.stream(rows, from, from + size).flatMapToDouble(Arrays::stream).toArray();
      try (NDArray array = NativeArrays.of(manager, flat, new Shape(size, WIDTH))) {
        found.add(array);
      }
      from += size;
    }
    return found;
  }

  /** The sum of the outer products of the centred rows. */
  private static double[][] scatter(double[][] rows) {
    double[] mean = new double[WIDTH];
    for (double[] row : rows) {
      for (int i = 0; i < WIDTH; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    double[][] scatter = new double[WIDTH][WIDTH];
    for (double[] row : rows) {
      for (int i = 0; i < WIDTH; i++) {
        for (int j = 0; j < WIDTH; j++) {
          scatter[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]);
        }
      }
    }
    return scatter;
  }

  @Test
  void areTheEigenvectorsOfTheCovarianceOfAllBatches() {
    double[][] rows = rows(30);
    double[][] scatter = scatter(rows);
    double trace = 0;
    for (int i = 0; i < WIDTH; i++) {
      trace += scatter[i][i];
    }
    for (int[] batches : new int[][] {{30}, {10, 10, 10}, {4, 17, 9}, {2, 1, 20, 7}}) {
      PrincipalDirections found = of(rows, batches);
      assertThat(found.rows()).isEqualTo(30);
      double[] directions = found.directions();
      double[] shares = found.shares();
      for (int d = 0; d < 3; d++) {
        double value = shares[d] * trace;
        assertThat(value).isCloseTo(found.values()[d] * found.values()[d], within(1e-9));
        for (int i = 0; i < WIDTH; i++) {
          double product = 0;
          for (int j = 0; j < WIDTH; j++) {
            product += scatter[i][j] * directions[d * WIDTH + j];
          }
          assertThat(product)
              .as("direction %d in batches of %s", d, Arrays.toString(batches))
              .isCloseTo(value * directions[d * WIDTH + i], within(1e-9));
        }
      }
      assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void settleWhenABatchComesAgain() {
    double[][] rows = rows(30);
    PrincipalDirections once = of(rows, 30);
    assertThat(once.settled(3, 0.99)).isFalse();
    double[][] twice = new double[60][];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = rows[i % 30];
    }
    assertThat(of(twice, 30, 30).settled(3, 0.999999)).isTrue();
  }

  /** Rows of more directions than are kept: what a batch drops is lost for the next. */
  @Test
  void areExactInOneBatchAndApproximateInMany() {
    SplittableRandom random = new SplittableRandom(9);
    double[][] rows = new double[30][];
    Arrays.setAll(rows, i -> random.doubles(WIDTH, -1, 1).toArray());
    double largest = 0;
    double approximate = 0;
    double[][] scatter = scatter(rows);
    for (int[] batches : new int[][] {{30}, {5, 5, 5, 5, 5, 5}}) {
      PrincipalDirections found = of(rows, batches);
      double[] first = Arrays.copyOf(found.directions(), WIDTH);
      double along = 0;
      for (int i = 0; i < WIDTH; i++) {
        for (int j = 0; j < WIDTH; j++) {
          along += first[i] * scatter[i][j] * first[j];
        }
      }
      if (batches.length == 1) {
        largest = along;
        assertThat(along).isCloseTo(found.values()[0] * found.values()[0], within(1e-9));
      } else {
        approximate = along;
        assertThat(along).isNotCloseTo(found.values()[0] * found.values()[0], within(1e-3));
      }
    }
    assertThat(approximate).isLessThan(largest);
  }

  @Test
  void waitForAsManyRowsAsThereAreDirections() {
    assertThat(of(rows(30), 3).rows()).isZero();
    assertThat(of(rows(30), 3, 1).rows()).isEqualTo(4);
  }
}
