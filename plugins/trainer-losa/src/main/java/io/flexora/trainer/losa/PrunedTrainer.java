package io.flexora.trainer.losa;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;

/** Prunes the base once, then trains adapters on what is left. */
@Doc(
    "Prune the base once (magnitude, Wanda or SparseGPT), then train the adapters on the"
        + " pruned base.")
public final class PrunedTrainer extends SparseTraining {

  @Inject
  PrunedTrainer(PrunedOptions options, Seeds seeds) {
    super(
        "trainer 'pruned'",
        new PruningPlan(options.pruning(), 1, options.sparsityByLayer(), List.of()),
        options.training(),
        seeds);
  }
}
