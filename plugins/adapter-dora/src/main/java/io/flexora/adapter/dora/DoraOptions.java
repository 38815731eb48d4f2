package io.flexora.adapter.dora;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRankOptions;

/** The options of DoRA, by the names that PEFT and LLaMA-Factory give them. */
public record DoraOptions(
    @Inline LowRankOptions lora,
    @Option(
            doc =
                "Take the norm of the rows as constant in the gradient, as the paper and PEFT do"
                    + " to save memory; false for the exact gradient, which exact hypergradients"
                    + " need.",
            byDefault = "true")
        boolean detachNorm) {}
