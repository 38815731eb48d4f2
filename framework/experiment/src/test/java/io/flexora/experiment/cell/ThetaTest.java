package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.numerics.torch.TorchEngine;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThetaTest {

  private static final int LENGTH = 4096;

  /** A model of which only the type of its parameters is asked. */
  private static AdaptedModel computingIn(DataType type) {
    return (AdaptedModel)
        Proxy.newProxyInstance(
            ThetaTest.class.getClassLoader(),
            new Class<?>[] {AdaptedModel.class},
            (proxy, method, arguments) ->
                ((NDManager) arguments[0]).zeros(new Shape(LENGTH), type));
  }

  /** Memory of a Java buffer would be freed, and then be another buffer's. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void theValuesAreTheirOwn(DataType type) throws InterruptedException {
    float[] values = new float[LENGTH];
    Arrays.fill(values, 0.5f);
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      List<NDArray> thetas = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        thetas.add(Theta.of(manager, computingIn(type), values));
      }
      System.gc();
      Thread.sleep(50);
      List<ByteBuffer> others = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ByteBuffer other = ByteBuffer.allocateDirect(LENGTH * Float.BYTES);
        while (other.hasRemaining()) {
          other.put((byte) 0x7f);
        }
        others.add(other);
      }
      assertThat(others).hasSize(200);
      assertThat(thetas)
          .allSatisfy(
              theta -> {
                assertThat(theta.getDataType()).isEqualTo(type);
                assertThat(theta.sub(0.5).abs().sum().toType(DataType.FLOAT64, false).getDouble())
                    .isZero();
              });
    }
  }
}
