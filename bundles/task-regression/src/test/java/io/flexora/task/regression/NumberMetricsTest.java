package io.flexora.task.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.testkit.MetricSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NumberMetricsTest {

  private static ScoredExample example(String id, double expected, double predicted) {
    return new ScoredExample(
        Example.measured(id, "text", new Target.Numeric(expected)),
        new Prediction(id, new Answer.Numeric(predicted, OptionalDouble.of(expected))),
        List.of());
  }

  /** The numbers are those of SciPy 1.16 and scikit-learn 1.7. */
  @Test
  void agreesWithOtherImplementations() {
    double[] expected = {3, 1.5, 2, 0, 1.5, 0, 3, 2.5, 0.5, 1.5, 3.5, 0.5};
    double[] predicted = {1.7, 1, 1.4, 0.9, 0.9, 0.2, 1.6, 1.8, 0.7, 1.7, 2.1, 0.9};
    assertValue(new Correlation.Pearson(), expected, predicted, 0.8834480466112947);
    assertValue(new Correlation.Spearman(), expected, predicted, 0.8660769520389909);
    assertValue(new NumberErrors.Squared(), expected, predicted, 0.68);
    assertValue(new NumberErrors.RootSquared(), expected, predicted, 0.8246211251235321);
    assertValue(new NumberErrors.Absolute(), expected, predicted, 0.7000000000000001);
    assertValue(new NumberErrors.Explained(), expected, predicted, 0.4919844357976654);
  }

  @Test
  void tellsNothingApartWhereAllAreEqual() {
    double[] same = {2, 2, 2};
    double[] other = {1, 2, 4};
    assertValue(new Correlation.Pearson(), same, other, 0);
    assertValue(new Correlation.Spearman(), other, same, 0);
    assertValue(new NumberErrors.Explained(), same, other, 0);
    assertValue(new NumberErrors.Explained(), same, same, 1);
  }

  private static void assertValue(
      Metric metric, double[] expected, double[] predicted, double value) {
    List<ScoredExample> scored = new ArrayList<>();
    for (int i = 0; i < expected.length; i++) {
      scored.add(example("e" + i, expected[i], predicted[i]));
    }
    Metric.Result result = metric.compute(new ScoredExamples(scored)).get(0);
    assertThat(result.value().value()).as(result.value().name()).isCloseTo(value, within(1e-12));
  }

  /** A metric by its name. */
  abstract static class Named extends MetricSuite {

    @Override
    protected String configuration() {
      return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    /** Every fifth target is one of a few, so that there are equal ranks. */
    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      double target = index % 5 == 0 ? random.nextInt(3) : random.nextDouble(-2, 4);
      double said = 0.6 * target + random.nextDouble(-1.5, 1.5);
      return example("e" + index, target, index % 7 == 0 ? Math.rint(said) : said);
    }

    @Override
    protected ScoredExample perfect(ScoredExample example) {
      double target = ((Target.Numeric) example.example().target().orElseThrow()).value();
      return example(example.example().id(), target, target);
    }
  }

  @Nested
  class Pearson extends Named {}

  @Nested
  class Spearman extends Named {}

  @Nested
  class Mse extends Named {}

  @Nested
  class Rmse extends Named {}

  @Nested
  class Mae extends Named {}

  @Nested
  class R2 extends Named {}
}
