package io.flexora.comparison;

import io.flexora.experiment.Experiment;

/**
 * A cell that can be run.
 *
 * @param id which it is
 * @param experiment its run
 */
record PlannedCell(CellId id, Experiment experiment) {}
