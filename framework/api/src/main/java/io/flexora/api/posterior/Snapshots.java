package io.flexora.api.posterior;

/**
 * The parameters of a training that are kept: those after every so many steps, of which the newest
 * few.
 *
 * @param count the number of snapshots that are kept; 0 for none
 * @param every the number of optimiser steps between two
 * @since 0.1
 */
public record Snapshots(int count, long every) {

  /** No parameters but those that the training ends with. */
  public static final Snapshots NONE = new Snapshots(0, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the count is negative, or there is no step between two
   */
  public Snapshots {
    if (count < 0 || every < 1) {
      throw new IllegalArgumentException(
          "%d snapshots every %d steps are not a plan".formatted(count, every));
    }
  }
}
