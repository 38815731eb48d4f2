package io.flexora.trainer.losa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.trainer.losa.prune.MergedMatrices;
import io.flexora.trainer.losa.prune.Pruner;
import io.flexora.trainer.losa.prune.Similarity;
import io.flexora.trainer.losa.prune.SparsitySchedule;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The base of a training as it is pruned further and further. */
final class SparseBase implements AutoCloseable {

  private final TrainingContext context;
  private final PruningPlan plan;
  private final SparsitySchedule schedule;
  private final Optional<Pruner> pruner;
  private Map<AdapterSite, SparseMatrix> matrices = Map.of();
  private List<Double> errors;
  private double[] sparsities;
  private NDManager owner;
  private BaseModel base;
  private AdaptedModel adapted;

  /**
   * The base before it is pruned.
   *
   * @param user who prunes, for messages
   * @throws FlexoraException if the model cannot be pruned, or layers share an adapter
   */
  SparseBase(TrainingContext context, PruningPlan plan, Seeds seeds, String user) {
    this.context = context;
    this.plan = plan;
    this.schedule = new SparsitySchedule(plan.pruning().sparsity(), plan.steps());
    this.pruner =
        plan.pruning().sparsity() == 0
            ? Optional.empty()
            : Optional.of(new Pruner(dense(user), plan.pruning(), context.training(), seeds, user));
    int layers = context.base().map(model -> model.shape().layers()).orElseGet(this::highest);
    this.errors = Collections.nCopies(layers, 0.0);
    this.sparsities = new double[layers];
  }

  private int highest() {
    List<Integer> layers = context.model().plan().layers();
    return layers.isEmpty() ? 0 : layers.get(layers.size() - 1) + 1;
  }

  private BaseModel dense(String user) {
    if (context.model().plan().sharesAdapters()) {
      throw new FlexoraException(
          user
              + " cannot prune the base where the strategy lets layers share an adapter; let none"
              + " share, or use a trainer that leaves the base as it is");
    }
    BaseModel dense =
        context
            .base()
            .orElseThrow(
                () -> HasAbilities.missing(PrunableModel.class, user, "the base of this training"));
    dense.require(PrunableModel.class, user);
    dense.require(FrozenMatrices.class, user);
    return dense;
  }

  /**
   * Prunes further.
   *
   * @param step the step of the pruning, from 1
   * @param theta what the adapters are before it
   */
  void prune(int step, NDArray theta) {
    if (pruner.isEmpty()) {
      return;
    }
    BaseModel dense = context.base().orElseThrow();
    MergedMatrices now =
        new MergedMatrices(
            dense.require(FrozenMatrices.class, "pruning"),
            matrices,
            context.model().plan(),
            context.model().parameters(),
            theta);
    sparsities = sparsities(step, now);
    NDManager made = dense.manager().newSubManager();
    Pruner.PruningOutcome pruned;
    try {
      pruned = pruner.get().prune(made, now, sparsities);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    errors = pruned.errors();
    free();
    Map<AdapterSite, SparseMatrix> all = new LinkedHashMap<>();
    pruned.matrices().forEach(matrix -> all.put(matrix.site(), matrix));
    matrices = all;
    owner = made;
    base = dense.require(PrunableModel.class, "pruning").pruned(pruned.matrices());
    adapted = base.adapt(context.model().plan());
  }

  private double[] sparsities(int step, MergedMatrices now) {
    double average = schedule.average(step);
    double[] uniform = new double[sparsities.length];
    Arrays.fill(uniform, average);
    if (!plan.comparesLayers()) {
      return uniform;
    }
    double[][][] products = pruner.orElseThrow().inputProducts(now);
    plan.requireRows(products[0].length);
    double[] importances = Similarity.importances(Similarity.cka(products));
    return SparsitySchedule.byLayer(importances, average, SparsitySchedule.tolerance(average));
  }

  /** The model with adapters on the base as it is now. */
  AdaptedModel model() {
    return adapted == null ? context.model() : adapted;
  }

  /** What the latest pruning has cost each layer. */
  List<Double> errors() {
    return errors;
  }

  /** How sparse each layer was to become in the latest pruning. */
  List<Double> sparsities() {
    return Arrays.stream(sparsities).boxed().toList();
  }

  /** The share of pruned numbers in all matrices that are pruned; 0 if none is. */
  double sparsity() {
    long all = 0;
    long kept = 0;
    for (SparseMatrix matrix : matrices.values()) {
      all += matrix.kept().size();
      try (NDArray count = matrix.kept().toType(DataType.INT64, true);
          NDArray sum = count.sum()) {
        kept += sum.getLong();
      }
    }
    return all == 0 ? 0 : 1 - (double) kept / all;
  }

  /** The pruned matrices, copied. */
  List<SparseMatrix> copied(NDManager scope) {
    return matrices.values().stream()
        .map(
            matrix ->
                new SparseMatrix(
                    matrix.site(),
                    copy(scope, matrix.kept()),
                    matrix.weight().map(weight -> copy(scope, weight))))
        .toList();
  }

  private static NDArray copy(NDManager scope, NDArray array) {
    return NativeArrays.convert(scope, array, array.getDataType());
  }

  @Override
  public void close() {
    free();
    pruner.ifPresent(Pruner::close);
  }

  private void free() {
    if (owner != null) {
      adapted.close();
      base.close();
      owner.close();
      owner = null;
      adapted = null;
    }
  }
}
