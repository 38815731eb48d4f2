package io.flexora.adapter.residual;

import io.flexora.testkit.AdapterMethodSuite;

class LoraGaAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: lora-ga, lora_rank: 2, lora_dropout: 0.3}";
  }
}
