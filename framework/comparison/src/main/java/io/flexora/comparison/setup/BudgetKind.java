package io.flexora.comparison.setup;

/**
 * The amount that is the same for every strategy of a comparison.
 *
 * @since 0.1
 */
public enum BudgetKind {
  /** The number of adapted layers. */
  LAYERS,
  /** The number of trainable parameters. */
  PARAMETERS,
  /** The number of training steps. */
  STEPS,
  /** The seconds of the training. */
  SECONDS
}
