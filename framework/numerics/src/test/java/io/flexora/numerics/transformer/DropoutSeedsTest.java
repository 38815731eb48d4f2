package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropoutSeedsTest {

  @Test
  void areAModulesOwnWhicheverOtherLayersAreAdapted() {
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu())) {
      NDArray theta = scope.create(1f);
      Point point = Point.of(theta).withDropout(1);
      long[] all = DropoutSeeds.of(scope, point, List.of(0, 1, 2), 2).toLongArray();
      assertThat(Arrays.stream(all).distinct()).hasSize(6).allMatch(s -> s >= 0);
      assertThat(DropoutSeeds.of(scope, point, List.of(2), 2).toLongArray())
          .containsExactly(all[4], all[5]);
      assertThat(DropoutSeeds.of(scope, Point.of(theta), List.of(), 2).toLongArray())
          .containsExactly(-1);
    }
  }

  @Test
  void ofAnExampleAreThoseOfAStepWithItsSeed() {
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu())) {
      Point point = Point.of(scope.create(1f));
      List<Integer> layers = List.of(1, 4);
      long[] first = DropoutSeeds.of(scope, point.withDropout(5), layers, 2).toLongArray();
      long[] second = DropoutSeeds.of(scope, point.withDropout(9), layers, 2).toLongArray();
      List<ExampleSeed> examples = ExampleSeed.of(new long[] {5, 9}, new int[] {3, 7});
      assertThat(DropoutSeeds.of(scope, examples, layers, 2).toLongArray())
          .containsExactly(
              first[0], second[0], first[1], second[1], 3, 7, first[2], second[2], first[3],
              second[3], 3, 7);
      assertThat(DropoutSeeds.of(scope, examples, List.of(), 2).toLongArray()).containsExactly(-1);
    }
  }
}
