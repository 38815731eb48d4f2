package io.flexora.adapter.structured;

import io.flexora.testkit.AdapterMethodSuite;
import org.junit.jupiter.api.Nested;

/** With each of its matrices whole or a product. */
class LokrSuiteTest {

  @Nested
  class BothWhole extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: lokr, r: 3, rank_dropout: 0.4, rank_dropout_scale: true}";
    }
  }

  @Nested
  class RightProduct extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: lokr, r: 1, alpha: 3}";
    }
  }

  @Nested
  class LeftProduct extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: lokr, r: 2, decompose_both: true, decompose_factor: 5}";
    }
  }

  @Nested
  class BothProducts extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: lokr, r: 1, decompose_both: true, decompose_factor: 5}";
    }
  }
}
