package io.flexora.adapter.structured;

import io.flexora.testkit.PeftReferenceSuite;

class LohaReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: loha, r: 3, alpha: 8}";
  }

  @Override
  protected String method() {
    return "loha";
  }
}
