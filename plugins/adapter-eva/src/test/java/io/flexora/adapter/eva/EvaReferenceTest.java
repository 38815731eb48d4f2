package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterStart;
import io.flexora.testkit.PeftStartSuite;

class EvaReferenceTest extends PeftStartSuite {

  @Override
  protected String configuration() {
    return "{use: eva, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "eva";
  }

  /** PEFT's decomposition is a randomised one in float32. */
  @Override
  protected double tolerance() {
    return 1e-3;
  }

  @Override
  protected void requireMore(AdapterStart start) {
    start
        .parameters()
        .values()
        .forEach(arrays -> assertThat(arrays.get(1).values()).containsOnly(0));
  }
}
