package io.flexora.posterior.laplace;

import io.flexora.testkit.PosteriorSuite;
import org.junit.jupiter.api.Nested;

class LaplaceSuiteTest {

  @Nested
  class ByEvidence extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "laplace";
    }
  }

  @Nested
  class ByValidation extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "{use: laplace, prior_precision_method: validation, samples: 100, batch_size: 7}";
    }
  }

  @Nested
  class LowRank extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "{use: laplace, factors: weighted, low_rank_above: 0, rank: 1, predictive: probit}";
    }
  }
}
