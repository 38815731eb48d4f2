package io.flexora.api.gradient;

import ai.djl.ndarray.NDArray;

/**
 * A direction in (theta, alpha), or a product of the loss's Hessian with one.
 *
 * @param theta the part in theta {@code [parameters]}
 * @param alpha the part in alpha {@code [gates]}
 * @since 0.1
 */
public record Direction(NDArray theta, NDArray alpha) {}
