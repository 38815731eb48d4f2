/** Llama-like decoders on PyTorch. */
package io.flexora.model.decoder;
