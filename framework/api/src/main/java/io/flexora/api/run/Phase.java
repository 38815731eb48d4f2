package io.flexora.api.run;

import java.util.Locale;

/**
 * A phase of a cell. The constants stand in the order in which phases run.
 *
 * @since 0.1
 */
public enum Phase {
  /** Chooses the layers. */
  SEARCH("Search"),
  /** Trains the adapters on the chosen layers. */
  TRAIN("Training"),
  /** Measures what was trained. */
  EVALUATE("Evaluation");

  private static final double LEAST_SECONDS = 0.05;

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  /** The word for it in events, results and folders. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a phase that took so many seconds did anything: one that has nothing to do, such as the
   * search of a fixed choice, takes less than 0.05 s.
   */
  public static boolean isWork(double seconds) {
    return seconds >= LEAST_SECONDS;
  }

  /** Its name for readers. */
  public String title() {
    return title;
  }
}
