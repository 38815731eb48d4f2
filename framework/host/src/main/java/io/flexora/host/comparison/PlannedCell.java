package io.flexora.host.comparison;

import io.flexora.host.experiment.Experiment;

/**
 * A cell that can be run.
 *
 * @param id which it is
 * @param experiment its run
 */
record PlannedCell(CellId id, Experiment experiment) {}
