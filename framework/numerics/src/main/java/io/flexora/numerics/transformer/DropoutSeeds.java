package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

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

  /**
   * Seeds of the examples of a batch as int64: for each layer those of its modules {@code [modules,
   * examples]}, and behind them the rows {@code [examples]}. At least one number.
   */
  static NDArray of(
      NDManager scope, List<ExampleSeed> examples, List<Integer> layers, int modules) {
    LongStream.Builder numbers = LongStream.builder();
    if (layers.isEmpty()) {
      numbers.add(-1);
    }
    for (int layer : layers) {
      for (int module = 0; module < modules; module++) {
        for (ExampleSeed example : examples) {
          numbers.add(seed(example.seed(), layer, module));
        }
      }
      examples.forEach(example -> numbers.add(example.rows()));
    }
    return NativeArrays.onHost(scope, numbers.build().toArray());
  }

  private static long seed(long step, int layer, int module) {
    SplittableRandom ofLayer = new SplittableRandom(step ^ (0x9E3779B97F4A7C15L * (layer + 1)));
    return new SplittableRandom(ofLayer.nextLong() + module).nextLong() & Long.MAX_VALUE;
  }
}
