package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An encoder with adapters and a head, as a function of theta and the gates. */
final class AdaptedEncoder implements AdaptedModel {
  private final EncoderModel model;
  private final AdapterPlan plan;
  private final ParameterIndex index;
  private final int modules;
  private final NDManager manager;
  private final TorchScript script;
  private final String suffix;

  AdaptedEncoder(EncoderModel model, AdapterPlan plan) {
    this.model = model;
    this.plan = plan;
    BertShape shape = model.file().shape();
    var chosen = EncoderModules.chosen(shape, plan.modules());
    this.modules = chosen.size();
    this.index = EncoderParameters.of(plan, shape);
    this.manager = model.manager().newSubManager();
    EncoderText text =
        new EncoderText(shape, model.pooling(), plan, chosen, index, model.checkpointSegments());
    this.suffix = text.segments() > 1 ? "_in_segments" : "";
    this.script = TorchScript.compile(manager, text.text());
  }

  @Override
  public AdapterPlan plan() {
    return plan;
  }

  @Override
  public ParameterIndex parameters() {
    return index;
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    NDArray theta = scope.create(InitialTheta.draw(index, plan.method(), seeds));
    return theta.toType(model.type(), false);
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new EncoderBatch(scope, examples, model.type());
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      EncoderBatch texts = (EncoderBatch) batch;
      Arguments arguments =
          arguments(temporary, texts, point)
              .with("labels", texts.labels())
              .with("gated", point.alpha().isPresent() ? 1 : 0);
      NDList results = script.call("gradient" + suffix, arguments);
      double loss = scalar(results.get(0));
      results.subNDList(1).attach(scope);
      Optional<NDArray> alpha = point.alpha().map(a -> results.get(2));
      return new LossGradient(loss, batch.terms(), results.get(1), alpha);
    }
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      EncoderBatch texts = (EncoderBatch) batch;
      Arguments arguments = arguments(temporary, texts, point).with("labels", texts.labels());
      return scalar(script.call("loss", arguments).singletonOrThrow());
    }
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    if (point.alpha().isEmpty()) {
      throw new IllegalArgumentException("a Hessian product is taken at a point with gates");
    }
    try (NDManager temporary = scope.newSubManager()) {
      EncoderBatch texts = (EncoderBatch) batch;
      Arguments arguments =
          arguments(temporary, texts, point)
              .with("labels", texts.labels())
              .with("u", u.theta())
              .with("a", u.alpha());
      NDList results = script.call("product" + suffix, arguments);
      results.attach(scope);
      return new Direction(results.get(0), results.get(1));
    }
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    try (NDManager temporary = scope.newSubManager()) {
      NDArray scores =
          script
              .call("scores", arguments(temporary, (EncoderBatch) batch, point))
              .singletonOrThrow();
      double[] flat = doubles(scores);
      int classes = plan.classes();
      return IntStream.range(0, batch.size())
          .mapToObj(i -> java.util.Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  private Arguments arguments(NDManager scope, EncoderBatch batch, Point point) {
    return new Arguments(scope)
        .with("theta", point.theta())
        .with("alpha", point.alpha().orElseGet(() -> noGates(scope)))
        .with("w", model.weights())
        .with("x", batch.start(() -> start(batch)))
        .with("mask", batch.mask())
        .with("seeds", DropoutSeeds.of(scope, point, plan.layers(), modules));
  }

  private NDArray noGates(NDManager scope) {
    return scope.zeros(new Shape(plan.layers().size()), model.type());
  }

  private NDArray start(EncoderBatch batch) {
    if (plan.layers().isEmpty()) {
      return model.embed(batch.owner(), batch.texts());
    }
    Arguments arguments =
        new Arguments(batch.owner())
            .with("w", model.weights())
            .with("ids", batch.ids())
            .with("mask", batch.mask());
    return script.call("prefix", arguments).singletonOrThrow();
  }

  private static double scalar(NDArray array) {
    return doubles(array)[0];
  }

  private static double[] doubles(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT64 -> array.toDoubleArray();
      default -> {
        float[] values = array.toFloatArray();
        yield IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
      }
    };
  }

  @Override
  public List<String> exportFormats() {
    return List.of(OnnxExport.FORMAT);
  }

  @Override
  public void export(String format, NDArray theta, Path folder) {
    if (!format.equals(OnnxExport.FORMAT)) {
      throw new FlexoraException("an encoder cannot be exported to " + format + ", only to onnx");
    }
    new OnnxExport(model, plan, index).write(theta, folder);
  }

  @Override
  public void close() {
    manager.close();
  }
}
