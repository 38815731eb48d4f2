package io.flexora.numerics.bilevel;

import io.flexora.api.optimiser.Iterate;

/**
 * A place between two optimiser steps on theta.
 *
 * @param number the number of the next step in the search, which decides its batch
 * @param count the number of the next step since the optimiser's initial state
 * @param at theta and the optimiser's state
 * @param lossSum the sum of the training losses since the outer step began
 * @since 0.1
 */
public record InnerPosition(long number, long count, Iterate at, double lossSum) {}
