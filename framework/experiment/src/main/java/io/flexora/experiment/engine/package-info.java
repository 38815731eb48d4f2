/**
 * The engines of this machine and what they run on: the PyTorch library, DJL's native library for
 * it, and the GPUs.
 */
package io.flexora.experiment.engine;
