package io.flexora.api.train;

/**
 * A demand of a strategy on the training of its choice, which not every trainer meets.
 *
 * @since 0.1
 */
public enum TrainingDemand {
  /** Modules keep the ranks that the strategy gives them. */
  RANKS,
  /** Modules of several layers share an adapter, and the base is left as it is. */
  SHARED_ADAPTERS,
  /** A {@link io.flexora.api.adapter.TrainingSchedule} is followed. */
  SCHEDULE
}
