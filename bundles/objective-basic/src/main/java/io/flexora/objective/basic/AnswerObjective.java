package io.flexora.objective.basic;

import io.flexora.api.model.Objective;
import io.flexora.api.plugin.Doc;

/** Learns the right answer's text. */
@Doc("Learn the likelihood of the right answer, of several the first: cross-entropy over tokens.")
final class AnswerObjective extends NamedObjective {
  AnswerObjective() {
    super(Objective.ANSWER);
  }
}
