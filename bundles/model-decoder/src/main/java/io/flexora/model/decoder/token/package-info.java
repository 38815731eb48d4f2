/** Texts and conversations as the tokens of a decoder. */
package io.flexora.model.decoder.token;
