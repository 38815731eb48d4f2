package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.LayerwiseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.PrunableModel;
import io.flexora.api.model.SparseMatrix;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import io.flexora.transformers.model.FrozenTransformer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A language model with its frozen weights on the device.
 *
 * @since 0.1
 */
public final class CausalModel extends FrozenTransformer implements PrunableModel, LayerwiseModel {

  private final Path checkpoint;
  private final CausalFamilies families;
  private final CausalDescription description;
  private final CausalOptions options;
  private final Map<AdapterSite, SparseMatrix> sparse;
  private AdaptedCausal bare;

  CausalModel(
      Path checkpoint,
      CausalFamilies families,
      CausalDescription description,
      ModelShape shape,
      ComputeType type,
      CausalOptions options,
      NDManager manager,
      List<NDArray> weights) {
    this(
        checkpoint, families, description, shape, type, options, manager, weights, new HashMap<>());
  }

  private CausalModel(
      Path checkpoint,
      CausalFamilies families,
      CausalDescription description,
      ModelShape shape,
      ComputeType type,
      CausalOptions options,
      NDManager manager,
      List<NDArray> weights,
      Map<AdapterSite, SparseMatrix> sparse) {
    super(
        shape,
        new Weights(weights, description.arrays(), type),
        options.checkpointSegments(),
        manager);
    this.checkpoint = checkpoint;
    this.families = families;
    this.description = description;
    this.options = options;
    this.sparse = sparse;
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
  public CausalModel pruned(List<SparseMatrix> matrices) {
    NDManager owner = manager().newSubManager();
    try {
      List<NDArray> arrays = sparseWeights(owner, matrices);
      Map<AdapterSite, SparseMatrix> all = new HashMap<>(sparse);
      matrices.forEach(matrix -> all.put(matrix.site(), copy(owner, matrix)));
      return new CausalModel(
          checkpoint, families, description, shape(), computeType(), options, owner, arrays, all);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static SparseMatrix copy(NDManager owner, SparseMatrix matrix) {
    return new SparseMatrix(
        matrix.site(),
        copy(owner, matrix.kept()),
        matrix.weight().map(weight -> copy(owner, weight)));
  }

  private static NDArray copy(NDManager owner, NDArray array) {
    return NativeArrays.convert(owner, array, array.getDataType());
  }

  /** The matrices that differ from those of the checkpoint, by their site. */
  Map<AdapterSite, SparseMatrix> sparse() {
    return Map.copyOf(sparse);
  }

  /** Which numbers of pruned matrices are kept. */
  Map<AdapterSite, NDArray> masks() {
    return sparse.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().kept()));
  }

  @Override
  public States embedded(NDManager scope, List<Tokens> examples) {
    return bare().embedded(scope, examples);
  }

  @Override
  public States layer(
      NDManager scope,
      States before,
      int layer,
      Map<String, NDArray> matrices,
      ActivationVisitor visitor) {
    try (NDManager temporary = scope.newSubManager()) {
      List<NDArray> weights = weightsWith(temporary, layer, matrices);
      return bare().layer(scope, (PackedStates) before, layer, weights, visitor);
    }
  }

  /** The model with an adapter everywhere that changes nothing; made when first asked for. */
  private AdaptedCausal bare() {
    if (bare == null) {
      List<Integer> layers = IntStream.range(0, shape().layers()).boxed().toList();
      List<String> modules = shape().modules().stream().map(ModuleShape::name).toList();
      bare = new AdaptedCausal(this, new AdapterPlan(new NoAdapter(), layers, modules, 0));
    }
    return bare;
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
