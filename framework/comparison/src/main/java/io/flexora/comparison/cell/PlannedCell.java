package io.flexora.comparison.cell;

import io.flexora.experiment.Experiment;
import java.util.OptionalInt;

/**
 * A cell that can be run.
 *
 * @param id which it is
 * @param experiment its run
 */
public record PlannedCell(CellId id, Experiment experiment) {

  /** How many layers strategies choose that are told {@code same}. */
  public OptionalInt sameLayers() {
    return experiment.configuration().sameLayers().stream().mapToInt(Integer::intValue).findFirst();
  }
}
