package io.flexora.posterior.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link CheckpointEnsemble}. */
record CheckpointEnsembleOptions(
    @Option(doc = "Number of checkpoints, the last ones of the training.", byDefault = "5", min = 2)
        int members,
    @Option(doc = "Number of optimiser steps between two checkpoints.", byDefault = "20", min = 1)
        long every) {}
