/** The weights of a checkpoint, from its files to the device. */
package io.flexora.model.decoder.weights;
