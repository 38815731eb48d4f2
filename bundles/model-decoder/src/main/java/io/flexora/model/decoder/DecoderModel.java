package io.flexora.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.FrozenMatrices;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.weights.Checkpoint;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.ShownWeights;
import io.flexora.transformers.checkpoint.ComputeType;
import java.nio.file.Path;
import java.util.List;

/** A decoder with its frozen weights on the device. */
final class DecoderModel implements BaseModel, FrozenMatrices {

  private final Path checkpoint;
  private final Decoder decoder;
  private final ModelShape shape;
  private final ComputeType type;
  private final DecoderOptions options;
  private final NDManager manager;
  private final List<NDArray> weights;
  private final ShownWeights shown;
  private final FrozenStates frozenStates;

  DecoderModel(
      Path checkpoint,
      Decoder decoder,
      ModelShape shape,
      ComputeType type,
      DecoderOptions options,
      NDManager manager,
      List<NDArray> weights) {
    this.checkpoint = checkpoint;
    this.decoder = decoder;
    this.shape = shape;
    this.type = type;
    this.options = options;
    this.manager = manager;
    this.weights = List.copyOf(weights);
    this.shown = new ShownWeights(manager, shape);
    this.frozenStates = new FrozenStates(manager, FrozenStates.MOST_BYTES);
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
  public AdaptedModel adapt(AdapterPlan plan) {
    if (plan.classes() > 0) {
      throw new FlexoraException(
          "a decoder judges answers by their likelihood and has no head for classes; use a task"
              + " such as multiple_choice, or an encoder model");
    }
    return new AdaptedDecoder(this, plan);
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    return shown.copy(scope, layer, module, this::place);
  }

  private ShownWeights.Place place(int layer, String module) {
    ModuleShape shown =
        shape.modules().stream().filter(m -> m.name().equals(module)).findFirst().orElseThrow();
    DecoderArrays.Place place = decoder.arrays().place(shown.path(layer) + ".weight");
    return new ShownWeights.Place(weights.get(place.array()), place.first());
  }

  /** Another decoder that computes as this one. */
  DecoderModel of(Checkpoint other, List<NDArray> arrays, NDManager owner) {
    return new DecoderModel(other.location(), other.decoder(), shape, type, options, owner, arrays);
  }

  /** The folder or file with the weights. */
  Path checkpoint() {
    return checkpoint;
  }

  /** What is computed, and how its parts are called. */
  Decoder description() {
    return decoder;
  }

  DecoderShape decoder() {
    return decoder.shape();
  }

  ComputeType computeType() {
    return type;
  }

  int maxBatchTokens() {
    return options.maxBatchTokens();
  }

  int checkpointSegments() {
    return options.checkpointSegments();
  }

  /** The type of theta. */
  DataType type() {
    return type == ComputeType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
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
