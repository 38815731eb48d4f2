package io.flexora.numerics.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CholeskyTest {

  private static final double[][] MATRIX = {{4, 12, -16}, {12, 37, -43}, {-16, -43, 98}};
  private static final double[][] FACTOR = {{2, 0, 0}, {6, 1, 0}, {-8, 5, 3}};
  private static final double[] RIGHT = {2, 8, -5};

  @Test
  void findsTheFactor() {
    assertThat(Cholesky.factor(MATRIX)).isDeepEqualTo(FACTOR);
  }

  @Test
  void readsTheLowerTriangleAlone() {
    double[][] lower = {{4, 0, 0}, {12, 37, 0}, {-16, -43, 98}};
    assertThat(Cholesky.factor(lower)).isDeepEqualTo(FACTOR);
  }

  @Test
  void takesWhatRoundingHasMadeNegativeForNothing() {
    double[][] singular = {{1, 1, 1}, {1, Math.nextDown(1.0), 1}, {1, 1, 2}};
    double[][] factor = {{1, 0, 0}, {1, 0, 0}, {1, 0, 1}};
    assertThat(Cholesky.factor(singular)).isDeepEqualTo(factor);
  }

  @Test
  void solves() {
    double[] solution = Cholesky.backward(FACTOR, Cholesky.forward(FACTOR, RIGHT));
    for (int row = 0; row < RIGHT.length; row++) {
      double product = 0;
      for (int column = 0; column < RIGHT.length; column++) {
        product += MATRIX[row][column] * solution[column];
      }
      assertThat(product).isCloseTo(RIGHT[row], within(1e-12));
    }
  }
}
