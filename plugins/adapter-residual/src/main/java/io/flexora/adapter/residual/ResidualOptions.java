package io.flexora.adapter.residual;

import io.flexora.api.plugin.Inline;
import io.flexora.numerics.transformer.LowRankOptions;

/** The options of PiSSA and OLoRA, by the names that PEFT and LLaMA-Factory give them. */
public record ResidualOptions(@Inline LowRankOptions lora) {}
