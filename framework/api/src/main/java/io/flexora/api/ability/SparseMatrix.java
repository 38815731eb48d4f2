package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterSite;
import java.util.Optional;

/**
 * A frozen matrix of which some numbers are pruned: they count as zero, and no adapter changes
 * them.
 *
 * @param site the module of the matrix
 * @param kept the numbers that are kept {@code [outputs, inputs]}, as booleans; a kept number may
 *     be zero
 * @param weight the numbers of the matrix {@code [outputs, inputs]}, float32 or float64, of which
 *     those that are pruned mean nothing; empty for those of the model
 * @since 0.1
 */
public record SparseMatrix(AdapterSite site, NDArray kept, Optional<NDArray> weight) {}
