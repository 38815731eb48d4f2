/** Training of adapters and a head by a first-order optimiser. */
package io.flexora.trainer.gradient;
