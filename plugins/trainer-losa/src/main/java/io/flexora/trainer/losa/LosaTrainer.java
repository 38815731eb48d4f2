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

/**
 * LoSA (Huang et al. 2025, arXiv 2502.14816): in steps the base is pruned further, in view of what
 * the adapters add, and the adapters are trained on what is left, with more rank where pruning has
 * cost more. Other than in the published code, the learning rate follows one schedule over all
 * steps, layers reach exactly the sparsities of the optimum, and masks are kept as such, so that a
 * number may return.
 */
@Doc(
    "Prune the base in steps and train the adapters between them, sparser where layers repeat each"
        + " other and with more rank where pruning costs more (LoSA).")
public final class LosaTrainer implements Trainer {

  private final SparseTraining training;

  @Inject
  LosaTrainer(LosaOptions options, Seeds seeds) {
    this.training =
        new SparseTraining(
            "trainer 'losa'",
            new PruningPlan(
                options.pruning(),
                options.sparsitySteps(),
                options.sparsityByLayer(),
                options.averageRanks()),
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
