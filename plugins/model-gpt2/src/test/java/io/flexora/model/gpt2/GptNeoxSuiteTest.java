package io.flexora.model.gpt2;

import io.flexora.api.head.Objective;

/** On a tiny random GPT-NeoX, learning the choice among answers. */
class GptNeoxSuiteTest extends Gpt2SuiteTest {

  @Override
  protected String family() {
    return "gpt_neox";
  }

  @Override
  protected Objective objective() {
    return Objective.CHOICES;
  }
}
