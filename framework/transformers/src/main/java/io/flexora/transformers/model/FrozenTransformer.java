package io.flexora.transformers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.WeightView;
import io.flexora.transformers.batch.BatchPart;
import io.flexora.transformers.batch.PartedBatch;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.packed.PackedWeights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model with its frozen weights on the device.
 *
 * @since 0.1
 */
public abstract class FrozenTransformer implements BaseModel, FrozenMatrices, LayerwiseModel {

  /** The abilities of every such model, and of an {@link AdaptedTransformer}. */
  public static final Set<Class<? extends ModelAbility>> ABILITIES =
      Set.of(
          FrozenMatrices.class,
          LayerwiseModel.class,
          LayerActivity.Meter.class,
          ModuleActivations.class,
          ClassGradients.class,
          ExampleDropout.class);

  private final ModelShape shape;
  private final FrozenWeights weights;
  private final NDManager manager;
  private final int checkpointSegments;
  private final WeightView shown;
  private final FrozenStates frozenStates;
  private ReplacedMatrices replaced;
  private AdaptedTransformer bare;

  /**
   * Frozen weights.
   *
   * @param arrays the arrays in the order in which the model's text counts them, and behind them
   *     what stays packed
   * @param layout which tensors are in them, the matrix of a module under its path and {@code
   *     .weight}, its bias under {@code .bias}
   * @param type the type of the matrices
   */
  public record FrozenWeights(PackedWeights arrays, FrozenArrays layout, ComputeType type) {

    /** Weights that are all numbers. */
    public FrozenWeights(List<NDArray> arrays, FrozenArrays layout, ComputeType type) {
      this(PackedWeights.none(arrays, layout.global(), layout.perLayer()), layout, type);
    }
  }

  /**
   * Holds a model.
   *
   * @param checkpointSegments how many segments of layers recompute their activations; 0 for none
   * @param manager the owner of the weights, closed with the model
   */
  protected FrozenTransformer(
      ModelShape shape, FrozenWeights weights, int checkpointSegments, NDManager manager) {
    this.shape = shape;
    this.weights = weights;
    this.manager = manager;
    this.checkpointSegments = checkpointSegments;
    this.shown = new WeightView(manager, shape);
    this.frozenStates = new FrozenStates(manager, FrozenStates.MOST_BYTES);
  }

  @Override
  public final ModelShape shape() {
    return shape;
  }

  @Override
  public final NDManager manager() {
    return manager;
  }

  @Override
  public final NDArray weight(NDManager scope, int layer, String module) {
    String tensor = shown.module(layer, module).path(layer) + ".weight";
    return weights.arrays().has(tensor)
        ? weights.arrays().matrix(scope, tensor)
        : shown.copy(scope, layer, module, this::place);
  }

  @Override
  public final boolean hasBias(int layer, String module) {
    return weights.layout().has(shown.module(layer, module).path(layer) + ".bias");
  }

  private WeightView.MatrixPlace place(int layer, String module) {
    ModuleShape found =
        shape.modules().stream().filter(m -> m.name().equals(module)).findFirst().orElseThrow();
    FrozenArrays.TensorPlace place = weights.layout().place(found.path(layer) + ".weight");
    return new WeightView.MatrixPlace(weights().get(place.array()), place.first());
  }

  /**
   * The frozen weights with sparse matrices among them.
   *
   * @param owner the owner of the arrays that differ
   */
  protected final PackedWeights sparseWeights(NDManager owner, List<SparseMatrix> matrices) {
    FrozenArrays layout = weights.layout();
    return PackedWeights.none(
        replaced().sparse(owner, weights(), matrices), layout.global(), layout.perLayer());
  }

  @Override
  public final States embedded(NDManager scope, List<Tokens> examples) {
    return bare().embedded(scope, examples);
  }

  @Override
  public final States layer(
      NDManager scope,
      States before,
      int layer,
      Map<String, NDArray> matrices,
      ActivationVisitor visitor) {
    try (NDManager temporary = scope.newSubManager()) {
      List<NDArray> weights =
          matrices.isEmpty()
              ? weights()
              : replaced().inLayer(temporary, weights(), layer, matrices);
      return bare().layer(scope, before, layer, weights, visitor);
    }
  }

  /** The model with an adapter everywhere that changes nothing; made when first asked for. */
  private AdaptedTransformer bare() {
    if (bare == null) {
      List<Integer> layers = IntStream.range(0, shape.layers()).boxed().toList();
      bare = unchanged(layers, shape.modules().stream().map(ModuleShape::name).toList());
    }
    return bare;
  }

  /** The model with adapters of these modules that change nothing. */
  protected abstract AdaptedTransformer unchanged(List<Integer> layers, List<String> modules);

  /**
   * The TorchScript of the model, as {@link io.flexora.numerics.transformer.Differentiation} takes
   * it.
   *
   * @param layout the plan, and the places of its adapters
   * @param allTokens whether all tokens are to be computed in all layers, for those who look into
   *     them, rather than those alone that an outcome depends on
   */
  protected abstract String text(AdapterLayout layout, boolean allTokens);

  /** Whether states of a plan's layers have more columns than the hidden ones. */
  protected boolean hasMoreColumns(AdapterLayout layout) {
    return false;
  }

  /**
   * Lays examples out for the device.
   *
   * @param scope the owner of the batch's arrays
   */
  protected abstract PartedBatch batch(NDManager scope, AdapterPlan plan, List<Tokens> examples);

  /** The same in parts without padding among the states. */
  protected List<? extends BatchPart> unpadded(
      NDManager scope, AdapterPlan plan, List<Tokens> examples) {
    return batch(scope, plan, examples).forLoss();
  }

  /** The initial values of a head's arrays by tensor name, where these are not drawn. */
  protected Map<String, float[]> headStart(Head head) {
    return Map.of();
  }

  /** The numbers that are kept of matrices that are pruned. */
  protected Map<AdapterSite, NDArray> masks() {
    return Map.of();
  }

  /** Made when first asked for, as few models are pruned. */
  private ReplacedMatrices replaced() {
    if (weights.arrays().any()) {
      throw new FlexoraException(
          "the model's matrices stay quantised and cannot be pruned or replaced; set model.weights:"
              + " dense");
    }
    if (replaced == null) {
      replaced = new ReplacedMatrices(manager, shape, weights.layout());
    }
    return replaced;
  }

  /** The frozen weights in the order in which the model's text counts them. */
  public final List<NDArray> weights() {
    return weights.arrays().arrays();
  }

  /** The frozen weights with what stays packed. */
  public final PackedWeights packed() {
    return weights.arrays();
  }

  /** The type that frozen layers compute in. */
  public final ComputeType computeType() {
    return weights.type();
  }

  /** The type of theta, of norms and of the loss. */
  public final DataType type() {
    return weights.type().trained();
  }

  /** How many segments of layers recompute their activations; 0 for none. */
  public final int checkpointSegments() {
    return checkpointSegments;
  }

  /** The states below the lowest adapted layer, kept for later evaluations of the same examples. */
  public final FrozenStates frozenStates() {
    return frozenStates;
  }

  @Override
  public void close() {
    manager.close();
  }
}
