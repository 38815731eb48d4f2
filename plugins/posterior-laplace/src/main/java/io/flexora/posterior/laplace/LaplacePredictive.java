package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Figure;
import io.flexora.numerics.score.ChoiceProbabilities;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Averages the softmax over the distribution of the class outputs. The gradients of a batch are
 * taken as many examples at a time as in the fit.
 */
record LaplacePredictive(
    GradientPass pass,
    OutputCovariance covariance,
    double precision,
    AverageProbabilities average,
    Map<String, Figure> figures)
    implements Predictive {

  @Override
  public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
    double[][] scores = new double[examples.size()][];
    pass.over(
        scope,
        examples,
        (own, e, found) -> {
          double[][] of = covariance.of(own, found, precision)[0];
          double normaliser = ChoiceProbabilities.logNormaliser(found.scores());
          scores[e] =
              Arrays.stream(average.logarithms(found.outputs(), of))
                  .map(logarithm -> logarithm + normaliser)
                  .toArray();
        },
        done -> {});
    return scores;
  }
}
