/**
 * Selectors that score each layer, by gradients, outputs, ablation or weights, and keep the layers
 * with the highest scores.
 */
package io.flexora.selector.scored;
