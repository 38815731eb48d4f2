package io.flexora.experiment.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExperimentMemoryTest {

  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 2);

  /** LoRA's factors, where B has a learning rate of its own. */
  private static final class Paired extends NoAdapter {

    private final double factorOfB;

    Paired(double factorOfB) {
      this.factorOfB = factorOfB;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return LowRank.factors(module, 1, factorOfB);
    }
  }

  @Test
  void learningRatesOfTheAdapterMethodAreAnArrayMore() {
    assertThat(ExperimentMemory.rateMultipliers(new Paired(16), List.of(MODULE))).isEqualTo(1);
    assertThat(ExperimentMemory.rateMultipliers(new Paired(1), List.of(MODULE))).isZero();
  }
}
