package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;

/**
 * What an example says of a trained matrix M in M a, in float64.
 *
 * @param name the matrix
 * @param inputs a for each token {@code [tokens, inputs]}
 * @param gradients the gradient of each class output, or of its difference from the first one, in M
 *     a {@code [classes, tokens, outputs]}
 * @param read the tokens that the class outputs are read from
 */
// Bulk data of one call; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record MatrixData(String name, NDArray inputs, NDArray gradients, int[] read) {}
