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
import io.flexora.api.input.TokenText;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.ExampleSeed;
import io.flexora.numerics.vector.Workspace;
import io.flexora.transformers.model.AdaptedTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An encoder with adapters and a head, as a function of theta and the gates. */
final class AdaptedEncoder extends AdaptedTransformer {
  private final EncoderModel model;

  AdaptedEncoder(EncoderModel model, AdapterPlan plan) {
    super(model, AdapterLayout.of(plan, model.shape()), model.text(plan));
    this.model = model;
  }

  @Override
  protected String textOfAllTokens() {
    return model.textOfAllTokens(plan());
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new EncoderBatch(scope, model.places(plan().head(), examples), model.type());
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
    int[] rows =
        ((EncoderBatch) batch).examples().stream().mapToInt(e -> e.computedTokens(true)).toArray();
    return scores(scope, batch, point, ExampleSeed.of(seeds, rows));
  }

  private double[][] scores(NDManager scope, Batch batch, Point point, List<ExampleSeed> seeds) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          differentiation()
              .arguments(temporary, point, model.weights(), arraysToEvaluate(batch), seeds);
      double[] flat = ArrayValues.of(differentiation().script().call("scores", arguments).get(0));
      return ((EncoderBatch) batch).places().ofExamples(flat);
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
              List.of(embedded, texts.mask()),
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
    long[] all = ((EncoderBatch) batch).tokens();
    reader().read(scope, point, model.weights(), arrays(batch), all, visitor);
  }

  @Override
  protected EncoderStates embedded(NDManager scope, List<Tokens> examples) {
    List<EncoderBatch> texts = new ArrayList<>();
    List<NDArray> rows = new ArrayList<>();
    for (Tokens example : examples) {
      for (TokenText one : example.texts()) {
        Tokens alone = new Tokens(example.example(), List.of(one), List.of(), 0);
        EncoderBatch text = (EncoderBatch) batch(scope, List.of(alone));
        texts.add(text);
        rows.add(text.start(() -> start(text.owner(), text)).squeeze(0));
      }
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
        List<NDArray> arrays = List.of(entering, text.mask());
        NDArray leaving =
            reader().layer(temporary, point, weights, arrays, text.tokens(), layer, visitor);
        rows.add(work.keep(leaving.squeeze(0)));
      }
    }
    return new EncoderStates(before.texts(), rows);
  }

  @Override
  public void classGradients(
      NDManager scope,
      Batch batch,
      Point point,
      List<Integer> layers,
      Differentiated differentiated,
      Visitor visitor) {
    EncoderBatch texts = (EncoderBatch) batch;
    classReader()
        .read(
            scope,
            point,
            model.weights(),
            arraysToEvaluate(batch),
            texts.places().counted(texts.firstTokens()),
            layers,
            differentiated,
            visitor);
  }

  private List<NDArray> arrays(Batch batch) {
    EncoderBatch texts = (EncoderBatch) batch;
    return texts.arrays(texts.start(() -> start(texts.owner(), texts)));
  }

  /** The same arrays for an evaluation, which may ask for the same texts again. */
  private List<NDArray> arraysToEvaluate(Batch batch) {
    EncoderBatch texts = (EncoderBatch) batch;
    if (layout().lowest() == 0) {
      return arrays(batch);
    }
    return texts.arrays(texts.start(() -> keptStart(texts)));
  }

  private NDArray keptStart(EncoderBatch batch) {
    Object kind = List.of(layout().lowest(), plan().head().input());
    return model
        .frozenStates()
        .of(batch.owner(), kind, batch.examples(), owner -> List.of(start(owner, batch)))
        .get(0);
  }

  private NDArray start(NDManager owner, EncoderBatch batch) {
    if (EncoderText.readsPooled(plan())) {
      return model.embed(owner, batch.examples());
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
