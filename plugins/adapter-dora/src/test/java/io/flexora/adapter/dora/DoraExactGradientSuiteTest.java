package io.flexora.adapter.dora;

import io.flexora.testkit.AdapterMethodSuite;

class DoraExactGradientSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: dora, lora_rank: 2, detach_norm: false, lora_dropout: 0.3}";
  }
}
