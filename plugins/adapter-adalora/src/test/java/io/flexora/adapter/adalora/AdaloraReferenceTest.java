package io.flexora.adapter.adalora;

import io.flexora.testkit.PeftReferenceSuite;

/** With the budgets: in each step as many triplets are pruned as PEFT prunes, and the same. */
class AdaloraReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: adalora, init_r: 6, target_r: 3, tinit: 3, tfinal: 5, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "adalora";
  }
}
