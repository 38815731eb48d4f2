package io.flexora.trainer.losa;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.trainer.losa.prune.PruningOptions;

/** The options of the trainer {@code pruned}. */
public record PrunedOptions(
    @Inline PruningOptions pruning,
    @Option(
            doc =
                "prune layers more whose inputs resemble those of the others (linear CKA), the others"
                    + " less",
            byDefault = "false")
        boolean sparsityByLayer,
    @Inline TrainingOptions training) {}
