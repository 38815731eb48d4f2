package io.flexora.api.gradient;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * A loss and its gradient.
 *
 * @param loss the mean loss over the batch's terms
 * @param terms the number of terms
 * @param theta the gradient in theta {@code [parameters]}
 * @param alpha the gradient in alpha {@code [gates]}; empty if the point had no gates
 * @since 0.1
 */
public record LossGradient(double loss, long terms, NDArray theta, Optional<NDArray> alpha) {}
