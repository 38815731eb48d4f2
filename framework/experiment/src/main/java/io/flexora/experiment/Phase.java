package io.flexora.experiment;

/** The phases of a cell, in order. */
enum Phase {
  SEARCH,
  TRAIN,
  EVALUATE;

  /** The word for it in events and folders. */
  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
