package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.LayerGroups;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores a layer by its projected residual (Layer Card, arXiv 2602.04019): the sum, over its target
 * modules, of {@code ||G S^(-1/2)||}, with the mean gradient G of the loss in the frozen matrix and
 * the second moment S of the module's inputs, over all tokens of the same examples. It is the
 * length of the gradient where the inputs are white, and no invertible change of the inputs' basis
 * changes it. The damping of S, a multiple of its mean diagonal, is a choice of this
 * implementation.
 */
@Doc(
    "Keep the layers with the largest projected residual (Layer Card): the gradient in the frozen"
        + " matrices of the target modules, measured where their inputs are white. It costs a"
        + " gradient and a forward pass of each example for each group of layers, and memory for"
        + " the second moments of a group's inputs.")
public final class ResnormSelector extends ScoringSelector {

  private static final String NAME = "resnorm";

  private static final String SQUARES =
      """
        def squares(self, gradient: Tensor, moment: Tensor) -> List[Tensor]:
          transposed = torch.t(gradient)
          solved = torch.cholesky_solve(transposed, torch.linalg_cholesky(moment))
          return [torch.sum(torch.mul(transposed, solved))]
      """;

  private final ResnormOptions options;
  private final Seeds seeds;

  @Inject
  ResnormSelector(ResnormOptions options, Seeds seeds) {
    super(NAME, options.layers());
    this.options = options;
    this.seeds = seeds;
  }

  private LayerGroups groups() {
    return new LayerGroups(options.layersTogether());
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    Passes passes = Passes.of((long) groups().count(bounds.shape().layers()) * options.examples());
    return Workload.NONE.trainingGradients(passes).forward(passes);
  }

  /** A step is a group of layers. */
  @Override
  protected List<Double> scores(SelectionContext context) {
    int layers = context.shape().layers();
    int total = groups().count(layers);
    List<List<Tokens>> examples =
        Calibration.draw(NAME, context, seeds, options.examples(), 1).alone();
    try (TorchScript script = TorchScript.compile(context.manager(), SQUARES)) {
      return new Steps(
              total,
              scope -> MeasurementPoint.start(Map.of(), layers),
              (scope, at) -> at.plus(measured(scope, script, context, examples, (int) at.step())),
              at -> at.step() < total ? List.of() : at.sums())
          .run(context);
    }
  }

  private List<Double> measured(
      NDManager scope,
      TorchScript script,
      SelectionContext context,
      List<List<Tokens>> examples,
      int group) {
    int layers = context.shape().layers();
    List<Integer> of = groups().of(group, layers);
    Double[] norms = new Double[layers];
    Arrays.fill(norms, 0.0);
    try (NDManager own = scope.newSubManager()) {
      Map<AdapterSite, NDArray> moments = new HashMap<>();
      Map<AdapterSite, Long> tokens = new HashMap<>();
      context.activations(
          examples,
          CountedTokens.ALL,
          (temporary, site, rows) -> {
            if (of.contains(site.layer())) {
              tokens.merge(site, rows.getShape().get(0), Long::sum);
              NDArray wide = rows.toType(DataType.FLOAT64, true);
              LayerGroups.add(own, moments, site, wide.transpose().matMul(wide));
            }
          });
      LayerGroups.gradients(own, context, of, examples)
          .forEach(
              (site, gradient) ->
                  norms[site.layer()] +=
                      norm(own, script, gradient, examples, moments.get(site), tokens.get(site)));
    }
    return List.of(norms);
  }

  private double norm(
      NDManager scope,
      TorchScript script,
      NDArray gradients,
      List<List<Tokens>> examples,
      NDArray moments,
      long tokens) {
    try (Workspace work = new Workspace(scope)) {
      NDArray gradient = work.share(gradients).toType(DataType.FLOAT64, true).div(examples.size());
      NDArray moment = work.share(moments).div(tokens);
      long inputs = moment.getShape().get(0);
      NDArray unit = work.temporary().eye((int) inputs, (int) inputs, 0, DataType.FLOAT64);
      double damping = options.damping() * moment.mul(unit).sum().getDouble() / inputs;
      Arguments arguments =
          new Arguments(work.temporary())
              .with("gradient", gradient)
              .with("moment", moment.add(unit.mul(damping)));
      return Math.sqrt(script.call("squares", arguments).get(0).getDouble());
    }
  }
}
