package io.flexora.metric.basic;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.testkit.MetricSuite;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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

    /** The same example with all scores times a factor. */
    static ScoredExample sharpened(ScoredExample example, double factor) {
      double[] scores =
          example.prediction().scores().stream().mapToDouble(score -> factor * score).toArray();
      return new ScoredExample(
          example.example(), Prediction.of(example.example(), scores), example.answerTokens());
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
  class ClasswiseEce extends Configured {
    ClasswiseEce() {
      super("classwise_ece");
    }
  }

  @Nested
  class EceSquared extends Configured {
    EceSquared() {
      super("ece_squared");
    }
  }

  @Nested
  class Mce extends Configured {
    Mce() {
      super("mce");
    }
  }

  @Nested
  class EcePValue extends Configured {
    EcePValue() {
      super("ece_p_value");
    }
  }

  @Nested
  class Auroc extends Configured {
    Auroc() {
      super("auroc");
    }

    /** Sure of what is right, and of nothing else. */
    @Override
    protected ScoredExample perfect(ScoredExample example) {
      return sharpened(example, example.isRight() ? 1000 : 0.001);
    }
  }

  @Nested
  class OodAuroc extends Configured {
    OodAuroc() {
      super("ood_auroc");
    }

    /** The model is surer of its own examples. */
    @Override
    protected List<ScoredExample> reference() {
      SplittableRandom random = new SplittableRandom(29);
      return IntStream.range(0, 150).mapToObj(index -> sharpened(draw(index, random), 2)).toList();
    }

    /** It knows nothing of the further ones. */
    @Override
    protected ScoredExample perfect(ScoredExample example) {
      return sharpened(example, 0);
    }
  }

  @Nested
  class Nll extends Configured {
    Nll() {
      super("nll");
    }
  }
}
