package io.flexora.tuner.tpe;

import io.flexora.testkit.TunerSuite;

class TpeSuiteTest extends TunerSuite {

  @Override
  protected String configuration() {
    return "tpe";
  }
}
