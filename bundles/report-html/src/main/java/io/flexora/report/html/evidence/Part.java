package io.flexora.report.html.evidence;

import java.util.Locale;

/** The parts of a cell, in the order in which they run. */
public enum Part {
  SEARCH("Search"),
  TRAIN("Training"),
  EVALUATE("Evaluation");

  private final String title;

  Part(String title) {
    this.title = title;
  }

  /** The name in the record. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name for the reader. */
  public String title() {
    return title;
  }
}
