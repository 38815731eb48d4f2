package io.flexora.adapter.vera;

import io.flexora.testkit.AdapterMethodSuite;

class RandloraSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: randlora, r: 2, randlora_dropout: 0.3, sparse: true}";
  }
}
