package io.flexora.adapter.multiplicative;

import io.flexora.testkit.AdapterMethodSuite;
import org.junit.jupiter.api.Nested;

class MultiplicativeSuiteTest {

  @Nested
  class Ia3OfOutputs extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "ia3";
    }
  }

  @Nested
  class Ia3OfInputs extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: ia3, feedforward_modules: [dense]}";
    }
  }

  @Nested
  class OftOfBlocks extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: oft, oft_block_size: 3}";
    }
  }

  @Nested
  class OftOfMoreTerms extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: oft, oft_block_size: 0, r: 2, num_cayley_neumann_terms: 7}";
    }
  }

  @Nested
  class OftWithOneRotation extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: oft, oft_block_size: 2, block_share: true, num_cayley_neumann_terms: 3}";
    }
  }

  @Nested
  class OftByTheTransformItself extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "{use: oft, use_cayley_neumann: false}";
    }
  }
}
