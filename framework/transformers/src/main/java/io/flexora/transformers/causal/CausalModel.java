package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import io.flexora.transformers.model.FrozenTransformer;
import java.nio.file.Path;
import java.util.List;

/**
 * A language model with its frozen weights on the device.
 *
 * @since 0.1
 */
public final class CausalModel extends FrozenTransformer {

  private final Path checkpoint;
  private final CausalFamilies families;
  private final CausalDescription description;
  private final CausalOptions options;

  CausalModel(
      Path checkpoint,
      CausalFamilies families,
      CausalDescription description,
      ModelShape shape,
      ComputeType type,
      CausalOptions options,
      NDManager manager,
      List<NDArray> weights) {
    super(
        shape,
        new Weights(weights, description.arrays(), type),
        options.checkpointSegments(),
        manager);
    this.checkpoint = checkpoint;
    this.families = families;
    this.description = description;
    this.options = options;
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

  /** Another model that computes as this one. */
  CausalModel of(CausalCheckpoint other, List<NDArray> arrays, NDManager owner) {
    return new CausalModel(
        other.location(),
        families,
        other.description(),
        shape(),
        computeType(),
        options,
        owner,
        arrays);
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

  int maxBatchTokens() {
    return options.maxBatchTokens();
  }
}
