package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class LeaveOneOutSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: leave-one-out, layers: 3, batches: 2, warmup_steps: 20, inner: {learning_rate: 0.05}}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
