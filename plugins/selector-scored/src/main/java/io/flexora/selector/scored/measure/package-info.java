/** Measurements of layers, batch by batch, and the scores that are made of them. */
package io.flexora.selector.scored.measure;
