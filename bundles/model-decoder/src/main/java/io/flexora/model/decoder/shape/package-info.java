/**
 * What a decoder computes, whatever its family, and how descriptions of it are read and written.
 */
package io.flexora.model.decoder.shape;
