package io.flexora.adapter.residual;

class LoraGaReferenceTest extends ResidualReference {

  @Override
  protected String configuration() {
    return "{use: lora-ga, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "loraga";
  }

  /** PEFT's decomposition is a randomised one, which differs as much from seed to seed. */
  @Override
  protected double tolerance() {
    return 2e-4;
  }
}
