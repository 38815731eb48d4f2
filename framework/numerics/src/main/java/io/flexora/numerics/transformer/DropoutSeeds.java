package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.Point;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The dropout seed of each adapted module in a step. A module's seed depends on the step and the
 * module's own place alone, so other layers can come and go without changing its masks.
 */
final class DropoutSeeds {
  private DropoutSeeds() {}

  /** Seeds {@code [layers * modules]} as int64, -1 for no dropout; at least one of them. */
  static NDArray of(NDManager scope, Point point, List<Integer> layers, int modules) {
    long[] seeds = new long[Math.max(1, layers.size() * modules)];
    Arrays.fill(seeds, -1);
    point
        .dropoutSeed()
        .ifPresent(
            step -> {
              for (int i = 0; i < layers.size() * modules; i++) {
                seeds[i] = seed(step, layers.get(i / modules), i % modules);
              }
            });
    return NativeArrays.onHost(scope, seeds);
  }

  private static long seed(long step, int layer, int module) {
    SplittableRandom ofLayer = new SplittableRandom(step ^ (0x9E3779B97F4A7C15L * (layer + 1)));
    return new SplittableRandom(ofLayer.nextLong() + module).nextLong() & Long.MAX_VALUE;
  }
}
