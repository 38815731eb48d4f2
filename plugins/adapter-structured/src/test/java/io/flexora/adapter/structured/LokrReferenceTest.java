package io.flexora.adapter.structured;

import io.flexora.testkit.PeftReferenceSuite;

class LokrReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: lokr, r: 2, alpha: 4}";
  }

  @Override
  protected String method() {
    return "lokr";
  }
}
