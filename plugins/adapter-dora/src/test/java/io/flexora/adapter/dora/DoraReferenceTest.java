package io.flexora.adapter.dora;

import io.flexora.testkit.PeftReferenceSuite;

class DoraReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: dora, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "dora";
  }
}
