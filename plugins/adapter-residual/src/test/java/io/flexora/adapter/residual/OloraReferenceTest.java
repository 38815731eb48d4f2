package io.flexora.adapter.residual;

class OloraReferenceTest extends ResidualReference {

  @Override
  protected String configuration() {
    return "{use: olora, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "olora";
  }

  @Override
  protected double tolerance() {
    return 1e-5;
  }
}
