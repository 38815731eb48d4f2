package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A linear head that is trained on the pooled states of the frozen model. */
final class TrainedHead extends SoftmaxHead {
  private static final String WEIGHT = "classifier.weight";
  private static final String BIAS = "classifier.bias";
  // The standard deviation with which BERT draws the weight of a new head.
  private static final double DEVIATION = 0.02;
  // Room for about 40000 texts of a model that is 384 wide.
  private static final long KEPT_BYTES = 64L << 20;
  private final int width;
  private final KeptFeatures kept;

  /**
   * Makes a head.
   *
   * @param width the width of the pooled states
   * @param pooled computes the pooled states of one text
   */
  TrainedHead(NDManager parent, AdapterPlan plan, int width, Function<Tokens, float[]> pooled) {
    super(
        parent,
        plan,
        index(plan.head().classes().size(), width),
        width,
        "trained-head.torchscript");
    this.width = width;
    this.kept = new KeptFeatures(KEPT_BYTES, pooled);
  }

  private static ParameterIndex index(int classes, int width) {
    Slice weight = new Slice(0, new Shape(classes, width), new Slice.Head(WEIGHT));
    return new ParameterIndex(
        List.of(weight, new Slice(weight.size(), new Shape(classes), new Slice.Head(BIAS))));
  }

  /** Each text is computed by itself, so that its features do not depend on its batch. */
  @Override
  NDArray features(NDManager scope, List<Tokens> texts) {
    FloatBuffer rows = FloatBuffer.allocate(texts.size() * width);
    texts.forEach(text -> rows.put(kept.of(text)));
    return NativeArrays.of(scope, rows.array(), new Shape(texts.size(), width));
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    float[] theta = new float[Math.toIntExact(parameters().size())];
    SplittableRandom random = seeds.stream("initial", WEIGHT);
    for (int i = 0; i < parameters().slices().get(0).size(); i++) {
      theta[i] = (float) (DEVIATION * normal(random));
    }
    return NativeArrays.of(scope, theta);
  }

  /** One of a Box-Muller pair, written out so that it is the same on every Java version. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  @Override
  public void close() {
    kept.clear();
    super.close();
  }
}
