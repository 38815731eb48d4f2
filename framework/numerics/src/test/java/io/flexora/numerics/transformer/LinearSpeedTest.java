package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flexora.numerics.transformer.LinearSpeed.Product;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearSpeedTest {

  private static final int FLOAT32 = 6;
  private static final int FLOAT64 = 7;
  private static final int BF16 = 15;

  @Test
  void timesProductsOfEveryType() {
    double[] seconds =
        LinearSpeed.seconds(Device.cpu(), List.of(new Product(32, 16, 48)), FLOAT32, BF16, FLOAT64);
    assertThat(seconds).hasSize(3);
    for (double s : seconds) {
      assertThat(s).isFinite().isPositive();
    }
  }

  /** One product is measured and counts for all that are like it, and for wider ones in part. */
  @Test
  void countsWhatItDoesNotCompute() {
    int wide = LinearSpeed.MOST_WIDTH << 12;
    double[] seconds =
        LinearSpeed.seconds(Device.cpu(), List.of(new Product(1, wide, wide)), FLOAT32);
    assertThat(seconds[0]).isFinite().isPositive();
    assertThat(LinearSpeed.seconds(Device.cpu(), List.of(), FLOAT32)).containsExactly(0);
  }
}
