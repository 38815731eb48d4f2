package io.flexora.adapter.structured;

import io.flexora.testkit.AdapterMethodSuite;

class LohaSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: loha, r: 2, rank_dropout: 0.4, module_dropout: 0.1}";
  }
}
