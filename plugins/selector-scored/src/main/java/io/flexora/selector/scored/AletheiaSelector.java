package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.LayerGroups;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scores a layer by the sum, over some examples and its target modules, of the Frobenius norms of
 * the loss's gradients in the frozen matrices (Aletheia, arXiv 2604.15351). The authors take all
 * parameters of a layer, the prompt's tokens too, and dropout; here it is the matrices that
 * adapters would be put on, the tokens that are learnt, and no dropout.
 */
@Doc(
    "Keep the layers in whose frozen matrices the loss has the longest gradients (Aletheia), before"
        + " any training. Its authors count every parameter of a layer, norms and biases included;"
        + " here the matrices of the target modules count. It costs a gradient of each example for"
        + " each group of layers.")
@Benchmarked("measured.csv")
public final class AletheiaSelector extends ScoringSelector {

  private static final String NAME = "aletheia";

  private final AletheiaOptions options;
  private final Seeds seeds;

  @Inject
  AletheiaSelector(AletheiaOptions options, Seeds seeds) {
    super(NAME, options.layers());
    this.options = options;
    this.seeds = seeds;
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
  protected List<Double> scores(SelectionContext context) {
    int layers = context.shape().layers();
    int total = groups().count(layers);
    List<List<Tokens>> examples =
        Calibration.draw(NAME, context, seeds, options.examples(), 1).alone();
    return new Steps(
            total,
            scope -> MeasurementPoint.start(Map.of(), layers),
            (scope, at) -> at.plus(measured(scope, context, examples, (int) at.step())),
            at -> at.step() < total ? List.of() : at.sums())
        .run(context);
  }

  @Override
  protected Selection completed(Selection kept, SelectionContext context) {
    context
        .monitor()
        .notice(
            String.format(
                Locale.ROOT,
                "The scores of %s have a correlation of %.2f with the depth of the layers: near 1"
                    + " or -1 it chooses an end, which any task may do.",
                NAME,
                depthCorrelation(kept.scores().get(NAME))));
    return kept;
  }

  /** Pearson's correlation of the scores with the numbers of the layers; 0 of equal scores. */
  static double depthCorrelation(List<Double> scores) {
    double mean = scores.stream().mapToDouble(s -> s).average().orElseThrow();
    double middle = (scores.size() - 1) / 2.0;
    double together = 0;
    double ofScores = 0;
    double ofDepth = 0;
    for (int layer = 0; layer < scores.size(); layer++) {
      double score = scores.get(layer) - mean;
      double depth = layer - middle;
      together += score * depth;
      ofScores += score * score;
      ofDepth += depth * depth;
    }
    return ofScores * ofDepth == 0 ? 0 : together / Math.sqrt(ofScores * ofDepth);
  }

  private List<Double> measured(
      NDManager scope, SelectionContext context, List<List<Tokens>> examples, int group) {
    int layers = context.shape().layers();
    double[] sums = new double[layers];
    context.weightGradients(
        scope,
        groups().of(group, layers),
        examples,
        (own, site, gradient) -> sums[site.layer()] += norm(own, gradient));
    return Arrays.stream(sums).boxed().toList();
  }

  private double norm(NDManager scope, NDArray gradient) {
    try (Workspace work = new Workspace(scope)) {
      NDArray wide = work.share(gradient).toType(DataType.FLOAT64, false);
      double squares = wide.square().sum().getDouble();
      return Math.sqrt(options.normalise() ? squares / gradient.size() : squares);
    }
  }
}
