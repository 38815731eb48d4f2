package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowMomentsTest {

  /** More than two blocks of the sum, the last one smaller. */
  private static final int SIDE = 800;

  private static NDArray rows(NDManager scope, int count, long seed) {
    double[] values = new Random(seed).doubles((long) count * SIDE, -1, 1).toArray();
    return NativeArrays.of(scope, values, new Shape(count, SIDE));
  }

  @Test
  void isTheWholeSumHoweverItIsCutIntoBlocks() {
    FactorRanks ranks = new FactorRanks(2048, 10, LowRankMethod.INCREMENTAL);
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu());
        RowMoments moments = new RowMoments(scope, LaplaceScript.compile(scope), SIDE, ranks)) {
      NDArray first = rows(scope, 7, 1);
      NDArray second = rows(scope, 5, 2);
      moments.add(first);
      moments.add(second);
      Decomposition found = moments.decomposed(scope);

      NDArray all = first.concat(second, 0);
      NDArray expected = all.transpose().matMul(all);
      NDArray scaled = found.vectors().mul(found.values());
      NDArray product = scaled.matMul(found.vectors().transpose());
      assertThat(product.getShape()).isEqualTo(expected.getShape());
      assertThat(product.sub(expected).abs().max().getDouble()).isLessThanOrEqualTo(1e-9);
      assertThat(Arrays.stream(found.values().toDoubleArray()).filter(v -> v > 1e-9)).hasSize(12);
    }
  }
}
