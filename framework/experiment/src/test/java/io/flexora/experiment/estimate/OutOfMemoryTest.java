package io.flexora.experiment.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

  private static final long ELEMENTS = 1L << 44;

  @Test
  void anAllocationThatPyTorchCannotDoIsToldWithItsSize() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      assertThatThrownBy(() -> OutOfMemory.explained(() -> manager.zeros(new Shape(ELEMENTS))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageStartingWith("not enough memory: 70368744177664 bytes could not be had. Take");
    }
  }

  @Test
  void aFullHeapIsToldWithTheWayToALargerOne() {
    assertThatThrownBy(
            () ->
                OutOfMemory.explained(
                    () -> {
                      throw new OutOfMemoryError("Java heap space");
                    }))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("-Xmx");
  }

  @Test
  void otherFailuresAreLeftAsTheyAre() {
    EngineException other = new EngineException("mat1 and mat2 shapes cannot be multiplied");
    assertThatThrownBy(
            () ->
                OutOfMemory.explained(
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
    assertThat(OutOfMemory.explained(() -> 3)).isEqualTo(3);
  }
}
