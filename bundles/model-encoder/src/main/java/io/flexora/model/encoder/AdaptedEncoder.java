package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.LayerwiseModel.States;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.transformer.ClassGradientReader;
import io.flexora.numerics.transformer.ExampleSeed;
import io.flexora.numerics.transformer.Values;
import io.flexora.numerics.vector.Workspace;
import io.flexora.transformers.model.AdaptedTransformer;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An encoder with adapters and a head, as a function of theta and the gates. */
final class AdaptedEncoder extends AdaptedTransformer {
  private final EncoderModel model;

  AdaptedEncoder(EncoderModel model, AdapterPlan plan) {
    super(model, model.layout(plan), model.text(plan));
    this.model = model;
  }

  @Override
  protected String textOfAllTokens() {
    return model.textOfAllTokens(plan());
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new EncoderBatch(scope, examples, model.type());
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    return differentiation()
        .lossGradient(scope, point, model.weights(), arrays(batch), batch.terms(), layers);
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return differentiation().loss(scope, point, model.weights(), arraysToEvaluate(batch));
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    return differentiation().hessianProduct(scope, point, model.weights(), arrays(batch), u);
  }

  @Override
  public GradientRecord record(NDManager scope, Batch batch, Point point) {
    return differentiation().record(scope, point, model.weights(), arrays(batch), batch.terms());
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    return scores(scope, batch, point, List.of());
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point, long[] seeds) {
    int[] rows = ((EncoderBatch) batch).texts().stream().mapToInt(t -> t.ids().length).toArray();
    return scores(scope, batch, point, ExampleSeed.of(seeds, rows));
  }

  private double[][] scores(NDManager scope, Batch batch, Point point, List<ExampleSeed> seeds) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          differentiation()
              .arguments(temporary, point, model.weights(), arraysToEvaluate(batch), seeds);
      double[] flat = Values.of(differentiation().script().call("scores", arguments).get(0));
      int classes = plan().classes();
      return IntStream.range(0, batch.size())
          .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  /** Counts the tokens of the texts, special tokens included; padding does not count. */
  @Override
  public LayerActivity activity(NDManager scope, Batch batch, Point point) {
    EncoderBatch texts = (EncoderBatch) batch;
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          new Arguments(temporary)
              .with("w", model.weights())
              .with("ids", texts.ids())
              .with("mask", texts.mask());
      NDArray embedded = meter().script().call("prefix", arguments).singletonOrThrow();
      return meter()
          .measure(
              temporary,
              point,
              model.weights(),
              List.of(embedded, texts.mask(), texts.labels()),
              texts.counted(temporary));
    }
  }

  /** All tokens of the texts, special tokens included; a text has no answer apart. */
  @Override
  public void activations(
      NDManager scope,
      Batch batch,
      Point point,
      ActivationTokens tokens,
      ActivationVisitor visitor) {
    long[] places = ((EncoderBatch) batch).places();
    reader().read(scope, point, model.weights(), arrays(batch), places, visitor);
  }

  @Override
  protected EncoderStates embedded(NDManager scope, List<Tokens> examples) {
    List<EncoderBatch> texts = new ArrayList<>();
    List<NDArray> rows = new ArrayList<>();
    for (Tokens example : examples) {
      EncoderBatch text = (EncoderBatch) batch(scope, List.of(example));
      texts.add(text);
      rows.add(arrays(text).get(0).squeeze(0));
    }
    return new EncoderStates(texts, rows);
  }

  @Override
  protected EncoderStates layer(
      NDManager scope, States states, int layer, List<NDArray> weights, ActivationVisitor visitor) {
    EncoderStates before = (EncoderStates) states;
    List<NDArray> rows = new ArrayList<>();
    try (Workspace work = new Workspace(scope)) {
      NDManager temporary = work.temporary();
      Point point = Point.of(temporary.zeros(new Shape(parameters().size()), model.type()));
      for (int i = 0; i < before.texts().size(); i++) {
        EncoderBatch text = before.texts().get(i);
        NDArray entering = work.share(before.rows().get(i)).expandDims(0);
        List<NDArray> arrays = List.of(entering, text.mask(), text.labels());
        NDArray leaving =
            reader().layer(temporary, point, weights, arrays, text.places(), layer, visitor);
        rows.add(work.keep(leaving.squeeze(0)));
      }
    }
    return new EncoderStates(before.texts(), rows);
  }

  /** A text is read at its first token, or at all of them where their mean is. */
  @Override
  public void classGradients(
      NDManager scope,
      Batch batch,
      Point point,
      List<Integer> layers,
      Differentiated differentiated,
      Visitor visitor) {
    EncoderBatch texts = (EncoderBatch) batch;
    List<ClassGradientReader.Counted> counted = new ArrayList<>();
    for (int row = 0; row < texts.size(); row++) {
      long[] tokens = texts.places(row).toArray();
      int read = model.reading().pooling() == Pooling.CLS ? 1 : tokens.length;
      counted.add(
          new ClassGradientReader.Counted(
              tokens, IntStream.range(0, read).toArray(), plan().classes()));
    }
    classReader()
        .read(
            scope,
            point,
            model.weights(),
            arraysToEvaluate(batch),
            counted,
            layers,
            differentiated,
            visitor);
  }

  /** What the layers start from, the mask of the texts, and their labels. */
  private List<NDArray> arrays(Batch batch) {
    EncoderBatch texts = (EncoderBatch) batch;
    return List.of(texts.start(() -> start(texts.owner(), texts)), texts.mask(), texts.labels());
  }

  /** The same arrays for an evaluation, which may ask for the same texts again. */
  private List<NDArray> arraysToEvaluate(Batch batch) {
    EncoderBatch texts = (EncoderBatch) batch;
    if (layout().lowest() == 0) {
      return arrays(batch);
    }
    return List.of(texts.start(() -> keptStart(texts)), texts.mask(), texts.labels());
  }

  private NDArray keptStart(EncoderBatch batch) {
    return model
        .frozenStates()
        .of(batch.owner(), layout().lowest(), batch.texts(), owner -> List.of(start(owner, batch)))
        .get(0);
  }

  private NDArray start(NDManager owner, EncoderBatch batch) {
    if (plan().layers().isEmpty()) {
      return model.embed(owner, batch.texts());
    }
    Arguments arguments =
        new Arguments(owner)
            .with("w", model.weights())
            .with("ids", batch.ids())
            .with("mask", batch.mask());
    return differentiation().script().call("prefix", arguments).singletonOrThrow();
  }

  @Override
  public List<String> exportFormats() {
    return List.of(OnnxExport.FORMAT);
  }

  @Override
  public Optional<String> export(String format, NDArray theta, List<String> classes, Path folder)
      throws IOException {
    if (!format.equals(OnnxExport.FORMAT)) {
      throw new FlexoraException("an encoder cannot be exported to " + format + ", only to onnx");
    }
    OnnxExport export = new OnnxExport(model, model.file(), model.reading(), this);
    export.requirePossible(folder);
    OnnxCheck check = new OnnxCheck(model, this);
    export.write(
        theta, classes, model.tokenizer(), folder, written -> check.require(written, theta));
    return Optional.empty();
  }
}
