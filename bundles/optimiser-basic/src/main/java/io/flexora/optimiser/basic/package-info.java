/** Gradient descent with and without a velocity, and AdamW. */
package io.flexora.optimiser.basic;
