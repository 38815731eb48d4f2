package io.flexora.posterior.basic;

import ai.djl.ndarray.NDArray;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A deep ensemble (Lakshminarayanan et al. 2017): the mean of the probabilities of several
 * trainings that differ in their seeds: initial values, order of the data and dropout.
 */
@Doc("Deep ensemble: average the probabilities of several trainings with different seeds.")
final class DeepEnsemble implements Posterior {

  private final DeepEnsembleOptions options;

  @Inject
  DeepEnsemble(DeepEnsembleOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (setting.hasOwnBase()) {
      found.refuse(
          "it trains the model several times, and each training would prune a base of its own;"
              + " use a trainer that leaves the base as it is");
    }
  }

  @Override
  public Workload cost(PosteriorSetting setting) {
    return Workload.NONE
        .trainings(options.members() - 1)
        .forward(Passes.of((long) options.members() * setting.test()));
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    List<NDArray> members = new ArrayList<>(List.of(context.theta()));
    for (int number = 1; number < options.members(); number++) {
      members.add(context.snapshot(number));
    }
    return new EnsemblePredictive(
        context.model(), members, Map.of("members", Figure.of(members.size())));
  }
}
