package io.flexora.adapter.dora;

import io.flexora.testkit.PeftReferenceSuite;
import org.junit.jupiter.api.Nested;

/** DoRA, also with rsLoRA's scale, against PEFT; see {@link PeftReferenceSuite}. */
class DoraReferenceTest {

  @Nested
  class Plain extends PeftReferenceSuite {

    @Override
    protected String configuration() {
      return "{use: dora, lora_rank: 4, lora_alpha: 8}";
    }

    @Override
    protected String method() {
      return "dora";
    }
  }

  @Nested
  class RankStabilised extends PeftReferenceSuite {

    @Override
    protected String configuration() {
      return "{use: dora, lora_rank: 4, lora_alpha: 8, use_rslora: true}";
    }

    @Override
    protected String method() {
      return "dora-rslora";
    }
  }
}
