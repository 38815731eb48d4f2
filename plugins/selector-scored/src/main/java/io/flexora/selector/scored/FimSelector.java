package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.layer.ModuleValues;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import io.flexora.selector.scored.measure.WarmUp;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Gives each module of each layer a rank by the variance of its adapter's gradient over batches
 * before any training (FIM-LoRA, arXiv 2605.16800): the mean over the elements of B, as those of A
 * have no gradient where B is 0. All modules share the parameters that the adapter's own rank would
 * take, in {@linkplain RankShares proportion to the variances}.
 */
@Doc(
    "Give each module a rank by the variance of its adapter's gradient over a few batches"
        + " (FIM-LoRA), before any training. It costs a gradient for each batch.")
public final class FimSelector implements Selector {

  private static final String USER = "selector 'fim'";
  private static final String SUM = "sum";
  private static final String SQUARES = "squares";
  private static final long STORED = 4;

  private final FimOptions options;

  @Inject
  FimSelector(FimOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    bounds.demand(AdapterDemand.RANKS, USER, found);
  }

  /** Theta, and the sums of its gradients and of their squares, which are float64. */
  @Override
  public Workload cost(SelectionBounds bounds) {
    return Workload.NONE
        .trainingGradients(Passes.of(options.batches(), options.batchSize()))
        .storedThetas(STORED);
  }

  /** A step is a batch. */
  @Override
  public Selection select(SelectionContext context) {
    Compatibility.require(this::checkCompatibility, context);
    BilevelProblem problem =
        context.problem(new ProblemOptions(options.batchSize(), 1, options.batchSize(), 1));
    List<Double> variances =
        new Steps(
                options.batches(),
                scope -> MeasurementPoint.start(Map.of(), 0),
                (scope, at) -> at.moved(sums(scope, problem, at)),
                at -> at.step() < 2 ? List.of() : variances(context, problem, at))
            .run(context);
    double all = variances.stream().mapToDouble(Double::doubleValue).sum();
    if (!(all > 0) || !Double.isFinite(all)) {
      throw new FlexoraException(
          "%s finds the variance %s of the gradients of all modules together, so it cannot share ranks out by it; take more examples, or compute in another type, such as compute_dtype: float32"
              .formatted(USER, all));
    }
    return selection(context, variances);
  }

  private static Map<String, NDArray> sums(
      NDManager scope, BilevelProblem problem, MeasurementPoint at) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = problem.initialTheta(work.temporary());
      NDArray noGates = WarmUp.noGates(work.temporary(), problem, theta);
      NDArray gradient =
          NativeArrays.convert(
              work.temporary(),
              problem.trainingEvaluation(work.temporary(), at.step(), theta, noGates).theta(),
              DataType.FLOAT64);
      NDArray square = gradient.square();
      return at.step() == 0
          ? Map.of(SUM, work.keep(gradient), SQUARES, work.keep(square))
          : Map.of(
              SUM, work.keep(work.share(at.arrays().get(SUM)).add(gradient)),
              SQUARES, work.keep(work.share(at.arrays().get(SQUARES)).add(square)));
    }
  }

  /** The mean variance in each module, module by module of a layer. */
  private static List<Double> variances(
      SelectionContext context, BilevelProblem problem, MeasurementPoint at) {
    double[] sum = at.arrays().get(SUM).toDoubleArray();
    double[] squares = at.arrays().get(SQUARES).toDoubleArray();
    ParameterIndex index = problem.parameters();
    return IntStream.range(0, context.shape().layers())
        .boxed()
        .flatMap(
            layer ->
                context.targets().stream()
                    .map(module -> variance(index, layer, module, sum, squares, at.step())))
        .toList();
  }

  private static double variance(
      ParameterIndex index,
      int layer,
      ModuleShape module,
      double[] sum,
      double[] squares,
      long batches) {
    double variances = 0;
    long elements = 0;
    for (Slice slice : index.ofLayer(layer)) {
      if (slice.owner() instanceof Slice.Adapter adapter
          && adapter.module().name().equals(module.name())) {
        double ofSlice =
            IntStream.range((int) slice.offset(), (int) (slice.offset() + slice.size()))
                .mapToDouble(i -> Math.max(0, squares[i] - sum[i] * sum[i] / batches))
                .sum();
        variances += ofSlice;
        // Factors without a gradient, as A where B is 0, do not count.
        elements += ofSlice == 0 ? 0 : slice.size();
      }
    }
    return elements == 0 ? 0 : variances / (batches - 1) / elements;
  }

  private Selection selection(SelectionContext context, List<Double> variances) {
    AdapterMethod.Ranked ranked = context.adapter().ranked().orElseThrow();
    List<ModuleShape> targets = context.targets();
    List<ModuleShape> modules =
        IntStream.range(0, variances.size())
            .mapToObj(i -> targets.get(i % targets.size()))
            .toList();
    List<RankShares.Place> places = new ArrayList<>();
    long budget = 0;
    for (int i = 0; i < modules.size(); i++) {
      ModuleShape module = modules.get(i);
      long price = ranked.parameters(module, 1).stream().mapToLong(p -> p.shape().size()).sum();
      places.add(
          new RankShares.Place(
              variances.get(i), price, Math.min(module.inputs(), module.outputs())));
      budget += price * options.referenceRank().orElseGet(() -> ranked.rank(module));
    }
    List<Integer> ranks = RankShares.of(places, budget);
    List<ChosenModule> chosen =
        IntStream.range(0, ranks.size())
            .mapToObj(i -> ChosenModule.of(i / targets.size(), modules.get(i).name(), ranks.get(i)))
            .toList();
    List<String> names = targets.stream().map(ModuleShape::name).toList();
    ModuleValues ofVariance = new ModuleValues(names, variances);
    ModuleValues ofRanks =
        new ModuleValues(names, ranks.stream().map(Integer::doubleValue).toList());
    return Selection.ofModules(
        chosen,
        Map.of("variance", ofVariance.means(), "rank", ofRanks.means()),
        Map.of("variance", ofVariance.byModule(), "rank", ofRanks.byModule()),
        List.of(
            ScoreDescription.of("rank", "mean rank"),
            ScoreDescription.of("variance", "variance of gradients")));
  }
}
