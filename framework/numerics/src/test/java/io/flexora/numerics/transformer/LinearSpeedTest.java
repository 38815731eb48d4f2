package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearSpeedTest {

  private static final int FLOAT32 = 6;
  private static final int FLOAT64 = 7;
  private static final int BF16 = 15;

  @Test
  void timesProductsOfEveryType() {
    double[] seconds =
        LinearSpeed.seconds(
            Device.cpu(), List.of(new LinearProduct(32, 16, 48)), FLOAT32, BF16, FLOAT64);
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
        LinearSpeed.seconds(Device.cpu(), List.of(new LinearProduct(1, wide, wide)), FLOAT32);
    assertThat(seconds[0]).isFinite().isPositive();
    assertThat(LinearSpeed.seconds(Device.cpu(), List.of(), FLOAT32)).containsExactly(0);
  }

  /** The same product takes the time that its rate says, as far as a busy machine lets it. */
  @Test
  void aRateIsThatOfTheProductsOfTheTime() {
    LinearProduct product = new LinearProduct(64, 256, 256);
    double operations = 4.0 * 64 * 256 * 256;
    double seconds = LinearSpeed.seconds(Device.cpu(), List.of(product), FLOAT32)[0];
    double rate = LinearSpeed.rate(Device.cpu(), List.of(product, product), FLOAT32);
    assertThat(rate * seconds / operations).isBetween(1.0 / 20, 20.0);
    assertThat(LinearSpeed.rate(Device.cpu(), List.of(), FLOAT32)).isZero();
  }

  @Test
  void aMachineIsMeasuredInTheUsualTypesAndInThatOfTheModel() {
    List<LinearProduct> products = List.of(new LinearProduct(16, 32, 32));
    MachineSpeed speed = MachineSpeed.measure(Device.cpu(), products, "float64");
    assertThat(speed.operations()).containsOnlyKeys("float32", "bf16", "float64");
    assertThat(speed.operations().values()).allMatch(rate -> rate > 1e6 && rate < 1e16);
    assertThat(speed.bytes()).isBetween(1e7, 1e14);
    assertThat(MachineSpeed.measure(Device.cpu(), products, "other").operations())
        .containsOnlyKeys("float32", "bf16");
  }
}
