package io.flexora.trainer.losa;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.trainer.losa.prune.PruningOptions;
import java.util.List;

/**
 * The pruning of a training, step by step.
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
   * @throws FlexoraException if there is not one rank for each step, or the pattern is another than
   *     the sparsity
   */
  PruningPlan {
    pruning.requirePattern();
    averageRanks = List.copyOf(averageRanks);
    if (!averageRanks.isEmpty() && averageRanks.size() != steps) {
      throw new IncompatibleOptionException(
          "average_ranks",
          ("average_ranks has %d numbers, and sparsity_steps is %d; give one for each step, or []"
                  + " to leave ranks as they are")
              .formatted(averageRanks.size(), steps));
    }
  }

  /** Whether a step changes anything: the base, or ranks. */
  boolean changes() {
    return pruning.sparsity() > 0 || !averageRanks.isEmpty();
  }

  /** Whether layers are compared, and pruned by what comes out. */
  boolean comparesLayers() {
    return byLayer && pruning.sparsityPattern().isEmpty();
  }

  /**
   * Refuses too few calibration rows.
   *
   * @throws FlexoraException if layers are compared on less than two
   */
  void requireRows(int rows) {
    if (comparesLayers() && rows < 2) {
      throw new IncompatibleOptionException(
          "sparsity_by_layer",
          ("sparsity_by_layer compares layers on at least two calibration rows, and there is one of"
                  + " %d tokens: lower calibration_tokens (%d), raise calibration_rows (%d), or write"
                  + " sparsity_by_layer: false")
              .formatted(
                  pruning.calibrationTokens(),
                  pruning.calibrationTokens(),
                  pruning.calibrationRows()));
    }
  }
}
