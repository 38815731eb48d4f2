package io.flexora.posterior.basic;

import ai.djl.ndarray.NDArray;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.api.run.IncompatibleOptionException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** The mean of the probabilities of the last checkpoints of one training. */
@Doc("Checkpoint ensemble: average the probabilities of the last checkpoints of one training.")
final class CheckpointEnsemble implements Posterior {

  private final CheckpointEnsembleOptions options;

  @Inject
  CheckpointEnsemble(CheckpointEnsembleOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (setting.steps().isPresent() && setting.steps().getAsLong() < options.every()) {
      found.refuse(
          "every",
          "it averages the parameters of every %d steps, and the training has %d; lower 'every'"
              .formatted(options.every(), setting.steps().getAsLong()));
    }
  }

  @Override
  public Snapshots snapshots() {
    return new Snapshots(options.members(), options.every());
  }

  @Override
  public Workload cost(PosteriorSetting setting) {
    return Workload.NONE.forward(Passes.of((long) options.members() * setting.test()));
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    List<NDArray> members = context.snapshots();
    if (members.isEmpty()) {
      throw new IncompatibleOptionException(
          "every",
          ("the training ended before step %d, so that there is no checkpoint to average; lower"
                  + " 'every' of checkpoint-ensemble")
              .formatted(options.every()));
    }
    if (members.size() < options.members()) {
      context
          .monitor()
          .notice(
              "The checkpoint ensemble has %d members in place of %d, as the training was short."
                  .formatted(members.size(), options.members()));
    }
    return new EnsemblePredictive(
        context.model(), members, Map.of("members", Figure.of(members.size())));
  }
}
