package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ClassGradients;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Figure;
import io.flexora.numerics.score.ChoiceProbabilities;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Averages the softmax over the distribution of the class outputs. */
record LaplacePredictive(
    AdaptedModel model,
    NDArray theta,
    OutputCovariance covariance,
    double precision,
    AverageProbabilities average,
    Map<String, Figure> figures)
    implements Predictive {

  @Override
  public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
    double[][] scores = new double[batch.size()][];
    model
        .require(ClassGradients.class, GradientPass.USER)
        .classGradients(
            scope,
            batch,
            Point.of(theta),
            covariance.matrices().layers(),
            (own, e, found) -> {
              double[][] of = covariance.of(own, found, precision)[0];
              double normaliser = ChoiceProbabilities.logNormaliser(found.scores());
              scores[e] =
                  Arrays.stream(average.logarithms(found.outputs(), of))
                      .map(logarithm -> logarithm + normaliser)
                      .toArray();
            });
    return scores;
  }
}
