package io.flexora.selector.scored;

import io.flexora.testkit.SelectorSuite;

class AletheiaSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: aletheia, layers: 3, layers_together: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
