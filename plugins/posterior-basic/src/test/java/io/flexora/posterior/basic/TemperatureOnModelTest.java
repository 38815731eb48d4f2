package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.AssignedQuestions;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LowRankClassifier;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemperatureOnModelTest {

  private static final List<String> ANSWERS = List.of("a", "bb", "ccc", "dddd", "eeeee");

  private final List<Tokens> test = LowRankClassifier.examples("test-", 20, 5);

  /** A model that is three times as sure. */
  private static final class Tripled extends ForwardingModel {

    Tripled(AdaptedModel model) {
      super(model);
    }

    @Override
    public double[][] scores(NDManager scope, Batch batch, Point point) {
      return Arrays.stream(super.scores(scope, batch, point))
          .map(own -> Arrays.stream(own).map(score -> 3 * score).toArray())
          .toArray(double[][]::new);
    }
  }

  @Test
  void dividesTheScoresOfAHeadByTheTemperatureOfTheValidationExamples() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      Predictive fitted = new TemperaturePosterior().fit(context);
      double temperature = temperature(fitted);
      assertThat(temperature).isBetween(0.5, 0.95);
      assertIsLikeliest(temperature, context);
      assertThat(((RecordingMonitor) context.monitor()).notices()).isEmpty();
      List<double[]> plain = plain(context, test);
      List<double[]> scaled = scaled(context, fitted, test);
      for (int i = 0; i < test.size(); i++) {
        assertThat(scaled.get(i))
            .containsExactly(logSoftmax(plain.get(i), temperature), within(1e-12));
      }
    }
  }

  @Test
  void aModelThatIsThreeTimesAsSureHasThreeTimesTheTemperature() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      PosteriorOnModel sure = context.with(new Tripled(context.model()));
      Predictive fitted = new TemperaturePosterior().fit(context);
      Predictive ofSure = new TemperaturePosterior().fit(sure);
      assertThat(temperature(ofSure)).isCloseTo(3 * temperature(fitted), within(1e-9));
      List<double[]> one = scaled(context, fitted, test);
      List<double[]> other = scaled(sure, ofSure, test);
      for (int i = 0; i < test.size(); i++) {
        assertThat(logSoftmax(other.get(i), 1))
            .containsExactly(logSoftmax(one.get(i), 1), within(1e-9));
      }
    }
  }

  /** Texts have two to five choices, and scores far from logarithms of probabilities. */
  @Test
  void sharpensTheProbabilitiesOfTextsAndKeepsTheirOrder() {
    AssignedQuestions questions = questions(80);
    List<Tokens> validation = questions.examples().subList(0, 60);
    List<Tokens> others = questions.examples().subList(60, 80);
    PosteriorOnModel context =
        new PosteriorOnModel(
            questions.model(),
            questions.theta(),
            List.of(),
            validation,
            List.of(),
            new Seeds(17),
            questions.manager(),
            new RecordingMonitor());
    Predictive fitted = new TemperaturePosterior().fit(context);
    double temperature = temperature(fitted);
    // The labels were drawn at a temperature of 2.
    assertThat(temperature).isBetween(1.5, 2.8);
    assertIsLikeliest(temperature, context);
    List<double[]> plain = plain(context, others);
    List<double[]> scaled = scaled(context, fitted, others);
    for (int i = 0; i < others.size(); i++) {
      assertThat(logSoftmax(scaled.get(i), 1))
          .containsExactly(logSoftmax(plain.get(i), temperature), within(1e-9));
      assertThat(ranking(scaled.get(i))).isEqualTo(ranking(plain.get(i)));
    }
  }

  private static AssignedQuestions questions(int count) {
    SplittableRandom random = new SplittableRandom(8);
    AssignedQuestions questions = new AssignedQuestions();
    for (int i = 0; i < count; i++) {
      double base = -20 - 40 * random.nextDouble();
      double[] scores = new double[2 + i % 4];
      Arrays.setAll(scores, choice -> base - 6 * random.nextDouble());
      double[] logarithms = logSoftmax(scores, 2);
      double left = random.nextDouble();
      int label = 0;
      while (label < scores.length - 1 && left > Math.exp(logarithms[label])) {
        left -= Math.exp(logarithms[label]);
        label++;
      }
      questions.question(3, ANSWERS.subList(0, scores.length), label, scores);
    }
    return questions;
  }

  /** No temperature near by gives the validation examples a higher likelihood. */
  private static void assertIsLikeliest(double temperature, PosteriorOnModel context) {
    double best = loss(temperature, context);
    assertThat(best)
        .isLessThan(loss(1.001 * temperature, context))
        .isLessThan(loss(temperature / 1.001, context));
  }

  private static double loss(double temperature, PosteriorOnModel context) {
    List<Tokens> examples = context.validation();
    List<double[]> scores = plain(context, examples);
    double sum = 0;
    for (int i = 0; i < examples.size(); i++) {
      sum -= logSoftmax(scores.get(i), temperature)[examples.get(i).example().label()];
    }
    return sum / examples.size();
  }

  private static double temperature(Predictive fitted) {
    return fitted.figures().get("temperature").number().orElseThrow();
  }

  private static List<double[]> plain(PosteriorOnModel context, List<Tokens> examples) {
    return ExampleScores.at(
        context.manager(),
        context.model(),
        examples,
        ScoringBatches.ofExamples(7),
        Point.of(context.theta()));
  }

  private static List<double[]> scaled(
      PosteriorOnModel context, Predictive fitted, List<Tokens> examples) {
    return ExampleScores.of(
        context.manager(), context.model(), examples, ScoringBatches.ofExamples(7), fitted::scores);
  }

  private static double[] logSoftmax(double[] scores, double temperature) {
    double sum = Arrays.stream(scores).map(score -> Math.exp(score / temperature)).sum();
    return Arrays.stream(scores).map(score -> score / temperature - Math.log(sum)).toArray();
  }

  /** The choices from the lowest score to the highest. */
  private static List<Integer> ranking(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer choice) -> scores[choice]))
        .toList();
  }
}
