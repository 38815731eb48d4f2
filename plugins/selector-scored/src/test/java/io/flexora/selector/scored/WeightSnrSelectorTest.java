package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.measure.SignalToNoise;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightSnrSelectorTest {

  private static final ModuleShape TALL = new ModuleShape("tall", "layer.%d.tall", 8, 12);
  private static final ModuleShape WIDE = new ModuleShape("wide", "layer.%d.wide", 20, 8);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Singular values, quantiles and sums by numpy in float64. */
  @Test
  void sharesAreWhatNumpySays() {
    assertShares(false, 0.20557729974984468, 0.7060123948708423, 0.08841030537931309);
    assertShares(true, 0.5125071321628301, 0.43069242189301193, 0.05680044594415789);
  }

  private void assertShares(boolean normalise, double... expected) {
    List<Double> found =
        new WeightSnrSelector(new WeightSnrOptions("1", normalise))
            .select(new Planted())
            .scores()
            .get("weight_snr");
    assertThat(found).hasSize(expected.length);
    for (int layer = 0; layer < expected.length; layer++) {
      assertThat(found.get(layer)).isCloseTo(expected[layer], within(1e-5));
    }
  }

  @Test
  void splitsTheSingularValuesAtTheThreshold() {
    double[] values = {1, 2, 3, 4, 20};
    // Quantiles 2 and 4, so sigma = 2 / 1.349, and for a square matrix the threshold is 2 sigma.
    SignalToNoise square = SignalToNoise.of(values, 5, 5);
    assertThat(square.signal()).isEqualTo(27);
    assertThat(square.noise()).isEqualTo(3);
    assertThat(square.ratio()).isEqualTo(9);
    assertThat(square.normalised()).isEqualTo(0.45);
    // Of one four times as long it is 1.5 sigma = 2.22, which 2.3 is above and 2 is not.
    double[] between = {1, 2, 2.3, 4, 20};
    assertThat(SignalToNoise.of(between, 5, 5).noise()).isEqualTo(1 + 2 + 2.3);
    assertThat(SignalToNoise.of(between, 5, 20).noise()).isEqualTo(1 + 2);
    assertThat(SignalToNoise.of(between, 20, 5)).isEqualTo(SignalToNoise.of(between, 5, 20));
  }

  @Test
  void aMatrixWithoutNoiseIsRefusedByItsName() {
    SelectionContext identity =
        new Planted() {
          @Override
          public NDArray weight(NDManager scope, int layer, String module) {
            return scope.eye(8);
          }
        };
    assertThatThrownBy(
            () -> new WeightSnrSelector(new WeightSnrOptions("1", true)).select(identity))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no noise in the singular values of layer.0.tall");
  }

  @Test
  void aModelThatDoesNotShowItsWeightsIsRefused() {
    SelectionContext closed = new Closed(new Planted());
    assertThatThrownBy(() -> new WeightSnrSelector(new WeightSnrOptions("1", true)).select(closed))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector weight-snr needs a model that can read its frozen matrices")
        .hasMessageContaining("this model (gated) cannot");
  }

  /** Three layers with a matrix of each shape, as noise with as many directions as its number. */
  private class Planted extends ForwardingContext implements FrozenMatrices {

    Planted() {
      super(SelectionOnProblem.of(manager, 3, List.of(1)));
    }

    @Override
    public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
      return Optional.of(ability.cast(this));
    }

    @Override
    public List<ModuleShape> targets() {
      return List.of(TALL, WIDE);
    }

    @Override
    public boolean hasBias(int layer, String module) {
      return false;
    }

    @Override
    public NDArray weight(NDManager scope, int layer, String module) {
      ModuleShape shape = module.equals("tall") ? TALL : WIDE;
      float[] values = new float[shape.outputs() * shape.inputs()];
      for (int n = 0; n < values.length; n++) {
        int i = n / shape.inputs();
        int j = n % shape.inputs();
        double value =
            ((7 * i * i + 13 * i * j + 5 * j * j + 3 * i + 11 * j + layer) % 17 - 8) / 8.0;
        for (int k = 0; k < layer; k++) {
          value += Math.cos(1 + i * (k + 1)) * Math.sin(2 + j * (k + 2)) * (3 - k);
        }
        values[n] = (float) value;
      }
      return NativeArrays.of(scope, values, new Shape(shape.outputs(), shape.inputs()));
    }
  }
}
