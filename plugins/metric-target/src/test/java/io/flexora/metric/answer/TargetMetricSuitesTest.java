package io.flexora.metric.answer;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.testkit.MetricSuite;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

class TargetMetricSuitesTest {

  @Nested
  class ExactMatch extends MetricSuite {

    @Override
    protected String configuration() {
      return "{use: exact_match, ignore_case: true}";
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      Example example =
          new Example("e" + index, "q", List.of("Blue"), 0).withTarget(new Target.Text("Red"));
      return said(example, random.nextInt(3) > 0 ? " red" : "green");
    }

    @Override
    protected ScoredExample perfect(ScoredExample scored) {
      return said(scored.example(), "Red");
    }

    private static ScoredExample said(Example example, String text) {
      Prediction prediction = Prediction.of(example, new double[] {-1}).withText(text);
      return new ScoredExample(example, prediction, List.of(1));
    }
  }

  /** One to five stars, as the mean of the choices. */
  @Nested
  class ExpectedValue extends MetricSuite {

    private static final List<String> STARS = List.of("1", "2", "3", "4", "5");

    @Override
    protected String configuration() {
      return "mean_absolute_error";
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      double[] weights = random.doubles(STARS.size(), 0.1, 1).toArray();
      double sum = Arrays.stream(weights).sum();
      int stars = random.nextInt(STARS.size());
      Example example =
          new Example("e" + index, "q", STARS, stars).withTarget(new Target.Numeric(stars + 1));
      return scored(example, Arrays.stream(weights).map(w -> Math.log(w / sum)).toArray());
    }

    @Override
    protected ScoredExample perfect(ScoredExample scored) {
      double[] scores = new double[STARS.size()];
      Arrays.fill(scores, -1000);
      scores[scored.example().label()] = 0;
      return scored(scored.example(), scores);
    }

    private static ScoredExample scored(Example example, double[] scores) {
      return new ScoredExample(example, Prediction.of(example, scores), List.of(1, 1, 1, 1, 1));
    }
  }

  @Nested
  class NumberOfText extends MetricSuite {

    @Override
    protected String configuration() {
      return "{use: mean_absolute_error, answer: text}";
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      double number = random.nextInt(100);
      Example example =
          new Example("e" + index, "q", List.of("answer"), 0)
              .withTarget(new Target.Numeric(number));
      return said(example, "It is 7, or rather " + (number + random.nextInt(5)) + ".");
    }

    @Override
    protected ScoredExample perfect(ScoredExample scored) {
      return said(
          scored.example(),
          String.valueOf(((Target.Numeric) scored.example().target().orElseThrow()).value()));
    }

    private static ScoredExample said(Example example, String text) {
      Prediction prediction = Prediction.of(example, new double[] {-1}).withText(text);
      return new ScoredExample(example, prediction, List.of(1));
    }
  }
}
