package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Checks a metric on 200 examples of which a model is right more often than not.
 *
 * <p>By default they have three choices of one to four tokens. A metric of something else overrides
 * {@link #draw} and {@link #perfect}, and one of further test sets {@link #reference}.
 *
 * @since 0.1
 */
public abstract class MetricSuite extends ExtensionSuite<Metric> {

  private static final int COUNT = 200;
  private static final int RESAMPLES = 200;
  private static final int COPIES = 10;
  private static final int LEFT_OUT = 20;
  private static final double ROUNDING = 1e-9;

  private final ScoredExamples scored = drawn();

  /** For subclasses. */
  protected MetricSuite() {
    super(Metric.class);
  }

  /** How many choices an example has that {@link #draw} makes. */
  protected int choices() {
    return 3;
  }

  /**
   * Draws an example with what a model said of it. Among many of them some answers have to be right
   * and some wrong.
   *
   * @param index its number, which makes its ID
   * @param random the only source of chance
   */
  protected ScoredExample draw(int index, SplittableRandom random) {
    int label = random.nextInt(choices());
    double[] weights = random.doubles(choices(), 0.1, 1).toArray();
    weights[label] += 0.4;
    double sum = Arrays.stream(weights).sum();
    List<Integer> tokens =
        IntStream.range(0, choices()).mapToObj(choice -> 1 + random.nextInt(4)).toList();
    List<String> texts =
        IntStream.range(0, choices()).mapToObj(choice -> "choice " + choice).toList();
    Example example = new Example("e" + index, "text", texts, label);
    return scored(example, Arrays.stream(weights).map(w -> Math.log(w / sum)).toArray(), tokens);
  }

  /** The same example, of which the model said what is best. */
  protected ScoredExample perfect(ScoredExample example) {
    double[] scores = new double[example.example().choices().size()];
    Arrays.fill(scores, -1000);
    scores[example.example().label()] = 0;
    return scored(example.example(), scores, example.answerTokens());
  }

  /**
   * What the model said of its own test examples, beside which the others are a further test set;
   * none by default. Each call gives the same. A metric that needs {@link Need#REFERENCE} overrides
   * it.
   */
  protected List<ScoredExample> reference() {
    return List.of();
  }

  private ScoredExamples besideOwn(List<ScoredExample> examples) {
    return new ScoredExamples(examples, reference());
  }

  private static ScoredExample scored(Example example, double[] scores, List<Integer> tokens) {
    return new ScoredExample(example, Prediction.of(example, scores), tokens);
  }

  private ScoredExamples drawn() {
    SplittableRandom random = new SplittableRandom(23);
    return besideOwn(IntStream.range(0, COUNT).mapToObj(index -> draw(index, random)).toList());
  }

  @Test
  void computesWhatItDescribes() {
    List<MetricDescription> descriptions = extension().descriptions();
    assertThat(descriptions).as("figures that %s describes", name()).isNotEmpty();
    assertThat(descriptions)
        .extracting(MetricDescription::name)
        .as("names of the figures of %s", name())
        .doesNotHaveDuplicates();
    assertThat(results(scored))
        .extracting(result -> result.value().description())
        .as("descriptions of what %s computed", name())
        .isEqualTo(descriptions);
  }

  @Test
  void staysWithinItsRange() {
    for (ScoredExamples some : List.of(scored, best(), first(1))) {
      for (Metric.Result result : results(some)) {
        MetricValue value = result.value();
        assertThat(value.value())
            .as("%s by %s of %d examples", value.name(), name(), some.size())
            .isFinite()
            .matches(v -> value.description().range().contains(v), "within its range");
        assertThat(value.standardError())
            .as("standard error of %s by %s: not negative, or NaN", value.name(), name())
            .isNotNegative();
        value
            .interval()
            .ifPresent(
                interval ->
                    assertThat(interval.low())
                        .as("lower end of the interval of %s by %s", value.name(), name())
                        .isLessThanOrEqualTo(interval.high()));
      }
    }
  }

  @Test
  void isTheMeanOfTheNumbersOfTheExamples() {
    for (Metric.Result result : results(scored)) {
      MetricValue value = result.value();
      if (value.description().perExample()) {
        assertThat(result.examples())
            .as(
                "examples' values of %s by %s, which says that it is their mean",
                value.name(), name())
            .hasSize(COUNT);
      }
      if (!result.examples().isEmpty()) {
        double mean = result.examples().stream().mapToDouble(v -> v).average().orElseThrow();
        assertThat(mean)
            .as("mean of the examples' numbers of %s by %s", value.name(), name())
            .isCloseTo(value.value(), within(ROUNDING * Math.max(1, Math.abs(value.value()))));
      }
    }
  }

  @Test
  void anExamplesValueIsItsOwn() {
    List<Metric.Result> whole = results(scored);
    for (int i = 0; i < LEFT_OUT; i++) {
      List<Metric.Result> alone = results(besideOwn(List.of(scored.examples().get(i))));
      for (int figure = 0; figure < whole.size(); figure++) {
        MetricDescription description = whole.get(figure).value().description();
        if (description.perExample()) {
          assertThat(whole.get(figure).examples().get(i))
              .as("value of %s by %s of one example among others", description.name(), name())
              .isCloseTo(alone.get(figure).value().value(), within(ROUNDING));
        }
      }
    }
  }

  /**
   * Leaving an example out of many copies of all changes the metric as its number tells, but for
   * terms of the second order.
   */
  @Test
  void theNumbersOfAnAggregateAreItsInfluences() {
    List<Metric.Result> single = results(scored);
    assumeTrue(
        single.stream().anyMatch(result -> !result.examples().isEmpty()),
        "no figure has numbers of the examples");
    List<ScoredExample> copies = new ArrayList<>();
    IntStream.range(0, COPIES).forEach(copy -> copies.addAll(scored.examples()));
    List<Metric.Result> whole = results(besideOwn(copies));
    int n = copies.size();
    for (int i = 0; i < LEFT_OUT; i++) {
      List<ScoredExample> rest = new ArrayList<>(copies);
      rest.remove(i);
      List<Metric.Result> without = results(besideOwn(rest));
      for (int figure = 0; figure < whole.size(); figure++) {
        List<Double> numbers = single.get(figure).examples();
        if (!numbers.isEmpty()) {
          double value = single.get(figure).value().value();
          double spread = numbers.stream().mapToDouble(v -> Math.abs(v - value)).max().orElse(0);
          double pseudo =
              n * whole.get(figure).value().value() - (n - 1) * without.get(figure).value().value();
          assertThat(numbers.get(i))
              .as(
                  "number of %s by %s of one example, and what leaving it out tells",
                  whole.get(figure).value().name(), name())
              .isCloseTo(pseudo, within(0.05 * spread + ROUNDING));
        }
      }
    }
  }

  @Test
  void itsStandardErrorIsThatOfTheBootstrap() {
    SplittableRandom random = new SplittableRandom(5);
    List<Metric.Result> whole = results(scored);
    assumeTrue(
        whole.stream().anyMatch(result -> !Double.isNaN(result.value().standardError())),
        "no figure has a standard error");
    double[][] drawn = new double[whole.size()][RESAMPLES];
    for (int sample = 0; sample < RESAMPLES; sample++) {
      List<Metric.Result> results =
          results(
              new ScoredExamples(
                  resampled(scored.examples(), random), resampled(scored.reference(), random)));
      for (int figure = 0; figure < drawn.length; figure++) {
        drawn[figure][sample] = results.get(figure).value().value();
      }
    }
    for (int figure = 0; figure < drawn.length; figure++) {
      MetricValue value = whole.get(figure).value();
      if (!Double.isNaN(value.standardError())) {
        double bootstrap = deviation(drawn[figure]);
        assertThat(value.standardError())
            .as("standard error of %s by %s, and that of the bootstrap", value.name(), name())
            .isCloseTo(bootstrap, within(0.2 * bootstrap));
      }
    }
  }

  private static List<ScoredExample> resampled(
      List<ScoredExample> examples, SplittableRandom random) {
    int size = examples.size();
    return size == 0 ? examples : random.ints(size, 0, size).mapToObj(examples::get).toList();
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1));
  }

  @Test
  void aPerfectModelIsTheBetterOne() {
    MetricValue best = results(best()).get(0).value();
    MetricValue other = results(scored).get(0).value();
    assertThat(best.isBetterThan(other))
        .as(
            "whether %s by %s is better at %s, where everything is right, than at %s",
            best.name(), name(), best.value(), other.value())
        .isTrue();
  }

  @Test
  void doesNotDependOnTheOrderOfTheExamples() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, COUNT).boxed().toList());
    Collections.shuffle(order, new Random(3));
    List<Metric.Result> expected = results(scored);
    List<Metric.Result> actual =
        results(besideOwn(order.stream().map(scored.examples()::get).toList()));
    for (int figure = 0; figure < expected.size(); figure++) {
      Metric.Result one = expected.get(figure);
      Metric.Result other = actual.get(figure);
      assertThat(other.value().value())
          .as("%s by %s on the same examples in another order", one.value().name(), name())
          .isCloseTo(one.value().value(), within(ROUNDING));
      for (int i = 0; i < other.examples().size(); i++) {
        assertThat(other.examples().get(i))
            .as("number of an example of %s by %s in another order", one.value().name(), name())
            .isCloseTo(one.examples().get(order.get(i)), within(ROUNDING));
      }
    }
  }

  @Test
  void blamesTheEvaluatorForAReferenceThatIsNotThere() {
    boolean needed =
        extension().descriptions().stream().anyMatch(of -> of.needs().contains(Need.REFERENCE));
    assertThat(needed)
        .as("whether %s needs Need.REFERENCE, as it is checked beside own examples", name())
        .isEqualTo(!scored.reference().isEmpty());
    if (needed) {
      assertThatThrownBy(
              () -> results(new ScoredExamples(scored.examples())),
              "what %s says without a reference; use ScoredExamples.requireReference",
              name())
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the evaluator");
    }
  }

  @Test
  void computesTheSameAgain() {
    assertThat(results(scored))
        .as("what %s computes again; draw from Seeds alone", name())
        .isEqualTo(results(scored));
  }

  @Test
  void keepsNothingFromOneCallToTheNext() {
    Metric metric = extension();
    List<Metric.Result> first = metric.compute(scored);
    metric.compute(best());
    assertThat(metric.compute(scored))
        .as(
            "what %s computes after other examples; one object serves all cells of a run, so keep"
                + " nothing of a call in its fields",
            name())
        .isEqualTo(first);
  }

  private ScoredExamples best() {
    return besideOwn(scored.examples().stream().map(this::perfect).toList());
  }

  private ScoredExamples first(int count) {
    return besideOwn(scored.examples().subList(0, count));
  }

  private List<Metric.Result> results(ScoredExamples some) {
    return extension().compute(some);
  }
}
