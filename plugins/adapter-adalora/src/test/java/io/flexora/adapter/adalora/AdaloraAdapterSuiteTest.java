package io.flexora.adapter.adalora;

import io.flexora.testkit.AdapterMethodSuite;

class AdaloraAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: adalora, init_r: 4, target_r: 2, tinit: 20, tfinal: 50, lora_dropout: 0.3}";
  }
}
