package io.flexora.adapter.dora;

import io.flexora.testkit.AdapterMethodSuite;

class DoraAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: dora, lora_rank: 2, lora_alpha: 3}";
  }
}
