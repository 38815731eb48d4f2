package io.flexora.trainer.losa;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingCost;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.api.train.TrainingSize;
import jakarta.inject.Inject;
import java.util.List;

/** Prunes the base once, then trains adapters on what is left. */
@Doc(
    "Prune the base once (magnitude, Wanda or SparseGPT), then train the adapters on what is left.")
public final class PrunedTrainer implements Trainer {

  private final SparseTraining training;

  @Inject
  PrunedTrainer(PrunedOptions options, Seeds seeds) {
    this.training =
        new SparseTraining(
            "trainer 'pruned'",
            new PruningPlan(options.pruning(), 1, options.sparsityByLayer(), List.of()),
            options.training(),
            seeds);
  }

  @Override
  public void requireFit(TrainingSetting setting) {
    training.requireFit(setting);
  }

  @Override
  public TrainingResult train(TrainingContext context) {
    return training.train(context);
  }

  @Override
  public TrainingCost cost(TrainingSize size) {
    return training.cost(size);
  }
}
