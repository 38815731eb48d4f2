package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import io.flexora.api.model.GradientRecord;
import io.flexora.api.optimiser.Iterate;
import java.util.Optional;

/**
 * One optimiser step on theta, as a derivative of it needs it.
 *
 * @param number the number of the step in the search, which decides its batch
 * @param count the number of the step since the optimiser's initial state
 * @param at where the step began
 * @param gradient the gradient there {@code [parameters]}
 * @param record that gradient with what is kept to differentiate it; empty if nothing is
 * @since 0.1
 */
public record InnerStep(
    long number, long count, Iterate at, NDArray gradient, Optional<GradientRecord> record) {}
