package io.flexora.transformers.causal;

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
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.WeightView;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import java.nio.file.Path;
import java.util.List;

/**
 * A language model with its frozen weights on the device.
 *
 * @since 0.1
 */
public final class CausalModel implements BaseModel, FrozenMatrices {

  private final Path checkpoint;
  private final CausalFamilies families;
  private final CausalDescription description;
  private final ModelShape shape;
  private final ComputeType type;
  private final CausalOptions options;
  private final NDManager manager;
  private final List<NDArray> weights;
  private final WeightView shown;
  private final FrozenStates frozenStates;

  CausalModel(
      Path checkpoint,
      CausalFamilies families,
      CausalDescription description,
      ModelShape shape,
      ComputeType type,
      CausalOptions options,
      NDManager manager,
      List<NDArray> weights) {
    this.checkpoint = checkpoint;
    this.families = families;
    this.description = description;
    this.shape = shape;
    this.type = type;
    this.options = options;
    this.manager = manager;
    this.weights = List.copyOf(weights);
    this.shown = new WeightView(manager, shape);
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
    return new AdaptedCausal(this, plan);
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    return shown.copy(scope, layer, module, this::place);
  }

  private WeightView.Place place(int layer, String module) {
    ModuleShape shown =
        shape.modules().stream().filter(m -> m.name().equals(module)).findFirst().orElseThrow();
    FrozenArrays.Place place = description.arrays().place(shown.path(layer) + ".weight");
    return new WeightView.Place(weights.get(place.array()), place.first());
  }

  /** Another model that computes as this one. */
  CausalModel of(CausalCheckpoint other, List<NDArray> arrays, NDManager owner) {
    return new CausalModel(
        other.location(), families, other.description(), shape, type, options, owner, arrays);
  }

  /** The folder or file with the weights. */
  Path checkpoint() {
    return checkpoint;
  }

  CausalFamilies families() {
    return families;
  }

  /** What the model computes. */
  public CausalDescription description() {
    return description;
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
    return type.trained();
  }

  List<NDArray> weights() {
    return weights;
  }

  /** What is kept of layers below the adapted ones. */
  public FrozenStates frozenStates() {
    return frozenStates;
  }

  @Override
  public void close() {
    manager.close();
  }
}
