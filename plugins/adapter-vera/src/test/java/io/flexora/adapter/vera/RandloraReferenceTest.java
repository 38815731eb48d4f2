package io.flexora.adapter.vera;

import io.flexora.testkit.PeftReferenceSuite;

class RandloraReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: randlora, r: 8, randlora_alpha: 32}";
  }

  @Override
  protected String method() {
    return "randlora";
  }
}
