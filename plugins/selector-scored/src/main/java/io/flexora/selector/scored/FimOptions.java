package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.selector.scored.measure.Docs;
import java.util.Optional;

/** The options of {@code fim}. */
public record FimOptions(
    @Option(
            doc = "training batches, over whose gradients the variance is taken",
            byDefault = "8",
            min = 2)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc = "rank of all modules whose parameters are shared out. Default: the adapter's own",
            min = 1)
        Optional<Integer> referenceRank) {}
