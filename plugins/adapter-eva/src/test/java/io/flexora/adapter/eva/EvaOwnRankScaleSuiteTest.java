package io.flexora.adapter.eva;

import io.flexora.testkit.AdapterMethodSuite;

/** With a scale that follows from the rank of each module. */
class EvaOwnRankScaleSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: eva, lora_rank: 2, rho: 1.5, use_rslora: true, whiten: true,"
        + " adjust_scaling_factors: false, use_label_mask: false}";
  }
}
