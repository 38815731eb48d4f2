package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import io.flexora.api.ability.LayerwiseModel;
import java.util.List;

/**
 * Texts between two layers, each computed by itself and so without padding.
 *
 * @param texts a batch for each text
 * @param rows the states of each text {@code [tokens, hidden]}
 */
record EncoderStates(List<EncoderBatch> texts, List<NDArray> rows)
    implements LayerwiseModel.States {}
