package io.flexora.transformers.family;

/**
 * The experts of a layer's feed-forward part.
 *
 * @param count the experts of a layer
 * @param chosen the experts that compute a token
 * @param width the numbers between the two matrices of an expert
 * @since 0.1
 */
public record ExpertShape(int count, int chosen, int width) {}
