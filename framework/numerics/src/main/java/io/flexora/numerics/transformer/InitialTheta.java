package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import io.flexora.api.run.Seeds;
import java.util.SplittableRandom;

/** Draws the initial values of theta, each array from a stream of its own name. */
final class InitialTheta {
  // The standard deviation with which transformers draws the weight of a new head.
  private static final double HEAD_DEVIATION = 0.02;

  private InitialTheta() {}

  static float[] draw(ParameterIndex index, AdapterMethod method, Seeds seeds) {
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      SplittableRandom random = seeds.stream("initial", slice.tensorName());
      float[] values =
          slice.owner() instanceof Slice.Adapter adapter
              ? method.initialValues(adapter.module(), adapter.parameter(), random)
              : head(slice, random);
      System.arraycopy(values, 0, theta, Math.toIntExact(slice.offset()), values.length);
    }
    return theta;
  }

  private static float[] head(Slice slice, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(slice.size())];
    if (slice.shape().dimension() > 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (HEAD_DEVIATION * normal(random));
      }
    }
    return values;
  }

  /** One of a Box-Muller pair, written out so that it is the same on every Java version. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
