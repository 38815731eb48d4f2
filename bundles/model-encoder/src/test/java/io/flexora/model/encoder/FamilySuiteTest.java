package io.flexora.model.encoder;

import io.flexora.api.model.ModelShape;
import io.flexora.testkit.ModelBackendSuite;
import java.util.List;
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

  /** Its own classifier has two layers, both of which are trained. */
  @Nested
  class OfRobertaWithItsClassifier extends Family {
    OfRobertaWithItsClassifier() {
      super("roberta");
    }

    @Override
    protected String configuration() {
      return super.configuration().replace("}", ", head: pretrained}");
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

  @Nested
  class OfDebertaV2 extends Family {
    OfDebertaV2() {
      super("deberta-v2");
    }

    /** Query and key, which read relative positions, too, and a module that does not. */
    @Override
    protected List<String> modules(ModelShape shape) {
      return List.of("query_proj", "key_proj", "value_proj");
    }
  }
}
