package io.flexora.model.decoder;

import io.flexora.api.head.Objective;

/** On the same decoder, learning the choice among answers. */
class ChoicesSuiteTest extends AnswerSuiteTest {

  @Override
  protected Objective objective() {
    return Objective.CHOICES;
  }
}
