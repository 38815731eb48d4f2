package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A softmax over class scores, with its loss and derivatives in closed form. */
abstract class SoftmaxHead implements AdaptedModel {
  private static final String RESOURCE = "head.torchscript";
  private final AdapterPlan plan;
  private final ParameterIndex parameters;
  private final NDManager manager;
  private final TorchScript script;

  /**
   * Makes a head.
   *
   * @param width the features that the head reads
   * @param form the resource with the method {@code logits} of theta and features
   */
  SoftmaxHead(
      NDManager parent, AdapterPlan plan, ParameterIndex parameters, int width, String form) {
    this.plan = plan;
    this.parameters = parameters;
    this.manager = parent.newSubManager();
    this.script =
        ScriptText.of(SoftmaxHead.class, RESOURCE)
            .and(ScriptText.of(SoftmaxHead.class, form))
            .with("classes", plan.head().classes().size())
            .with("width", width)
            .compile(manager);
  }

  /** What the head reads of the texts {@code [texts, width]}, attached to the scope. */
  abstract NDArray features(NDManager scope, List<Tokens> texts);

  @Override
  public AdapterPlan plan() {
    return plan;
  }

  @Override
  public ParameterIndex parameters() {
    return parameters;
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new FeatureBatch(
        features(scope, examples),
        NativeArrays.of(scope, examples.stream().mapToLong(t -> t.example().label()).toArray()),
        PaddedTexts.of(examples).shape().size());
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      NDList results = script.call("gradient", labelled(temporary, batch, point));
      NDArray gradient = results.get(1);
      gradient.attach(scope);
      return new LossGradient(
          doubles(results.get(0))[0],
          batch.terms(),
          gradient,
          point.alpha().map(alpha -> noGates(scope, alpha.getDataType())));
    }
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      return doubles(script.call("loss", labelled(temporary, batch, point)).get(0))[0];
    }
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    try (NDManager temporary = scope.newSubManager()) {
      NDArray product =
          script
              .call("product", arguments(temporary, batch, point).with("u", u.theta()))
              .singletonOrThrow();
      product.attach(scope);
      return new Direction(product, noGates(scope, product.getDataType()));
    }
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      double[] flat =
          doubles(script.call("scores", arguments(temporary, batch, point)).singletonOrThrow());
      int classes = plan.head().classes().size();
      return IntStream.range(0, batch.size())
          .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  private static Arguments labelled(NDManager scope, Batch batch, Point point) {
    return arguments(scope, batch, point).with("labels", ((FeatureBatch) batch).labels());
  }

  private static Arguments arguments(NDManager scope, Batch batch, Point point) {
    return new Arguments(scope)
        .with("theta", point.theta())
        .with("x", ((FeatureBatch) batch).features());
  }

  /** The derivative in the gates of no layers. */
  private static NDArray noGates(NDManager scope, DataType type) {
    return scope.zeros(new Shape(0), type);
  }

  private static double[] doubles(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] values = array.toFloatArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
