package io.flexora.adapter.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.adapter.residual.LoraGaOptions.FactorScale;
import io.flexora.adapter.residual.LoraGaOptions.SingularDirections;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.testkit.fixture.model.GivenSites;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** With a gradient and a matrix that are diagonal, singular directions are coordinates. */
class LoraGaStartTest {

  private static final ModuleShape MODULE = new ModuleShape("up", "layer.%d.up", 6, 5);
  private static final AdapterSite SITE = new AdapterSite(0, MODULE);
  private static final int RANK = 2;
  private static final double ALPHA = 6;

  /** The singular values 5, 4, 3, 2, 1 of the gradient, and ten times those of the matrix. */
  private static final class Diagonal extends GivenSites {

    private final NDManager manager;

    Diagonal(NDManager manager) {
      super(List.of(SITE), 3);
      this.manager = manager;
    }

    private static NDArray diagonal(NDManager scope, float factor) {
      float[] values = new float[30];
      for (int i = 0; i < 5; i++) {
        values[i * 6 + i] = (5 - i) * factor;
      }
      return NativeArrays.of(scope, values, new Shape(5, 6));
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      return diagonal(scope, 10);
    }

    @Override
    public NDArray weightGradient(NDManager scope, AdapterSite site) {
      return diagonal(scope, 1);
    }
  }

  private static LoraGaAdapter adapter(int rank, SingularDirections direction, FactorScale scale) {
    LowRankOptions lora = new LowRankOptions(rank, ALPHA, 0, false, List.of());
    return new LoraGaAdapter(new LoraGaOptions(lora, direction, scale, 16, 4, 4));
  }

  /** The factors that it starts at, of absolute values: A {@code [2, 6]} and B {@code [5, 2]}. */
  private static List<float[]> start(SingularDirections direction, FactorScale scale) {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      List<AdapterArray> arrays =
          adapter(RANK, direction, scale).start(new Diagonal(manager)).parameters().get(SITE);
      return arrays.stream().map(array -> absolute(array.values())).toList();
    }
  }

  private static float[] absolute(float[] values) {
    float[] absolute = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      absolute[i] = Math.abs(values[i]);
    }
    return absolute;
  }

  private static void assertStart(
      SingularDirections direction,
      FactorScale scale,
      int[] rows,
      double a,
      int[] columns,
      double... b) {
    List<float[]> found = start(direction, scale);
    float[] expectedA = new float[12];
    float[] expectedB = new float[10];
    for (int i = 0; i < RANK; i++) {
      expectedA[i * 6 + rows[i]] = (float) a;
      expectedB[columns[i] * RANK + i] = (float) b[i];
    }
    assertThat(found.get(0)).containsExactly(expectedA, within(1e-6f));
    assertThat(found.get(1)).containsExactly(expectedB, within(1e-5f));
  }

  @Test
  void takesTheDirectionsThatItsOptionNames() {
    assertStart(
        SingularDirections.ARB2R, FactorScale.UNIT, new int[] {0, 1}, 1, new int[] {2, 3}, 3, 2);
    assertStart(
        SingularDirections.A2RBR, FactorScale.UNIT, new int[] {2, 3}, 1, new int[] {0, 1}, 5, 4);
    assertStart(
        SingularDirections.ARBR, FactorScale.UNIT, new int[] {1, 3}, 1, new int[] {0, 2}, 5, 3);
  }

  @Test
  void scalesThemAsItsOptionSays() {
    double stable = Math.pow(5, 0.25) / 4;
    assertStart(
        SingularDirections.ARB2R,
        FactorScale.STABLE,
        new int[] {0, 1},
        1,
        new int[] {2, 3},
        3 * stable,
        2 * stable);
    double bySize = 50 / 3.0;
    assertStart(
        SingularDirections.ARB2R,
        FactorScale.WEIGHT_SVD,
        new int[] {0, 1},
        1,
        new int[] {2, 3},
        3 * bySize,
        2 * bySize);
    double scaling = ALPHA / RANK;
    assertStart(
        SingularDirections.ARB2R,
        FactorScale.GD_SCALE,
        new int[] {0, 1},
        1 / scaling,
        new int[] {2, 3},
        3 / scaling,
        2 / scaling);
  }

  @Test
  void drawsTheSameDirectionsForBothFactors() {
    List<float[]> found = start(SingularDirections.RANDOM, FactorScale.UNIT);
    Set<Integer> taken = new TreeSet<>();
    for (int i = 0; i < RANK; i++) {
      for (int column = 0; column < 6; column++) {
        if (found.get(0)[i * 6 + column] > 0.5) {
          taken.add(column);
          assertThat(found.get(1)[column * RANK + i]).isCloseTo(5f - column, within(1e-5f));
        }
      }
    }
    assertThat(taken).hasSize(RANK).allMatch(column -> column < 2 * RANK);
  }

  @Test
  void aRankThatTakesMoreDirectionsThanThereAreIsRefused() {
    assertThatThrownBy(
            () -> adapter(3, SingularDirections.ARB2R, FactorScale.UNIT).parameters(MODULE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("lora_rank is 3", "6 directions", "5 singular values");
  }
}
