package io.flexora.tuner.basic;

import io.flexora.testkit.TunerSuite;
import org.junit.jupiter.api.Nested;

class BasicTunerSuitesTest {

  @Nested
  class Random extends TunerSuite {
    @Override
    protected String configuration() {
      return "random";
    }
  }

  @Nested
  class Grid extends TunerSuite {
    @Override
    protected String configuration() {
      return "grid";
    }
  }

  @Nested
  class Halving extends TunerSuite {
    @Override
    protected String configuration() {
      return "halving";
    }
  }
}
