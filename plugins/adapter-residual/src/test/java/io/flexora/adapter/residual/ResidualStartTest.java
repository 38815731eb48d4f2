package io.flexora.adapter.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.testkit.fixture.model.GivenSites;
import io.flexora.testkit.host.Extensions;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * On a matrix of 4 by 16 whose singular vectors are columns of Hadamard matrices, so that it is
 * exact in float32, and whose singular values are known.
 */
class ResidualStartTest {

  private static final int OUTPUTS = 4;
  private static final int INPUTS = 16;
  private static final int RANK = 2;
  private static final double SCALING = 3;
  private static final double[] SINGULAR = {4, 3, 2, 1};
  private static final ModuleShape MODULE = new ModuleShape("up", "layer.%d.up", INPUTS, OUTPUTS);
  private static final AdapterSite SITE = new AdapterSite(0, MODULE);
  private static final String OPTIONS = "{lora_rank: 2, lora_alpha: 6}";

  private static double hadamard(int row, int column) {
    return Integer.bitCount(row & column) % 2 == 0 ? 1 : -1;
  }

  /** Element o of a left singular vector. */
  private static double left(int o, int k) {
    return hadamard(o, k) / 2;
  }

  /** Element i of a right singular vector. */
  private static double right(int i, int k) {
    return hadamard(i, k + 1) / 4;
  }

  /** The part of the matrix that some of its singular values make, row by row. */
  private static double[] part(int from, int to) {
    double[] part = new double[OUTPUTS * INPUTS];
    for (int k = from; k < to; k++) {
      for (int at = 0; at < part.length; at++) {
        part[at] += SINGULAR[k] * left(at / INPUTS, k) * right(at % INPUTS, k);
      }
    }
    return part;
  }

  /** A model of one module. */
  private static final class OneModule extends GivenSites {

    private final NDManager manager;

    OneModule(NDManager manager) {
      super(List.of(SITE), 3);
      this.manager = manager;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      double[] whole = part(0, SINGULAR.length);
      float[] values = new float[whole.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) whole[i];
      }
      return NativeArrays.of(scope, values, new Shape(OUTPUTS, INPUTS));
    }
  }

  /** A0 {@code [rank, inputs]} and B0 {@code [outputs, rank]}. */
  private static List<float[]> start(ResidualAdapter adapter) {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      return adapter.start(new OneModule(manager)).parameters().get(SITE).stream()
          .map(AdapterArray::values)
          .toList();
    }
  }

  /** The inner product of two rows of A0. */
  private static double ofRows(float[] a, int row, int other) {
    double sum = 0;
    for (int i = 0; i < INPUTS; i++) {
      sum += (double) a[row * INPUTS + i] * a[other * INPUTS + i];
    }
    return sum;
  }

  /** The inner product of two columns of B0. */
  private static double ofColumns(float[] b, int column, int other) {
    double sum = 0;
    for (int o = 0; o < OUTPUTS; o++) {
      sum += (double) b[o * RANK + column] * b[o * RANK + other];
    }
    return sum;
  }

  /** A decomposition in float32 is off by some units in the last place of the largest value, 4. */
  private static final double SINGLE = 4e-6;

  /** Rows of A0 and columns of B0 are orthogonal, each as long as the root of its share. */
  @Test
  void theProductOfPissaHasTheLargestSingularValuesAndTheResidualTheOthers() {
    List<float[]> start = start(Extensions.of(PissaAdapter.class, LowRankOptions.class, OPTIONS));
    float[] a = start.get(0);
    float[] b = start.get(1);
    for (int k = 0; k < RANK; k++) {
      for (int other = 0; other < RANK; other++) {
        double expected = k == other ? SINGULAR[k] / SCALING : 0;
        assertThat(ofRows(a, k, other)).isCloseTo(expected, within(SINGLE));
        assertThat(ofColumns(b, k, other)).isCloseTo(expected, within(SINGLE));
      }
    }
    double[] product = new double[OUTPUTS * INPUTS];
    double[] residual = part(0, SINGULAR.length);
    for (int at = 0; at < product.length; at++) {
      for (int k = 0; k < RANK; k++) {
        product[at] += SCALING * b[at / INPUTS * RANK + k] * a[k * INPUTS + at % INPUTS];
      }
      residual[at] -= product[at];
    }
    assertThat(product).containsExactly(part(0, RANK), within(SINGLE));
    assertThat(residual).containsExactly(part(RANK, SINGULAR.length), within(SINGLE));
  }

  /** Columns of B0 are orthonormal, A0 is B0ᵀ W, and its second row begins with a zero. */
  @Test
  void theFactorsOfOloraBeginAQrDecomposition() {
    List<float[]> start = start(Extensions.of(OloraAdapter.class, LowRankOptions.class, OPTIONS));
    float[] a = start.get(0);
    float[] b = start.get(1);
    double[] whole = part(0, SINGULAR.length);
    for (int k = 0; k < RANK; k++) {
      for (int other = 0; other < RANK; other++) {
        assertThat(ofColumns(b, k, other)).isCloseTo(k == other ? 1 : 0, within(1e-6));
      }
      for (int i = 0; i < INPUTS; i++) {
        double expected = 0;
        for (int o = 0; o < OUTPUTS; o++) {
          expected += b[o * RANK + k] * whole[o * INPUTS + i];
        }
        assertThat((double) a[k * INPUTS + i]).isCloseTo(expected, within(1e-6));
      }
    }
    assertThat(a[INPUTS]).isCloseTo(0, within(1e-6f));
  }

  @Test
  void bHasTheRatioOfLearningRatesWhateverItStartsAtAndNoFileTellsIt() {
    List<AdapterMethod> plain = methods("{lora_rank: 2}");
    List<AdapterMethod> plus = methods("{lora_rank: 2, loraplus_lr_ratio: 16}");
    for (int i = 0; i < plain.size(); i++) {
      assertThat(plain.get(i).parameters(MODULE)).isEqualTo(LowRank.factors(MODULE, RANK));
      assertThat(plus.get(i).parameters(MODULE)).isEqualTo(LowRank.factors(MODULE, RANK, 16));
      assertThat(plus.get(i).form().configuration()).isEqualTo(plain.get(i).form().configuration());
    }
  }

  private static List<AdapterMethod> methods(String options) {
    return List.of(
        Extensions.of(PissaAdapter.class, LowRankOptions.class, options),
        Extensions.of(OloraAdapter.class, LowRankOptions.class, options),
        Extensions.of(LoraGaAdapter.class, LoraGaOptions.class, options));
  }
}
