/** Decoders with their adapters merged into their weights, as files that other programs read. */
package io.flexora.model.decoder.export;
