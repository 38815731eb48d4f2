package io.flexora.results.comparison;

import io.flexora.results.run.RunRecord;
import java.util.Optional;

/**
 * One cell of a comparison: a strategy with a seed on a model and a task.
 *
 * @param id the name of the cell, also that of its run's folder
 * @param model the name of the model in the comparison
 * @param task the name of the task
 * @param strategy the name of the strategy
 * @param seed the seed
 * @param run the run of the cell, whose main cell it is; empty if it was not begun
 * @since 0.1
 */
public record ComparedCell(
    String id, String model, String task, String strategy, long seed, Optional<RunRecord> run) {}
