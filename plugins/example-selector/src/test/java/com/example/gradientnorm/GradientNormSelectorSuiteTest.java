package com.example.gradientnorm;

import io.flexora.testkit.SelectorSuite;

class GradientNormSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: largest-gradient, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
