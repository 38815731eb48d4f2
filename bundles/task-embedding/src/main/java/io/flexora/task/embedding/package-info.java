/** Embeddings: a vector of each text, the losses that tune them on pairs, and their metrics. */
package io.flexora.task.embedding;
