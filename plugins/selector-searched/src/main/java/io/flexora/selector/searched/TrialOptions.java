package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;

/**
 * The options of how a set of layers is judged, apart from the number of steps.
 *
 * @param earlyStopping when the search ends by itself; its steps are sets that were judged
 * @param problem the batches of a training step and those that are validated on, the same for all
 *     sets
 * @param inner how the adapters of a set are trained
 */
record TrialOptions(
    @Inline EarlyStopping earlyStopping,
    @Inline(defaults = "validation_batches: 16") ProblemOptions problem,
    @Option(doc = "training of the adapters", byDefault = "{}") InnerOptions inner) {}
