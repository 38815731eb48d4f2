/** The families of decoders, a file each, and nothing else that knows one. */
package io.flexora.model.decoder.family;
