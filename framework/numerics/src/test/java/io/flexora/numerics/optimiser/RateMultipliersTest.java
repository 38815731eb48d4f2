package io.flexora.numerics.optimiser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateMultipliersTest {

  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 2);

  /** A and B of rank 1 in two layers, and a head of 2. */
  private static ParameterIndex index(double ofB) {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < 2; layer++) {
      for (AdapterParameter parameter : LowRank.factors(MODULE, 1, ofB)) {
        Slice.Owner owner = new Slice.Adapter(layer, MODULE, parameter);
        slices.add(new Slice(offset, parameter.shape(), owner));
        offset += parameter.shape().size();
      }
    }
    slices.add(new Slice(offset, new Shape(2), new Slice.Head("score.bias")));
    return new ParameterIndex(slices);
  }

  @Test
  void eachParameterHasTheFactorOfItsMethodAndTheHeadItsOwn() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      assertThat(
              RateMultipliers.of(manager, index(16), DataType.FLOAT64, 0.5)
                  .orElseThrow()
                  .toDoubleArray())
          .containsExactly(1, 1, 1, 16, 16, 1, 1, 1, 16, 16, 0.5, 0.5);
    }
  }

  /** So that a step with factors of 1 is bit for bit the step without factors. */
  @Test
  void thereAreNoneWhereEveryFactorIsOne() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      assertThat(RateMultipliers.of(manager, index(1), DataType.FLOAT64, 1)).isEmpty();
    }
  }
}
