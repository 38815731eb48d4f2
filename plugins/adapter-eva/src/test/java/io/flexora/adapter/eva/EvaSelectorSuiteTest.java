package io.flexora.adapter.eva;

import io.flexora.testkit.SelectorSuite;

class EvaSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: eva}";
  }

  /** A pass is the last one if all directions have settled. */
  @Override
  protected boolean mayEndEarly() {
    return true;
  }
}
