package io.flexora.task.regression;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import io.flexora.task.regression.RegressionOptions.Loss;
import io.flexora.task.regression.RegressionOptions.Scaling;
import io.flexora.testkit.HeadSuite;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class RegressionHeadSuiteTest {

  private static final List<Example> EXAMPLES =
      List.of(
          Example.measured("a", "one", new Target.Numeric(1)),
          Example.measured("b", "two", new Target.Numeric(2.5)),
          Example.measured("c", "three", new Target.Numeric(-30)));

  @Nested
  class Squared extends HeadSuite {

    @Override
    protected Head head() {
      return RegressionHead.of(
          new RegressionOptions("text", Optional.empty(), "target", Loss.MSE, 1, Scaling.STANDARD),
          EXAMPLES);
    }

    @Override
    protected List<Example> examples() {
      return EXAMPLES;
    }
  }

  @Nested
  class Huber extends HeadSuite {

    @Override
    protected Head head() {
      return RegressionHead.of(
          new RegressionOptions("text", Optional.empty(), "target", Loss.HUBER, 1.5, Scaling.NONE),
          EXAMPLES);
    }

    @Override
    protected List<Example> examples() {
      return EXAMPLES;
    }
  }
}
