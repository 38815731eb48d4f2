package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDArray;

/**
 * The parameters with the lowest validation loss so far.
 *
 * @param theta the parameters
 * @param loss their validation loss
 * @param step the step at which they were reached
 */
record Best(NDArray theta, double loss, long step) {}
