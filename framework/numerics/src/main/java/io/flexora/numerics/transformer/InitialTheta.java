package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Draws the initial values of theta, each array from a stream of its own name. */
final class InitialTheta {
  // The standard deviation with which transformers draws the weight of a new head.
  private static final double HEAD_DEVIATION = 0.02;

  private InitialTheta() {}

  static float[] draw(
      ParameterIndex index, AdapterPlan plan, Seeds seeds, Map<String, float[]> head) {
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      float[] values =
          slice.owner() instanceof Slice.Adapter adapter
              ? adapter(adapter, plan, seeds)
              : head.containsKey(slice.tensorName())
                  ? head.get(slice.tensorName())
                  : head(slice, stream(seeds, slice.tensorName()));
      System.arraycopy(values, 0, theta, Math.toIntExact(slice.offset()), values.length);
    }
    return theta;
  }

  /** The stream of an array, by its name in an adapter file without PEFT's prefix. */
  static SplittableRandom stream(Seeds seeds, String tensorName) {
    return seeds.stream("initial", tensorName);
  }

  private static float[] adapter(Slice.Adapter of, AdapterPlan plan, Seeds seeds) {
    Optional<List<AdapterArray>> given =
        plan.start().map(s -> s.parameters().get(new AdapterSite(of.layer(), of.module())));
    if (given.isEmpty()) {
      SplittableRandom random = stream(seeds, of.tensorName());
      return plan.method().initialValues(of.module(), of.parameter(), random);
    }
    return given.get().stream()
        .filter(array -> array.parameter().equals(of.parameter()))
        .findFirst()
        .orElseThrow()
        .values();
  }

  private static float[] head(Slice slice, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(slice.size())];
    if (slice.shape().dimension() > 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (HEAD_DEVIATION * LowRank.normal(random));
      }
    }
    return values;
  }
}
