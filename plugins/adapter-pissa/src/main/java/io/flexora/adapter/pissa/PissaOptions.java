package io.flexora.adapter.pissa;

import io.flexora.api.plugin.Inline;
import io.flexora.numerics.transformer.LowRankOptions;

/** The options of PiSSA, by the names that PEFT and LLaMA-Factory give them. */
public record PissaOptions(@Inline LowRankOptions lora) {}
