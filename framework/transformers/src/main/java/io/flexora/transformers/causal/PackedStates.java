package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.transformers.batch.PackedBatch;
import java.util.List;

/** The tokens of packed examples between two layers. */
record PackedStates(List<PackedBatch.PackedPart> parts, List<NDArray> rows)
    implements LayerwiseModel.States {}
