package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.batch.PackedBatch;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.GgufForm;
import io.flexora.transformers.checkpoint.RotaryRows;
import io.flexora.transformers.export.QuantisedBase;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import io.flexora.transformers.model.FrozenTransformer;
import io.flexora.transformers.packed.PackedWeights;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A language model with its frozen weights on the device.
 *
 * @since 0.1
 */
public final class CausalModel extends FrozenTransformer implements PrunableModel, GgufModules {

  private final Path checkpoint;
  private final CausalFamilies families;
  private final CausalDescription description;
  private final CausalOptions options;
  private final Map<AdapterSite, SparseMatrix> sparse;
  private final ReferenceCache references = new ReferenceCache(this::unadaptedScores);
  private AdaptedCausal unadapted;

  CausalModel(
      Path checkpoint,
      CausalFamilies families,
      CausalDescription description,
      ModelShape shape,
      ComputeType type,
      CausalOptions options,
      NDManager manager,
      PackedWeights weights) {
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
      PackedWeights weights,
      Map<AdapterSite, SparseMatrix> sparse) {
    super(
        shape,
        new FrozenWeights(weights, description.arrays(), type),
        options.segments(description.layers()),
        manager);
    this.checkpoint = checkpoint;
    this.families = families;
    this.description = description;
    this.options = options;
    this.sparse = sparse;
  }

  @Override
  public AdaptedCausal adapt(AdapterPlan plan) {
    if (!plan.head().classes().isEmpty()) {
      throw new FlexoraException(
          "a decoder judges answers by their likelihood and has no head for classes; use a task"
              + " such as multiple_choice, or an encoder model");
    }
    if (plan.head().isPresent() && options.routerAuxLossCoef() > 0) {
      throw new IncompatibleOptionException(
          CausalOptions.ROUTER_AUX_LOSS_COEF,
          "router_aux_loss_coef: the head '%s' learns without the routers' loss; leave it 0"
              .formatted(plan.head().kind()));
    }
    return new AdaptedCausal(this, plan);
  }

  @Override
  public CausalModel pruned(List<SparseMatrix> matrices) {
    NDManager owner = manager().newSubManager();
    try {
      PackedWeights arrays = sparseWeights(owner, matrices);
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

  /** The matrices as they are computed with, where they stay quantised. */
  Optional<QuantisedBase> quantisedBase() {
    if (!packed().any()) {
      return Optional.empty();
    }
    return Optional.of(
        new QuantisedBase() {
          @Override
          public String storage() {
            return options.weights().word();
          }

          @Override
          public boolean requantised(String tensor) {
            return options.weights().requantises()
                && packed().has(tensor)
                && description.arrays().place(tensor).array() >= description.arrays().global();
          }

          @Override
          public NDArray matrix(NDManager scope, String tensor) {
            return packed().matrix(scope, tensor);
          }
        });
  }

  @Override
  protected Map<AdapterSite, NDArray> masks() {
    return sparse.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().kept()));
  }

  @Override
  protected AdaptedCausal unchanged(List<Integer> layers, List<String> modules) {
    return new AdaptedCausal(this, new AdapterPlan(new NoAdapter(), layers, modules, Head.NONE));
  }

  /** The routers' loss reads what layers add up there. */
  @Override
  protected boolean hasMoreColumns(AdapterLayout layout) {
    return options.routerAuxLossCoef() > 0 && layout.index().size() > 0;
  }

  @Override
  protected String text(AdapterLayout layout, boolean allTokens) {
    CausalText.Balance balance =
        new CausalText.Balance(options.routerAuxLossCoef(), !allTokens && hasMoreColumns(layout));
    String text = CausalText.of(description, packed(), layout, balance);
    return layout.merges() && !allTokens
        ? text + new MergedLayer(description.arrays(), shape(), layout).torchScript()
        : text;
  }

  @Override
  protected PackedBatch batch(NDManager scope, AdapterPlan plan, List<Tokens> examples) {
    Optional<Likelihood.Reference> reference =
        plan.objective().needsReference() ? Optional.of(this::referenceScores) : Optional.empty();
    Likelihood likelihood = new Likelihood(type(), description.vocabulary(), reference);
    return new PackedBatch(
        scope, examples, plan, options.maxBatchTokens(), description.hidden(), likelihood);
  }

  /**
   * The log-likelihoods of all choices without adapters, computed once for each example; one thread
   * at a time, as they have one model in common.
   */
  synchronized double[][] referenceScores(NDManager scope, List<Tokens> examples) {
    return references.of(scope, examples);
  }

  private double[][] unadaptedScores(NDManager scope, List<Tokens> examples) {
    if (unadapted == null) {
      AdapterPlan nothing =
          new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.NONE, Objective.CHOICES);
      unadapted = new AdaptedCausal(this, nothing);
    }
    try (NDManager temporary = scope.newSubManager()) {
      Point point = Point.of(temporary.create(new Shape(0), type()));
      return unadapted.scoresOnce(temporary, point, examples);
    }
  }

  /** Another model that computes as this one. */
  CausalModel of(CausalCheckpoint other, PackedWeights arrays, NDManager owner) {
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

  /** llama.cpp has not all that a checkpoint may describe; what stays quantised is not pruned. */
  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    boolean lacks =
        (ability == GgufModules.class && description.gguf().isEmpty())
            || (ability == PrunableModel.class && options.weights().packs());
    return lacks ? Optional.empty() : super.ability(ability);
  }

  @Override
  public String ggufArchitecture() {
    return gguf().architecture();
  }

  private GgufForm gguf() {
    return description.gguf().orElseThrow();
  }

  @Override
  public GgufModules.Matrix ggufMatrix(AdapterSite site) {
    String name = site.path() + ".weight";
    int head = gguf().turnedHead(name);
    List<Integer> rows =
        head == 0
            ? List.of()
            : IntStream.range(0, site.module().outputs())
                .mapToObj(row -> Math.toIntExact(RotaryRows.inHuggingFace(row, head)))
                .toList();
    return new GgufModules.Matrix(gguf().toGguf(name), rows);
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
}
