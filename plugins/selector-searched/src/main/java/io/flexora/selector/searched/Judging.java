package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.numerics.bilevel.InnerOptions;

/**
 * How a set of layers is judged, apart from the number of steps.
 *
 * @param problem the batches of a training step and those that are validated on
 * @param inner the optimiser
 */
record Judging(ProblemOptions problem, InnerOptions inner) {}
