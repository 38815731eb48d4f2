package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;

/**
 * The trained factors of a site, in float64.
 *
 * @param a {@code [rank, inputs]}
 * @param b {@code [outputs, rank]}
 * @param scaling s in s B A x
 */
record LoraFactors(NDArray a, NDArray b, double scaling) {}
