package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.layer.ModuleValues;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.LayerGroups;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Gives each module of each layer a rank by how much its frozen matrix and the loss's gradient in
 * it matter together (GoRA, arXiv 2502.12171). All modules share the parameters that the adapter's
 * own rank would take: a module of importance I gets {@code round(budget I / sum of I)} of them,
 * halves to the even number, as many whole ranks as that pays for, from {@code min_rank} to {@code
 * max_rank}; as in the authors' code the rest is not given out again. In place of the parameters, a
 * rank may take another number that grows with them ({@code features_func}). Only the ranks are
 * GoRA's: the adapters start as their method says.
 */
@Doc(
    "Give each module a rank by its matrix and the gradient in it (GoRA), before any training. It"
        + " costs a gradient of each example for each group of layers.")
public final class GoraSelector implements Selector {

  private static final String NAME = "gora";
  private static final String USER = "selector 'gora'";

  private final GoraOptions options;
  private final Seeds seeds;

  @Inject
  GoraSelector(GoraOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    bounds.demand(AdapterDemand.RANKS, USER, found);
    found.check(() -> bounds.shape().require(FrozenMatrices.class, USER));
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return Workload.NONE.trainingGradients(
        Passes.of((long) groups().count(bounds.shape().layers()) * options.examples()));
  }

  private LayerGroups groups() {
    return new LayerGroups(options.layersTogether());
  }

  /** A step is a group of layers. */
  @Override
  public Selection select(SelectionContext context) {
    Compatibility.require(this::checkCompatibility, context);
    int layers = context.shape().layers();
    int total = groups().count(layers);
    List<List<Tokens>> examples =
        Calibration.draw(NAME, context, seeds, options.examples(), 1).alone();
    List<Double> importance =
        new Steps(
                total,
                scope -> MeasurementPoint.start(Map.of(), layers * context.targets().size()),
                (scope, at) -> at.plus(measured(scope, context, examples, (int) at.step())),
                at -> at.step() < total ? List.of() : at.sums())
            .run(context);
    double all = importance.stream().mapToDouble(Double::doubleValue).sum();
    if (!(all > 0) || !Double.isFinite(all)) {
      throw new FlexoraException(
          "%s finds the importance %s of all modules together, so it cannot share ranks out by it; compute in another type, such as compute_dtype: float32"
              .formatted(USER, all));
    }
    return selection(context, importance, all);
  }

  private Selection selection(SelectionContext context, List<Double> importance, double all) {
    List<ModuleShape> targets = context.targets();
    double budget =
        context.shape().layers()
            * targets.stream().mapToDouble(m -> reference(context, m) * price(m)).sum();
    List<ChosenModule> chosen = new ArrayList<>();
    for (int i = 0; i < importance.size(); i++) {
      ModuleShape module = targets.get(i % targets.size());
      // Python, in which the authors round, takes a half to the even number.
      double share = Math.rint(budget * importance.get(i) / all);
      double rank = Math.floor(share / price(module));
      chosen.add(
          ChosenModule.of(
              i / targets.size(),
              module.name(),
              (int) Math.max(options.minRank(), Math.min(options.maxRank(), rank))));
    }
    List<String> names = targets.stream().map(ModuleShape::name).toList();
    ModuleValues ofImportance = new ModuleValues(names, importance);
    ModuleValues ranks =
        new ModuleValues(names, chosen.stream().map(c -> (double) c.rank().getAsInt()).toList());
    return Selection.ofModules(
        chosen,
        Map.of("importance", ofImportance.means(), "rank", ranks.means()),
        Map.of("importance", ofImportance.byModule(), "rank", ranks.byModule()),
        List.of(
            ScoreDescription.of("rank", "mean rank"),
            ScoreDescription.of("importance", "importance")));
  }

  private int reference(SelectionContext context, ModuleShape module) {
    return options
        .referenceRank()
        .orElseGet(() -> context.adapter().ranked().orElseThrow().rank(module));
  }

  /** What a rank-one part takes of the budget. */
  private double price(ModuleShape module) {
    return options.featuresFunc().of(module.inputs() + module.outputs());
  }

  private List<Double> measured(
      NDManager scope, SelectionContext context, List<List<Tokens>> examples, int group) {
    int layers = context.shape().layers();
    List<ModuleShape> targets = context.targets();
    Double[] importance = new Double[layers * targets.size()];
    Arrays.fill(importance, 0.0);
    try (NDManager own = scope.newSubManager()) {
      Map<AdapterSite, NDArray> sums =
          LayerGroups.gradients(own, context, groups().of(group, layers), examples);
      FrozenMatrices matrices = context.require(FrozenMatrices.class, USER);
      sums.forEach(
          (site, sum) ->
              importance[site.layer() * targets.size() + targets.indexOf(site.module())] =
                  importance(own, matrices, site, sum, examples.size()));
    }
    return List.of(importance);
  }

  private double importance(
      NDManager owner, FrozenMatrices matrices, AdapterSite site, NDArray sum, int examples) {
    try (Workspace work = new Workspace(owner)) {
      NDManager own = work.temporary();
      NDArray weight = matrices.weight(own, site.layer(), site.module().name());
      NDArray product =
          weight
              .toType(DataType.FLOAT64, false)
              .mul(work.share(sum).toType(DataType.FLOAT64, false).div(examples));
      return switch (options.importance()) {
        case MEAN -> product.abs().mean().getDouble();
        case FROBENIUS -> Math.sqrt(product.square().sum().getDouble());
      };
    }
  }
}
