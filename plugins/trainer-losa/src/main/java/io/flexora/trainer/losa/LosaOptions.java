package io.flexora.trainer.losa;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.trainer.losa.prune.PruningOptions;
import java.util.List;

/** The options of {@code losa}. */
public record LosaOptions(
    @Inline PruningOptions pruning,
    @Option(
            doc =
                "how often the training prunes, each time more: before equal parts of its steps, of"
                    + " which the first has 1 - (1 - 1/T)^3 of the sparsity",
            byDefault = "5",
            min = 1)
        int sparsitySteps,
    @Option(
            doc =
                "prune layers more whose inputs resemble those of the others (linear CKA), the others"
                    + " less",
            byDefault = "true")
        boolean sparsityByLayer,
    @Option(
            doc =
                "the rank of adapters on average over the layers after each pruning, which layers"
                    + " share by what pruning has cost them; at most lora_rank, which 16 suits;"
                    + " empty for lora_rank everywhere",
            byDefault = "[6, 7, 8, 9, 10]",
            min = 1)
        List<Integer> averageRanks,
    @Inline TrainingOptions training) {

  /** Copies the list. */
  public LosaOptions {
    averageRanks = List.copyOf(averageRanks);
  }
}
