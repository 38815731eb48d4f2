package io.flexora.adapter.multiplicative;

import io.flexora.testkit.PeftReferenceSuite;

class OftReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: oft, oft_block_size: 8}";
  }

  @Override
  protected String method() {
    return "oft";
  }
}
