package io.flexora.dataset.wordnet;

import java.util.List;

/** The parts of speech that are read. */
public enum Senses {
  /** The 26 supersenses of nouns. */
  NOUNS,
  /** The 15 supersenses of verbs. */
  VERBS,
  /** The 45 supersenses of all words. */
  ALL;

  /** The names of the database files. */
  List<String> files() {
    return switch (this) {
      case NOUNS -> List.of("data.noun");
      case VERBS -> List.of("data.verb");
      case ALL -> List.of("data.noun", "data.verb", "data.adj", "data.adv");
    };
  }
}
