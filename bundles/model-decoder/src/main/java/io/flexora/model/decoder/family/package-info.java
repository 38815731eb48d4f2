/** What the families of decoders have in common and where they differ, read from a checkpoint. */
package io.flexora.model.decoder.family;
