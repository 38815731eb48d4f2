package io.flexora.trainer.losa;

import io.flexora.api.run.FlexoraException;
import io.flexora.trainer.losa.prune.PruningOptions;
import java.util.List;

/**
 * What a training prunes when.
 *
 * @param pruning how
 * @param steps in how many steps
 * @param byLayer whether layers that resemble the others are pruned more
 * @param averageRanks the average rank after each step; empty where ranks stay as they are
 */
record PruningPlan(PruningOptions pruning, int steps, boolean byLayer, List<Integer> averageRanks) {

  /**
   * Copies the list.
   *
   * @throws FlexoraException if there is not one rank for each step
   */
  PruningPlan {
    averageRanks = List.copyOf(averageRanks);
    if (!averageRanks.isEmpty() && averageRanks.size() != steps) {
      throw new FlexoraException(
          ("average_ranks has %d numbers, and sparsity_steps is %d; give one for each step, or [] to"
                  + " leave ranks as they are")
              .formatted(averageRanks.size(), steps));
    }
  }
}
