package io.flexora.comparison.setup;

/**
 * What is the same for every strategy of a comparison.
 *
 * @since 0.1
 */
public enum Hold {
  /** The number of adapted layers. */
  LAYERS,
  /** The number of trainable parameters. */
  PARAMETERS,
  /** The number of training steps. */
  STEPS,
  /** The seconds of the training. */
  SECONDS
}
