package io.flexora.model.encoder;

import io.flexora.testkit.ModelBackendSuite;
import org.junit.jupiter.api.Nested;

/** The suite on a tiny random encoder of each family that computes something of its own. */
class FamilySuiteTest {

  abstract static class Family extends ModelBackendSuite {

    private final String family;

    Family(String family) {
      this.family = family;
    }

    @Override
    protected String configuration() {
      return "{use: encoder, source: 'file:%s', max_tokens: 40, compute_dtype: float64}"
          .formatted(TinyEncoder.folder(family).toAbsolutePath());
    }
  }

  @Nested
  class OfRoberta extends Family {
    OfRoberta() {
      super("roberta");
    }
  }

  @Nested
  class OfElectra extends Family {
    OfElectra() {
      super("electra");
    }
  }

  @Nested
  class OfMpNet extends Family {
    OfMpNet() {
      super("mpnet");
    }
  }

  @Nested
  class OfModernBert extends Family {
    OfModernBert() {
      super("modernbert");
    }
  }
}
