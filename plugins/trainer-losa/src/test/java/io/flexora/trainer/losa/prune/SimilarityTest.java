package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SimilarityTest {

  private static final int SAMPLES = 12;

  private final Random random = new Random(3);

  private double[][] gaussian(int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = random.nextGaussian();
      }
    }
    return values;
  }

  private static double[][] products(double[][] x) {
    double[][] products = new double[x.length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        for (int k = 0; k < x[i].length; k++) {
          products[i][j] += x[i][k] * x[j][k];
        }
      }
    }
    return products;
  }

  /** Turns columns 0 and 1 into each other by an angle, scales all, and moves all rows alike. */
  private static double[][] turned(double[][] x) {
    double[][] turned = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      turned[i] = x[i].clone();
      turned[i][0] = Math.cos(0.7) * x[i][0] - Math.sin(0.7) * x[i][1];
      turned[i][1] = Math.sin(0.7) * x[i][0] + Math.cos(0.7) * x[i][1];
      for (int k = 0; k < x[i].length; k++) {
        turned[i][k] = 5 * turned[i][k] + k;
      }
    }
    return turned;
  }

  @Test
  void doesNotSeeRotationScaleAndShift() {
    double[][] x = gaussian(SAMPLES, 30);
    double[][] cka = Similarity.cka(new double[][][] {products(x), products(turned(x))});
    for (double[] row : cka) {
      assertThat(row).containsExactly(new double[] {1, 1}, within(1e-12));
    }
  }

  @Test
  void isSmallForIndependentInputs() {
    double[][] cka =
        Similarity.cka(new double[][][] {products(gaussian(300, 3)), products(gaussian(300, 3))});
    assertThat(cka[0][1]).isBetween(0.0, 0.1);
  }

  @Test
  void isTheShareOfVarianceForOneColumnOfTwo() {
    // X has two orthogonal centred columns of equal length, Y the first: ⟨K, L⟩ / (‖K‖ ‖L‖) = 1/√2.
    double[][] x = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
    double[][] y = {{1}, {1}, {-1}, {-1}};
    double[][] cka = Similarity.cka(new double[][][] {products(x), products(y)});
    assertThat(cka[0][1]).isCloseTo(Math.sqrt(0.5), within(1e-12));
  }

  @Test
  void aLayerWhoseInputsAreAllTheSameIsLikeNone() {
    double[][] x = gaussian(4, 3);
    double[][] same = {{1, 2}, {1, 2}, {1, 2}, {1, 2}};
    double[][] cka = Similarity.cka(new double[][][] {products(x), products(same)});
    assertThat(cka[0][1]).isZero();
    assertThat(cka[1][1]).isZero();
    assertThat(Similarity.importances(cka)).containsExactly(1, 1);
  }

  @Test
  void whatResemblesTheOthersIsLessImportant() {
    double[][] cka = {{1, 0.9, 0.8}, {0.9, 1, 0.1}, {0.8, 0.1, 1}};
    double[] importances = Similarity.importances(cka);
    assertThat(importances[0]).isCloseTo(Math.exp(-1.7 / 3.6), within(1e-15));
    assertThat(importances[0]).isLessThan(importances[1]);
    assertThat(importances[1]).isLessThan(importances[2]);
  }
}
