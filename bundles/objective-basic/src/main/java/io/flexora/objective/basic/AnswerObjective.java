package io.flexora.objective.basic;

import io.flexora.api.head.Objective;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Learns the right answer's text. */
@Doc("Learn the likelihood of the right answer, of several the first: cross-entropy over tokens.")
final class AnswerObjective extends NamedObjective {
  @Inject
  AnswerObjective(SmoothingOptions options) {
    super(Objective.ANSWER, options);
  }
}
