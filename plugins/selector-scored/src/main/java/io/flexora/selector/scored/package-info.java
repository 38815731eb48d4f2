/** Selectors that score each layer by gradients and keep the layers with the highest scores. */
package io.flexora.selector.scored;
