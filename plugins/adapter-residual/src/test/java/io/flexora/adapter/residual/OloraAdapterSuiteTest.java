package io.flexora.adapter.residual;

import io.flexora.testkit.AdapterMethodSuite;

class OloraAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: olora, lora_rank: 3, use_rslora: true}";
  }
}
