package io.flexora.api.run;

import java.nio.file.Path;

/**
 * One independent piece of an experiment: a strategy with a seed, from selection to evaluation.
 *
 * @param name the name of the cell in its run, also its folder's
 * @param folder the run's folder, which holds the configuration and the cell's record
 * @since 0.1
 */
public record Cell(String name, Path folder) {}
