package io.flexora.adapter.vera;

import io.flexora.testkit.AdapterMethodSuite;

class VeraAdapterSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: vera, r: 3, vera_dropout: 0.3}";
  }
}
