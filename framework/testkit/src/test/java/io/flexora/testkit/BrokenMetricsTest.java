package io.flexora.testkit;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.numerics.score.Estimates;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokenMetricsTest {

  /** The share of right answers, and their mean probability over that of all answers. */
  static class Sound extends MetricSuite implements Metric {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Metric extension(long seed) {
      return this;
    }

    MetricDescription hits() {
      return MetricDescription.fraction("hits");
    }

    MetricDescription odds() {
      return MetricDescription.score("odds")
          .withRange(MetricDescription.Range.from(0))
          .asAggregate();
    }

    @Override
    public List<MetricDescription> descriptions() {
      return List.of(hits(), odds());
    }

    double value(ScoredExamples scored, ScoredExample example) {
      return example.isRight() ? 1 : 0;
    }

    double[] influences(List<Double> numbers, double value) {
      return numbers.stream().mapToDouble(number -> number).toArray();
    }

    double error(double error) {
      return error;
    }

    @Override
    public List<Metric.Result> compute(ScoredExamples scored) {
      Metric.Result hits = Estimates.mean(hits(), scored.values(e -> value(scored, e)));
      Metric.Result odds =
          Estimates.ratio(
              odds(), scored.values(ScoredExample::loss), scored.values(e -> -e.score(0)));
      MetricValue value = odds.value();
      return List.of(
          new Metric.Result(
              new MetricValue(hits(), hits.value().value(), error(hits.value().standardError())),
              hits.examples()),
          Metric.Result.of(value, influences(odds.examples(), value.value())));
    }
  }

  static class OutsideItsRange extends Sound {
    @Override
    MetricDescription hits() {
      return super.hits().withRange(new MetricDescription.Range(0, 0.1));
    }
  }

  static class WorseIsBetter extends Sound {
    @Override
    MetricDescription hits() {
      return MetricDescription.error("hits");
    }
  }

  static class DescribingLess extends Sound {
    @Override
    public List<MetricDescription> descriptions() {
      return List.of(hits());
    }
  }

  static class DependingOnTheOrder extends Sound {
    @Override
    double value(ScoredExamples scored, ScoredExample example) {
      return scored.examples().get(0).equals(example) ? 0.5 : super.value(scored, example);
    }
  }

  static class DependingOnTheOthers extends Sound {
    @Override
    double value(ScoredExamples scored, ScoredExample example) {
      return super.value(scored, example) * (1 - 1.0 / scored.size());
    }
  }

  static class ResidualsForInfluences extends Sound {
    @Override
    double[] influences(List<Double> numbers, double value) {
      return numbers.stream().mapToDouble(number -> value + 2 * (number - value)).toArray();
    }
  }

  static class InfluencesWithoutTheMean extends Sound {
    @Override
    double[] influences(List<Double> numbers, double value) {
      double[] shifted = super.influences(numbers, value);
      Arrays.setAll(shifted, i -> shifted[i] - value);
      return shifted;
    }
  }

  /** The mean confidence, less that of the own test examples. */
  static class Comparing extends Sound {
    @Override
    protected List<ScoredExample> reference() {
      SplittableRandom random = new SplittableRandom(3);
      return IntStream.range(0, 50).mapToObj(index -> draw(index, random)).toList();
    }

    Need[] needs() {
      return new Need[] {Need.REFERENCE};
    }

    List<ScoredExample> own(ScoredExamples scored) {
      return scored.requireReference();
    }

    @Override
    public List<MetricDescription> descriptions() {
      return List.of(MetricDescription.score("surer", needs()).asAggregate());
    }

    @Override
    public List<Metric.Result> compute(ScoredExamples scored) {
      double more = mean(scored.examples()) - mean(own(scored));
      MetricValue surer = new MetricValue(descriptions().get(0), more, Double.NaN);
      return List.of(new Metric.Result(surer, List.of()));
    }

    private static double mean(List<ScoredExample> examples) {
      return examples.stream().mapToDouble(ScoredExample::confidence).average().orElse(0);
    }
  }

  static class SilentOnTheReference extends Comparing {
    @Override
    Need[] needs() {
      return new Need[0];
    }
  }

  static class WithoutTheReference extends Comparing {
    @Override
    List<ScoredExample> own(ScoredExamples scored) {
      return scored.reference();
    }
  }

  static class TooSure extends Sound {
    @Override
    double error(double error) {
      return error / 2;
    }
  }

  static class Forgetful extends Sound {
    private int calls;

    @Override
    double error(double error) {
      return error * (1 + 1e-6 * calls++);
    }
  }

  static class KeepingWhatItCounted extends Sound {
    @Override
    protected Metric extension(long seed) {
      return new Forgetful();
    }
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(Sound.class).failsOnly();
    Verdict.on(OutsideItsRange.class).failsOnly("staysWithinItsRange");
    Verdict.on(WorseIsBetter.class)
        .failsOnly("aPerfectModelIsTheBetterOne")
        .saying("where everything is right");
    Verdict.on(DescribingLess.class).failsOnly("computesWhatItDescribes");
    Verdict.on(DependingOnTheOrder.class).saying("in another order");
    Verdict.on(DependingOnTheOthers.class).saying("of one example among others");
    Verdict.on(ResidualsForInfluences.class)
        .failsOnly("theNumbersOfAnAggregateAreItsInfluences")
        .saying("what leaving it out tells");
    Verdict.on(InfluencesWithoutTheMean.class).saying("mean of the examples' numbers");
    Verdict.on(Comparing.class).failsOnly();
    Verdict.on(SilentOnTheReference.class)
        .failsOnly("blamesTheEvaluatorForAReferenceThatIsNotThere")
        .saying("needs Need.REFERENCE");
    Verdict.on(WithoutTheReference.class)
        .failsOnly("blamesTheEvaluatorForAReferenceThatIsNotThere")
        .saying("use ScoredExamples.requireReference");
    Verdict.on(TooSure.class)
        .failsOnly("itsStandardErrorIsThatOfTheBootstrap")
        .saying("that of the bootstrap");
    Verdict.on(Forgetful.class)
        .failsOnly("computesTheSameAgain", "keepsNothingFromOneCallToTheNext")
        .saying("draw from Seeds alone");
    Verdict.on(KeepingWhatItCounted.class)
        .failsOnly("keepsNothingFromOneCallToTheNext")
        .saying("one object serves all cells of a run");
  }
}
