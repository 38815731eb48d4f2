package io.flexora.adapter.residual;

import io.flexora.testkit.AdapterMethodSuite;

class PissaAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: pissa, lora_rank: 2, lora_dropout: 0.3}";
  }
}
