package io.flexora.adapter.structured;

import io.flexora.testkit.PeftReferenceSuite;

class MissReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: miss, r: 4}";
  }

  @Override
  protected String method() {
    return "miss";
  }
}
