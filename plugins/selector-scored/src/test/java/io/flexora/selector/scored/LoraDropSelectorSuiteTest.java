package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class LoraDropSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: lora-drop, layers: 3, warmup_steps: 20, inner: {learning_rate: 0.05}}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
