package io.flexora.trainer.losa.prune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Prunes a model layer by layer, each in view of what the pruned layers below it make of the
 * calibration rows. W itself stays as it is: what is made are masks, and the numbers that SparseGPT
 * has changed.
 *
 * <p>Magnitude and Wanda judge each number as it would be if it were kept, W plus what the adapter
 * adds there, so that a number that was pruned before may return. SparseGPT starts from what the
 * model computes with.
 */
public final class Pruner implements AutoCloseable {

  private final BaseModel dense;
  private final LayerwiseModel layers;
  private final NDManager own;
  private final MatrixPruning pruning;
  private final List<ModuleShape> modules;
  private final List<List<Tokens>> rows;
  private final boolean changesWeights;

  /**
   * The outcome of pruning.
   *
   * @param matrices the pruned matrices, by layer and in a layer in the order of the forward pass
   * @param errors what it has cost each layer; see {@link LayerError}
   */
  public record PruningOutcome(List<SparseMatrix> matrices, List<Double> errors) {

    /** Copies the lists. */
    public PruningOutcome {
      matrices = List.copyOf(matrices);
      errors = List.copyOf(errors);
    }
  }

  /**
   * Prepares pruning.
   *
   * @param dense the unpruned model
   * @param training the examples that calibration rows are made of
   * @param user who prunes, for messages
   * @throws FlexoraException if the options do not fit the model
   */
  public Pruner(
      BaseModel dense, PruningOptions options, List<Tokens> training, Seeds seeds, String user) {
    this(
        dense,
        options,
        CalibrationRows.rows(training, options, dense.shape().maxTokens(), seeds),
        dense.require(LayerwiseModel.class, user));
  }

  /** The same with rows that are calibration rows already. */
  Pruner(BaseModel dense, PruningOptions options, List<Tokens> rows, LayerwiseModel layers) {
    this.dense = dense;
    this.layers = layers;
    this.modules = modules(dense.shape(), options);
    this.own = dense.manager().newSubManager();
    this.pruning = new MatrixPruning(own, options);
    this.changesWeights = options.pruning() == PruningOptions.Criterion.SPARSEGPT;
    this.rows = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += options.calibrationBatchSize()) {
      int to = Math.min(rows.size(), from + options.calibrationBatchSize());
      this.rows.add(rows.subList(from, to));
    }
  }

  /**
   * Refuses options that do not fit a model.
   *
   * @throws FlexoraException if they name a module that it does not have, or a pattern that does
   *     not divide one
   */
  public static void requireModules(ModelShape shape, PruningOptions options) {
    var unused = modules(shape, options);
  }

  /**
   * How many calibration rows there will be.
   *
   * @param trainingTokens the tokens of all training examples
   * @throws FlexoraException if these do not fill one
   */
  public static int calibrationRows(ModelShape shape, PruningOptions options, long trainingTokens) {
    return CalibrationRows.count(trainingTokens, options, shape.maxTokens());
  }

  private static List<ModuleShape> modules(ModelShape shape, PruningOptions options) {
    TreeSet<String> unknown = new TreeSet<>(options.prunedModules());
    shape.modules().forEach(module -> unknown.remove(module.name()));
    if (!unknown.isEmpty()) {
      throw new IncompatibleOptionException(
          "pruned_modules",
          "pruned_modules: the model has no module %s; it has %s"
              .formatted(unknown, shape.modules().stream().map(ModuleShape::name).toList()));
    }
    List<ModuleShape> chosen =
        shape.modules().stream()
            .filter(
                m ->
                    options.prunedModules().isEmpty() || options.prunedModules().contains(m.name()))
            .toList();
    Pattern.of(options).ifPresent(pattern -> chosen.forEach(pattern::requireDivides));
    return chosen;
  }

  private List<AdapterSite> sites(int layer, List<ModuleShape> of) {
    return of.stream().map(module -> new AdapterSite(layer, module)).toList();
  }

  /** The matrices that differ from those of the dense model, or may. */
  private Map<String, NDArray> changed(NDManager scope, MergedMatrices matrices, int layer) {
    List<AdapterSite> sites =
        sites(layer, dense.shape().modules()).stream()
            .filter(
                site ->
                    matrices.sparse().containsKey(site)
                        || (matrices.plan().layers().contains(layer)
                            && matrices.plan().modules().contains(site.module().name())))
            .toList();
    return matrices.ofLayer(scope, sites);
  }

  private List<LayerwiseModel.States> embedded(NDManager scope) {
    return rows.stream().map(batch -> layers.embedded(scope, batch)).toList();
  }

  private List<LayerwiseModel.States> through(
      NDManager scope,
      List<LayerwiseModel.States> before,
      int layer,
      Map<String, NDArray> matrices,
      ActivationVisitor visitor) {
    return before.stream()
        .map(states -> layers.layer(scope, states, layer, matrices, visitor))
        .toList();
  }

  /**
   * The products X Xᵀ of what each layer is given, one calibration row in each row of X; what
   * {@code Similarity} starts from.
   *
   * @return {@code [layers][rows][rows]}
   */
  public double[][][] inputProducts(MergedMatrices matrices) {
    double[][][] products = new double[dense.shape().layers()][][];
    NDManager held = own.newSubManager();
    try (NDManager fixed = own.newSubManager()) {
      List<LayerwiseModel.States> states = embedded(fixed);
      for (int layer = 0; layer < products.length; layer++) {
        products[layer] = products(states);
        NDManager next = own.newSubManager();
        try (NDManager temporary = next.newSubManager()) {
          Map<String, NDArray> own = changed(temporary, matrices, layer);
          states = through(next, states, layer, own, (scope, site, rows) -> {});
        }
        held.close();
        held = next;
      }
    } finally {
      held.close();
    }
    return products;
  }

  private double[][] products(List<LayerwiseModel.States> states) {
    int count = rows.stream().mapToInt(List::size).sum();
    try (Workspace work = new Workspace(own)) {
      NDList tokens = new NDList();
      states.forEach(part -> part.rows().forEach(own -> tokens.add(work.share(own))));
      NDArray flat = NDArrays.concat(tokens, 0).reshape(new Shape(count, -1));
      double[] values = ArrayValues.of(flat.matMul(flat.transpose()));
      double[][] products = new double[count][count];
      for (int i = 0; i < count; i++) {
        System.arraycopy(values, i * count, products[i], 0, count);
      }
      return products;
    }
  }

  /**
   * Prunes all layers.
   *
   * @param owner the owner of the matrices
   * @param matrices the model as it is
   * @param sparsities one for each layer
   */
  public PruningOutcome prune(NDManager owner, MergedMatrices matrices, double[] sparsities) {
    List<SparseMatrix> made = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    NDManager held = own.newSubManager();
    try (NDManager fixed = own.newSubManager()) {
      List<LayerwiseModel.States> before = embedded(fixed);
      List<LayerwiseModel.States> ofDense = before;
      for (int layer = 0; layer < sparsities.length; layer++) {
        NDManager next = own.newSubManager();
        try (NDManager temporary = next.newSubManager()) {
          Map<AdapterSite, SparseMatrix> own =
              layer(owner, temporary, matrices, before, layer, sparsities[layer]);
          made.addAll(own.values());
          Map<AdapterSite, SparseMatrix> all = new HashMap<>(matrices.sparse());
          all.putAll(own);
          MergedMatrices pruned =
              new MergedMatrices(
                  matrices.frozen(), all, matrices.plan(), matrices.index(), matrices.theta());
          Map<String, NDArray> now = changed(temporary, pruned, layer);
          before = through(next, before, layer, now, (scope, site, rows) -> {});
          ofDense = through(next, ofDense, layer, Map.of(), (scope, site, rows) -> {});
          errors.add(error(temporary, ofDense, before));
        }
        held.close();
        held = next;
      }
    } finally {
      held.close();
    }
    return new PruningOutcome(made, errors);
  }

  private static double error(
      NDManager scope, List<LayerwiseModel.States> dense, List<LayerwiseModel.States> pruned) {
    LayerError error = new LayerError();
    for (int batch = 0; batch < dense.size(); batch++) {
      for (int part = 0; part < dense.get(batch).rows().size(); part++) {
        error.add(scope, dense.get(batch).rows().get(part), pruned.get(batch).rows().get(part));
      }
    }
    return error.value();
  }

  private Map<AdapterSite, SparseMatrix> layer(
      NDManager owner,
      NDManager scope,
      MergedMatrices matrices,
      List<LayerwiseModel.States> before,
      int layer,
      double sparsity) {
    Map<ModuleShape, NDArray> inputs = new HashMap<>();
    modules.forEach(m -> inputs.put(m, pruning.noInputs(scope, m.inputs(), matrices.type())));
    if (pruning.needsInputs()) {
      try (NDManager temporary = scope.newSubManager()) {
        through(
            temporary,
            before,
            layer,
            changed(temporary, matrices, layer),
            (visited, site, tokens) -> {
              if (inputs.containsKey(site.module())) {
                pruning.add(visited, inputs.get(site.module()), tokens);
              }
            });
      }
    }
    Map<AdapterSite, SparseMatrix> made = new LinkedHashMap<>();
    for (AdapterSite site : sites(layer, modules)) {
      made.put(site, matrix(owner, matrices, site, inputs.get(site.module()), sparsity));
    }
    return made;
  }

  private SparseMatrix matrix(
      NDManager owner, MergedMatrices matrices, AdapterSite site, NDArray inputs, double sparsity) {
    try (Workspace work = new Workspace(owner)) {
      NDManager temporary = work.temporary();
      NDArray from =
          changesWeights ? matrices.merged(temporary, site) : matrices.unpruned(temporary, site);
      MatrixPruning.PrunedMatrix pruned = pruning.prune(temporary, from, inputs, sparsity);
      Optional<NDArray> weight = Optional.empty();
      if (changesWeights) {
        NDArray without =
            matrices
                .change(temporary, site, pruned.kept())
                .map(change -> pruned.weight().sub(change))
                .orElse(pruned.weight());
        weight = Optional.of(work.keep(without));
      }
      return new SparseMatrix(site, work.keep(pruned.kept()), weight);
    }
  }

  /** Frees what it has compiled. */
  @Override
  public void close() {
    own.close();
  }
}
