package io.flexora.experiment.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.Test;

class EngineStateTest {

  @Test
  void anEngineWithItsLibraryTellsItsVersion() {
    assertThat(EngineState.ofThisProcess())
        .filteredOn(engine -> engine.name().equals("PyTorch"))
        .singleElement()
        .satisfies(
            engine -> {
              assertThat(engine.version()).contains(TorchEngine.start().version());
              assertThat(engine.problem()).isEmpty();
              assertThat(engine.gpus() > 0).isEqualTo(TorchEngine.start().device("auto").isGpu());
            });
  }

  @Test
  void whatOnlyCallsEnginesElsewhereIsNone() {
    assertThat(EngineState.ofThisProcess()).extracting(EngineState::name).doesNotContain("RPC");
  }
}
