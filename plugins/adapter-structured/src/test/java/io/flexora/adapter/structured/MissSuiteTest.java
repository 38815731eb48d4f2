package io.flexora.adapter.structured;

import io.flexora.testkit.AdapterMethodSuite;

class MissSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: miss, r: 4, miss_dropout: 0.3}";
  }
}
