package io.flexora.api.train;

/**
 * What a strategy may ask of the training of what it chooses, and not every trainer can give.
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
