package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calibration errors as estimates: their bias, their spread, and what takes the bias away. */
class CalibrationEstimatesTest {

  private static final List<String> FOUR = List.of("a", "b", "c", "d");
  private static final EceOptions BINS = new EceOptions(15, EceOptions.Edge.UPPER);

  /** Scores uniform up to 10, and an answer of a model that is too sure by a known amount. */
  private static ScoredExample draw(double tooHigh, SplittableRandom random) {
    double[] scores = new double[FOUR.size()];
    int best = 0;
    for (int choice = 0; choice < scores.length; choice++) {
      scores[choice] = 10 * random.nextDouble();
      best = scores[choice] > scores[best] ? choice : best;
    }
    double highest = scores[best];
    double confidence = 1 / Arrays.stream(scores).map(s -> Math.exp(s - highest)).sum();
    boolean right = random.nextDouble() < confidence - tooHigh;
    Example example = new Example("e", "q", FOUR, right ? best : (best + 1) % FOUR.size());
    return new ScoredExample(example, Prediction.of(example, scores), List.of());
  }

  private static List<ScoredExample> draw(int size, double tooHigh, SplittableRandom random) {
    return Stream.generate(() -> draw(tooHigh, random)).limit(size).toList();
  }

  private static BinnedGaps.Bins bins(List<ScoredExample> examples) {
    return BinnedGaps.ofPredicted(new ScoredExamples(examples), BINS.binning()).all();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  /**
   * True error, examples; the means of the plain and of the debiased error, the spread of the plain
   * one, and its standard error by bootstrap: another implementation's simulation.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 299, 0.053, 0.031, 0.013, 0.016",
    "0, 1267, 0.027, 0.016, 0.006, 0.008",
    "0.02, 299, 0.057, 0.035, 0.015, 0.016",
    "0.05, 570, 0.063, 0.051, 0.014, 0.014",
    "0.15, 1267, 0.152, 0.151, 0.013, 0.013"
  })
  void hasTheBiasAndTheSpreadThatWereSimulated(
      double truth, int size, double plain, double debiased, double spread, double bootstrap) {
    SplittableRandom random = new SplittableRandom(41);
    double[] found = new double[120_000 / size];
    double[] corrected = new double[found.length];
    for (int sample = 0; sample < found.length; sample++) {
      BinnedGaps.Bins bins = bins(draw(size, truth, random));
      found[sample] = bins.mean();
      corrected[sample] = bins.debiased();
    }
    assertThat(mean(found)).isCloseTo(plain, within(0.005));
    assertThat(mean(corrected)).isCloseTo(debiased, within(0.005));
    assertThat(deviation(found)).isCloseTo(spread, within(0.003));
    double[] errors = new double[Math.max(3, 3000 / size)];
    Arrays.setAll(errors, i -> value(Measured.ECE, draw(size, truth, random)).standardError());
    assertThat(mean(errors)).isCloseTo(bootstrap, within(0.003));
  }

  private static MetricValue value(Metric metric, List<ScoredExample> examples) {
    return metric.compute(new ScoredExamples(examples)).get(0).value();
  }

  /**
   * A gap of the same size in all bins makes the square of it. The plain square of 299 examples is
   * 0.006 too high.
   */
  @ParameterizedTest
  @CsvSource({"0, 0.0006", "0.15, 0.0016"})
  void theSquaredErrorHasNoBias(double truth, double tolerance) {
    SplittableRandom random = new SplittableRandom(42);
    double[] found = new double[400];
    Arrays.setAll(found, i -> bins(draw(299, truth, random)).squared());
    assertThat(mean(found)).isCloseTo(truth * truth, within(tolerance));
    // Some of a calibrated model's are below 0, and none is cut off there.
    assertThat(Arrays.stream(found).min().orElseThrow()).isLessThan(truth == 0 ? -0.001 : 0.02);
  }

  /**
   * The squared gap of a bin less its variance is the mean product of the gaps of two different
   * examples; of a single one, whose variance counts as 1/4, there are no two.
   */
  @ParameterizedTest
  @CsvSource({"2", "7", "40", "300"})
  void theSquaredErrorIsTheMeanProductOfTwoExamplesOfABin(int size) {
    List<ScoredExample> examples = draw(size, 0.1, new SplittableRandom(size));
    double[] gaps = new double[size];
    Arrays.setAll(gaps, i -> (examples.get(i).isRight() ? 1 : 0) - examples.get(i).confidence());
    double expected = 0;
    for (List<Integer> bin : byBin(examples)) {
      double products = 0;
      for (int i : bin) {
        for (int j : bin) {
          products += i == j ? 0 : gaps[i] * gaps[j];
        }
      }
      if (bin.size() == 1) {
        expected += gaps[bin.get(0)] * gaps[bin.get(0)] - 0.25;
      } else if (!bin.isEmpty()) {
        expected += products / (bin.size() - 1);
      }
    }
    assertThat(value(Measured.ECE_SQUARED, examples).value())
        .isCloseTo(expected / size, within(1e-12));
  }

  /** The indices of the examples of each bin (low, high]. */
  private static List<List<Integer>> byBin(List<ScoredExample> examples) {
    List<List<Integer>> bins = new ArrayList<>();
    for (int bin = 0; bin < 15; bin++) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < examples.size(); i++) {
        double confidence = examples.get(i).confidence();
        if (confidence > bin / 15.0 && confidence <= (bin + 1) / 15.0) {
          own.add(i);
        }
      }
      bins.add(own);
    }
    return bins;
  }

  /** Half of the examples with a gap of 1/4 in one bin, half with 0.05 and -0.95 in turns. */
  @Test
  void theSquaredErrorHasTheValueOfItsDefinition() {
    List<ScoredExample> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      examples.add(Measured.example(0, 0.75, 0.25));
      examples.add(Measured.example(i % 2, 0.95, 0.05));
    }
    // Gaps of 0.05 and -0.95 have the mean -0.45 and the variance 8/7 times 1/4.
    double first = 0.25 * 0.25;
    double second = 0.45 * 0.45 - 0.25 * 8 / 7 / 8;
    assertThat(value(Measured.ECE_SQUARED, examples).value())
        .isCloseTo((first + second) / 2, within(1e-12));
  }

  /** The bias that is taken away is E|X| - |E X| of a normal X, integrated here. */
  @Test
  void theDebiasedErrorIsTwiceTheGapLessTheMeanOfAnAbsoluteNormal() {
    List<ScoredExample> examples = draw(120, 0.05, new SplittableRandom(5));
    double expected = 0;
    for (List<Integer> bin : byBin(examples)) {
      if (!bin.isEmpty()) {
        double[] gaps =
            bin.stream()
                .mapToDouble(
                    i -> (examples.get(i).isRight() ? 1 : 0) - examples.get(i).confidence())
                .toArray();
        double gap = mean(gaps);
        double error = gaps.length == 1 ? 0.5 : deviation(gaps) / Math.sqrt(gaps.length);
        expected += gaps.length * (2 * Math.abs(gap) - absolute(gap, error));
      }
    }
    assertThat(bins(examples).debiased()).isCloseTo(expected / examples.size(), within(1e-9));
  }

  /** By Simpson's rule on both sides of 0, 10 standard deviations around the mean. */
  private static double absolute(double mean, double deviation) {
    double low = Math.min(0, mean - 10 * deviation);
    double high = Math.max(0, mean + 10 * deviation);
    return simpson(low, 0, mean, deviation) + simpson(0, high, mean, deviation);
  }

  private static double simpson(double low, double high, double mean, double deviation) {
    int parts = 4000;
    double sum = 0;
    for (int i = 0; i <= parts; i++) {
      double x = low + (high - low) * i / parts;
      double z = (x - mean) / deviation;
      double density = Math.exp(-z * z / 2) / (deviation * Math.sqrt(2 * Math.PI));
      int weight = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.abs(x) * density;
    }
    return sum * (high - low) / parts / 3;
  }

  static List<Metric> metrics() {
    return List.of(
        Measured.NLL,
        Measured.BRIER,
        Measured.ACCURACY,
        Measured.ECE,
        Measured.ADAPTIVE_ECE,
        Measured.CLASSWISE_ECE,
        Measured.MCE,
        Measured.AUROC);
  }

  /** Every row twice is the same model on the same data. */
  @ParameterizedTest
  @MethodSource("metrics")
  void rowsThatAreThereTwiceChangeNothing(Metric metric) {
    List<ScoredExample> once = draw(150, 0.1, new SplittableRandom(7));
    List<ScoredExample> twice = new ArrayList<>(once);
    twice.addAll(once);
    assertThat(value(metric, twice).value()).isCloseTo(value(metric, once).value(), within(1e-12));
    List<ScoredExample> inTurns = once.stream().flatMap(e -> Stream.of(e, e)).toList();
    assertThat(value(metric, inTurns).value())
        .isCloseTo(value(metric, once).value(), within(1e-12));
  }

  /** They look like twice the evidence, which a standard error cannot know. */
  @Test
  void rowsThatAreThereTwiceHaveTheStandardErrorOfTwiceAsMany() {
    List<ScoredExample> once = draw(150, 0.1, new SplittableRandom(7));
    List<ScoredExample> twice = new ArrayList<>(once);
    twice.addAll(once);
    for (Metric metric : List.of(Measured.NLL, Measured.BRIER)) {
      double ratio = value(metric, twice).standardError() / value(metric, once).standardError();
      assertThat(ratio).isCloseTo(Math.sqrt(149 / 299.0), within(1e-12));
    }
  }

  @Test
  void everyEdgeBelongsToTheBinBelowIt() {
    for (int edge = 1; edge <= 15; edge++) {
      assertThat(BINS.bin(edge / 15.0)).as("bin of %d/15", edge).isEqualTo(edge - 1);
      assertThat(BINS.bin(Math.nextDown(edge / 15.0))).isEqualTo(edge - 1);
      assertThat(BINS.bin(Math.nextUp(edge / 15.0))).isEqualTo(Math.min(edge, 14));
    }
    assertThat(BINS.bin(0)).isZero();
  }
}
