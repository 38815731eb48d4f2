package io.flexora.metric.basic;

import io.flexora.testkit.MetricSuite;
import org.junit.jupiter.api.Nested;

class BasicMetricSuitesTest {

  /** A metric by its configuration. */
  abstract static class Configured extends MetricSuite {

    private final String configuration;

    Configured(String configuration) {
      this.configuration = configuration;
    }

    @Override
    protected String configuration() {
      return configuration;
    }
  }

  @Nested
  class Accuracy extends Configured {
    Accuracy() {
      super("accuracy");
    }
  }

  @Nested
  class MacroF1 extends Configured {
    MacroF1() {
      super("macro_f1");
    }
  }

  @Nested
  class Loss extends Configured {
    Loss() {
      super("loss");
    }
  }

  @Nested
  class LossOfTokens extends Configured {
    LossOfTokens() {
      super("{use: loss, per: token}");
    }
  }

  @Nested
  class Perplexity extends Configured {
    Perplexity() {
      super("perplexity");
    }
  }

  @Nested
  class Acc extends Configured {
    Acc() {
      super("acc");
    }
  }

  @Nested
  class AccNorm extends Configured {
    AccNorm() {
      super("acc_norm");
    }
  }

  @Nested
  class AccBytes extends Configured {
    AccBytes() {
      super("acc_bytes");
    }
  }

  @Nested
  class F1 extends Configured {
    F1() {
      super("f1");
    }

    @Override
    protected int choices() {
      return 2;
    }
  }

  @Nested
  class Mcc extends Configured {
    Mcc() {
      super("mcc");
    }
  }

  @Nested
  class Brier extends Configured {
    Brier() {
      super("brier");
    }
  }

  @Nested
  class Ece extends Configured {
    Ece() {
      super("ece");
    }
  }

  @Nested
  class AdaptiveEce extends Configured {
    AdaptiveEce() {
      super("adaptive_ece");
    }
  }

  @Nested
  class Nll extends Configured {
    Nll() {
      super("nll");
    }
  }
}
