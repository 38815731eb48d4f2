package io.flexora.adapter.structured;

import io.flexora.api.plugin.Inline;

/** The options of LoHa, by the names that PEFT gives them. */
public record LohaOptions(@Inline LycorisOptions lycoris) {}
