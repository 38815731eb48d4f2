package io.flexora.adapter.residual;

class PissaReferenceTest extends ResidualReference {

  @Override
  protected String configuration() {
    return "{use: pissa, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "pissa";
  }

  @Override
  protected double tolerance() {
    return 1e-5;
  }
}
