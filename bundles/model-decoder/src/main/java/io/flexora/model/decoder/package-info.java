/** Decoders of many families on PyTorch. */
package io.flexora.model.decoder;
