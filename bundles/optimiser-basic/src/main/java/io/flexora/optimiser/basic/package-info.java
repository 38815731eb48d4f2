/** Gradient descent with and without a velocity, Adam and AdamW. */
package io.flexora.optimiser.basic;
