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

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  /** The word for it in events, results and folders. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name for readers. */
  public String title() {
    return title;
  }
}
