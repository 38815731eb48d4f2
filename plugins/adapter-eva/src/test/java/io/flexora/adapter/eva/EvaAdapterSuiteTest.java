package io.flexora.adapter.eva;

import io.flexora.testkit.AdapterMethodSuite;

class EvaAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: eva, lora_rank: 2, lora_dropout: 0.3}";
  }
}
