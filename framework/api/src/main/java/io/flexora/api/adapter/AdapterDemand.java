package io.flexora.api.adapter;

import io.flexora.api.adapter.TrainingSchedule.Probe;

/**
 * A demand of a strategy on the adapters of its choice and their training, which not every adapter
 * method, trainer or posterior meets.
 *
 * @since 0.1
 */
public enum AdapterDemand {
  /** Modules have and keep the {@linkplain AdapterMethod#ranked ranks} that the strategy gives. */
  RANKS,
  /**
   * The same module of several layers shares an adapter. It starts from no matrix of its own, keeps
   * its shape and has no penalty; the base is left as it is.
   */
  SHARED_ADAPTERS,
  /**
   * A {@link TrainingSchedule} of the strategy is followed. The adapter method changes no parameter
   * {@linkplain AdapterMethod#schedule by itself}, of layers too that a step did not train.
   */
  SCHEDULE,
  /**
   * An {@link Probe} takes losses at other scales, so each adapter {@linkplain
   * AdapterMethod#isLinearIn scales} with a parameter.
   */
  SCALING,
  /** The training begins at values of a search, so adapters make no start from the model. */
  VALUES,
  /** The adapters take gates. */
  GATES,
  /** Products with the Hessian are exact. */
  EXACT_PRODUCTS
}
