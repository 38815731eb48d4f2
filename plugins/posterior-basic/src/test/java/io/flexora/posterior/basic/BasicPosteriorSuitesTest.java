package io.flexora.posterior.basic;

import io.flexora.testkit.PosteriorSuite;
import org.junit.jupiter.api.Nested;

class BasicPosteriorSuitesTest {

  @Nested
  class Temperature extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "temperature";
    }
  }

  @Nested
  class Dropout extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "{use: mc-dropout, samples: 4}";
    }
  }

  @Nested
  class Checkpoints extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "{use: checkpoint-ensemble, members: 3}";
    }
  }

  @Nested
  class Trainings extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "deep-ensemble";
    }
  }

  @Nested
  class TrainingFree extends PosteriorSuite {

    @Override
    protected String configuration() {
      return "{use: tfb, samples: 4, anchors: 30, steps: 6}";
    }
  }
}
