package com.example.largestgradient;

import io.flexora.testkit.SelectorSuite;

class LargestGradientSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: largest-gradient, layers: 3}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
