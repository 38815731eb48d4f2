package io.flexora.objective.basic;

import io.flexora.api.model.Objective;
import io.flexora.api.plugin.Doc;

/** Learns to choose. */
@Doc("Learn the choice among the answers: cross-entropy over their likelihoods.")
final class ChoicesObjective extends NamedObjective {
  ChoicesObjective() {
    super(Objective.CHOICES);
  }
}
