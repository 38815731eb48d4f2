package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.FrozenMatrices;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.TextEmbedder;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.encoder.EncoderOptions.ComputeType;
import io.flexora.model.encoder.EncoderOptions.Pooling;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.numerics.transformer.WeightView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A BERT encoder with its frozen weights on the device. */
final class EncoderModel implements BaseModel, TextEmbedder, FrozenMatrices {
  /** The model without anything to train. */
  private static final AdapterPlan NOTHING =
      new AdapterPlan(new NoAdapter(), List.of(), List.of(), 1);

  private final BertFile file;
  private final ModelShape shape;
  private final Pooling pooling;
  private final int checkpointSegments;
  private final NDManager manager;
  private final DataType type;
  private final List<NDArray> weights;
  private final Differentiation plain;
  private final WeightView shown;
  private final FrozenStates frozenStates;

  EncoderModel(BertFile file, ModelShape shape, EncoderOptions options, NDManager manager) {
    this.file = file;
    this.shape = shape;
    this.pooling = options.pooling();
    this.checkpointSegments = options.checkpointSegments();
    this.manager = manager;
    ComputeType compute = options.computeDtype();
    this.type = compute == ComputeType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    this.weights = FrozenWeights.load(file, manager, compute);
    this.plain = Differentiation.compile(manager, layout(NOTHING), text(NOTHING), 0, type);
    this.shown = new WeightView(manager, shape);
    this.frozenStates = new FrozenStates(manager, FrozenStates.MOST_BYTES);
  }

  /** Where the adapters of a plan and the head are in theta. */
  AdapterLayout layout(AdapterPlan plan) {
    Map<String, Shape> head = new LinkedHashMap<>();
    head.put("classifier.weight", new Shape(plan.classes(), shape.hiddenSize()));
    head.put("classifier.bias", new Shape(plan.classes()));
    return AdapterLayout.of(plan, shape, head);
  }

  /** The text for a plan. */
  String text(AdapterPlan plan) {
    return EncoderText.of(file.shape(), pooling, plan.classes(), plan.layers().isEmpty(), false);
  }

  /** The text for a plan, with all tokens computed in all layers. */
  String textOfAllTokens(AdapterPlan plan) {
    return EncoderText.of(file.shape(), pooling, plan.classes(), false, true);
  }

  @Override
  public ModelShape shape() {
    return shape;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public NDArray embed(NDManager scope, List<Tokens> texts) {
    try (NDManager temporary = scope.newSubManager()) {
      EncoderBatch batch = new EncoderBatch(temporary, texts, type);
      Arguments arguments =
          new Arguments(temporary)
              .with("w", weights)
              .with("ids", batch.ids())
              .with("mask", batch.mask());
      NDArray pooled = plain.script().call("embed", arguments).singletonOrThrow();
      pooled.attach(scope);
      return pooled;
    }
  }

  @Override
  public AdaptedModel adapt(AdapterPlan plan) {
    if (plan.classes() < 1) {
      throw new FlexoraException(
          "an encoder is trained to choose among classes, and the task has none; use a task such"
              + " as classification, or a decoder model");
    }
    return new AdaptedEncoder(this, plan);
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    return shown.copy(scope, layer, module, this::place);
  }

  private WeightView.Place place(int layer, String module) {
    FrozenWeights.Rows rows = FrozenWeights.rows(module, file.shape().hidden());
    int first = FrozenWeights.EMBEDDINGS + FrozenWeights.TENSORS * layer;
    return new WeightView.Place(weights.get(first + rows.tensor()), rows.first());
  }

  BertFile file() {
    return file;
  }

  Pooling pooling() {
    return pooling;
  }

  int checkpointSegments() {
    return checkpointSegments;
  }

  /** The type of theta. */
  DataType type() {
    return type;
  }

  List<NDArray> weights() {
    return weights;
  }

  FrozenStates frozenStates() {
    return frozenStates;
  }

  @Override
  public void close() {
    manager.close();
  }
}
