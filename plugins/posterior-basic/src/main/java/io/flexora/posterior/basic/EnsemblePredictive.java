package io.flexora.posterior.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Figure;
import io.flexora.numerics.score.ChoiceProbabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The mean of the probabilities of several parameter vectors of one model, which share the
 * computation of the layers below the adapted ones.
 */
record EnsemblePredictive(AdaptedModel model, List<NDArray> members, Map<String, Figure> figures)
    implements Predictive {

  @Override
  public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
    List<double[][]> ofMembers = new ArrayList<>();
    for (NDArray member : members) {
      ofMembers.add(model.scores(scope, batch, Point.of(member)));
    }
    return ChoiceProbabilities.means(ofMembers);
  }
}
