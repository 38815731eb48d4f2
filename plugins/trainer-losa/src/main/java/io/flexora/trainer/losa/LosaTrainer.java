package io.flexora.trainer.losa;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
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
public final class LosaTrainer extends SparseTraining {

  @Inject
  LosaTrainer(LosaOptions options, Seeds seeds) {
    super(
        "trainer 'losa'",
        new PruningPlan(
            options.pruning(),
            options.sparsitySteps(),
            options.sparsityByLayer(),
            options.averageRanks()),
        options.training(),
        seeds);
  }
}
