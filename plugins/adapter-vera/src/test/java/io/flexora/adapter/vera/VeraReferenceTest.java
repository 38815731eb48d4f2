package io.flexora.adapter.vera;

import io.flexora.testkit.PeftReferenceSuite;

class VeraReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: vera, r: 8}";
  }

  @Override
  protected String method() {
    return "vera";
  }
}
