package io.flexora.adapter.lora;

import io.flexora.testkit.AdapterMethodSuite;

class LoraAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: lora, lora_rank: 2, lora_dropout: 0.3}";
  }
}
