package io.flexora.transformers.checkpoint;

/**
 * The memory of frozen weights, in bytes.
 *
 * @param stored all of them as they lie in memory
 * @param layer the matrices of the largest layer that are unpacked where it computes
 * @param segment those of the largest segment of layers
 * @param head the head, if it is unpacked
 * @param headTile what is unpacked of the head at once, where no second derivatives are taken
 * @since 0.1
 */
public record WeightSize(long stored, long layer, long segment, long head, long headTile) {}
