package io.flexora.testkit;

import io.flexora.api.selection.Selector;
import io.flexora.testkit.fixture.TrainedOnce;

class TrainedOnceSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "trained-once";
  }

  @Override
  protected Selector extension(long seed) {
    return new TrainedOnce(40, 0.05, 3);
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
