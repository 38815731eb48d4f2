package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.SplittableRandom;

/** A linear head that is trained on the pooled states of the frozen model. */
final class TrainedHead extends Head {
  private static final String WEIGHT = "classifier.weight";
  private static final String BIAS = "classifier.bias";
  // The standard deviation with which BERT draws the weight of a new head.
  private static final double DEVIATION = 0.02;
  private final OnnxModel model;

  TrainedHead(OnnxModel model, AdapterPlan plan) {
    super(
        model.manager(),
        plan,
        index(plan.classes(), model.width()),
        model.width(),
        "trained-head.torchscript");
    this.model = model;
  }

  private static ParameterIndex index(int classes, int width) {
    Slice weight = new Slice(0, new Shape(classes, width), new Slice.Head(WEIGHT));
    return new ParameterIndex(
        List.of(weight, new Slice(weight.size(), new Shape(classes), new Slice.Head(BIAS))));
  }

  @Override
  NDArray features(NDManager scope, List<Tokens> texts) {
    return model.embed(scope, texts);
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    float[] theta = new float[Math.toIntExact(parameters().size())];
    SplittableRandom random = seeds.stream("initial", WEIGHT);
    for (int i = 0; i < parameters().slices().get(0).size(); i++) {
      theta[i] = (float) (DEVIATION * normal(random));
    }
    return scope.create(theta);
  }

  /** One of a Box-Muller pair, written out so that it is the same on every Java version. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
