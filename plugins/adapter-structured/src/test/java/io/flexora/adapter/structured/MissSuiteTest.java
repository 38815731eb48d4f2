package io.flexora.adapter.structured;

import io.flexora.testkit.AdapterMethodSuite;
import org.junit.jupiter.api.Nested;

class MissSuiteTest {

  @Nested
  class OfAllOutputs extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: miss, r: 4, init_weights: true, miss_dropout: 0.3}";
    }
  }

  @Nested
  class OfSharedOutputs extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: miss, r: 4, init_weights: mini}";
    }
  }

  @Nested
  class OfBlocks extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: miss, r: 1, init_weights: bat}";
    }
  }
}
