package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRankPair;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LowRankClassifier;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TfbPosteriorTest {

  private static final int WIDTH = 4;
  private static final int RANK = 2;
  private static final int SIZE = RANK * WIDTH;

  private final LowRankClassifier model = new LowRankClassifier();

  /** The largest sigma of a change that grows with it is where it reaches the tolerance. */
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.2, 0.7, 30})
  void findsTheLargestSigmaThatMeetsTheTolerance(double limit) {
    double sigma = TfbPosterior.largestSigma(s -> s * s - limit * limit, 0.2, 30);
    assertThat(sigma).isLessThanOrEqualTo(limit).isCloseTo(limit, within(1e-6 * 51.2));
  }

  @Test
  void doublesTheBoundNoMoreThanEightTimes() {
    assertThat(TfbPosterior.largestSigma(s -> -1, 0.2, 12)).isEqualTo(0.2 * 256);
  }

  /** B times the change of A is U e, so its mean square is the rank over the rows of B. */
  @Test
  void movesTheProductByTheSameAmountHoweverLargeBIs() {
    for (double scale : new double[] {1, 1e-3, 50}) {
      double[] theta = LowRankClassifier.trained(1);
      for (int i = SIZE; i < 2 * SIZE; i++) {
        theta[i] *= scale;
      }
      double squares = 0;
      int samples = 2000;
      for (double[] change : changes(theta, samples)) {
        squares += Arrays.stream(change).map(v -> v * v).sum();
      }
      // 2000 samples of 8 squared normal values: three standard errors are 3.4 %.
      assertThat(squares / samples).isCloseTo(RANK * WIDTH, within(0.035 * RANK * WIDTH));
    }
  }

  /** With B of rank 1 the change has rank 1, too, and is finite. */
  @Test
  void givesNoNoiseToWhatBDoesNotReach() {
    double[] theta = LowRankClassifier.trained(1);
    for (int row = 0; row < WIDTH; row++) {
      theta[SIZE + row * RANK + 1] = 2 * theta[SIZE + row * RANK];
    }
    double squares = 0;
    for (double[] change : changes(theta, 2000)) {
      squares += Arrays.stream(change).map(v -> v * v).sum();
    }
    assertThat(squares / 2000).isCloseTo(WIDTH, within(0.05 * WIDTH));
  }

  /**
   * The change of B A is U e with e standard normal: its columns are independent of each other, and
   * the covariance within one is U Uᵀ, the projection onto the columns of B. That is the same of B
   * R and R⁻¹ A for any R, so no way to write the product as factors counts.
   */
  @ParameterizedTest
  @CsvSource({"1, 0, 0, 1", "0.6, -0.8, 0.8, 0.6", "3, 1, 0, 0.02"})
  void theLawOfTheChangeDependsOnTheProductAlone(double r00, double r01, double r10, double r11) {
    double[] plain = LowRankClassifier.trained(1);
    double[] theta = refactored(plain, r00, r01, r10, r11);
    assertThat(product(theta, theta)).containsExactly(product(plain, plain), within(1e-12));
    int samples = 2000;
    double[][] sums = new double[WIDTH * WIDTH][WIDTH * WIDTH];
    for (double[] change : changes(theta, samples)) {
      for (int i = 0; i < change.length; i++) {
        for (int j = 0; j < change.length; j++) {
          sums[i][j] += change[i] * change[j];
        }
      }
    }
    double[][] projection = projection(plain);
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        double expected = covariance(projection, i, j);
        double variances = covariance(projection, i, i) * covariance(projection, j, j);
        double error = Math.sqrt((variances + expected * expected) / samples);
        assertThat(sums[i][j] / samples)
            .as("covariance of the values %d and %d of the change", i, j)
            .isCloseTo(expected, within(5 * error));
      }
    }
  }

  /** The parameters R⁻¹ A and B R, whose product is that of A and B. */
  private static double[] refactored(
      double[] theta, double r00, double r01, double r10, double r11) {
    double determinant = r00 * r11 - r01 * r10;
    double[] other = new double[2 * SIZE];
    for (int i = 0; i < WIDTH; i++) {
      double a0 = theta[i];
      double a1 = theta[WIDTH + i];
      other[i] = (r11 * a0 - r01 * a1) / determinant;
      other[WIDTH + i] = (r00 * a1 - r10 * a0) / determinant;
      double b0 = theta[SIZE + RANK * i];
      double b1 = theta[SIZE + RANK * i + 1];
      other[SIZE + RANK * i] = b0 * r00 + b1 * r10;
      other[SIZE + RANK * i + 1] = b0 * r01 + b1 * r11;
    }
    return other;
  }

  /** {@code B (Bᵀ B)⁻¹ Bᵀ}, without a singular value decomposition. */
  private static double[][] projection(double[] theta) {
    double[] first = new double[WIDTH];
    double[] second = new double[WIDTH];
    double g00 = 0;
    double g01 = 0;
    double g11 = 0;
    for (int o = 0; o < WIDTH; o++) {
      first[o] = theta[SIZE + RANK * o];
      second[o] = theta[SIZE + RANK * o + 1];
      g00 += first[o] * first[o];
      g01 += first[o] * second[o];
      g11 += second[o] * second[o];
    }
    double determinant = g00 * g11 - g01 * g01;
    double[][] projection = new double[WIDTH][WIDTH];
    for (int o = 0; o < WIDTH; o++) {
      for (int p = 0; p < WIDTH; p++) {
        double mixed = first[o] * second[p] + second[o] * first[p];
        projection[o][p] =
            (g11 * first[o] * first[p] - g01 * mixed + g00 * second[o] * second[p]) / determinant;
      }
    }
    return projection;
  }

  /** The covariance of two values of the change of B A, which stands row by row. */
  private static double covariance(double[][] projection, int one, int other) {
    return one % WIDTH == other % WIDTH ? projection[one / WIDTH][other / WIDTH] : 0;
  }

  /** The change of B A for each sample {@code [4, 4]}, row by row. */
  private List<double[]> changes(double[] theta, int samples) {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      WeightNoise noise =
          new WeightNoise(LowRankPair.of(model.parameters()), NativeArrays.of(owner, theta));
      return noise.draw(owner, new Seeds(3), samples).stream()
          .map(direction -> product(theta, direction))
          .toList();
    }
  }

  private static double[] product(double[] theta, double[] direction) {
    double[] product = new double[WIDTH * WIDTH];
    for (int o = 0; o < WIDTH; o++) {
      for (int i = 0; i < WIDTH; i++) {
        for (int r = 0; r < RANK; r++) {
          product[o * WIDTH + i] += theta[SIZE + o * RANK + r] * direction[r * WIDTH + i];
        }
      }
    }
    return product;
  }

  @Test
  void leavesBAndMovesAInProportionToSigma() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      double[] theta = LowRankClassifier.trained(1);
      WeightNoise noise =
          new WeightNoise(LowRankPair.of(model.parameters()), NativeArrays.of(owner, theta));
      double[] direction = noise.draw(owner, new Seeds(3), 1).get(0);
      try (NDArray moved = noise.moved(owner, direction, 0.5, DataType.FLOAT64)) {
        double[] values = moved.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
          assertThat(values[i]).isCloseTo(theta[i] + 0.5 * direction[i], within(1e-15));
        }
        assertThat(Arrays.copyOfRange(direction, SIZE, 2 * SIZE)).containsOnly(0);
      }
    }
  }

  @Test
  void saysThatNothingMovesIfNoSigmaMeetsTheTolerance() {
    TfbOptions options = new TfbOptions(4, 1e-12, 0.2, 2, 60);
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      Predictive fitted = new TfbPosterior(options).fit(context);
      assertThat(fitted.figures()).containsEntry("sigma", Figure.of(0.0));
      assertThat(((RecordingMonitor) context.monitor()).notices())
          .anyMatch(notice -> notice.startsWith("No sigma of tfb that was tried"));
    }
  }

  @Test
  void predictsAsTheModelDoesWhereSigmaIsZeroAndOnlyThere() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      Predictive still = new TfbPosterior(new TfbOptions(4, 1e-12, 0.2, 2, 60)).fit(context);
      Predictive moved = new TfbPosterior(new TfbOptions(4, 0.05, 0.2, 20, 60)).fit(context);
      assertThat(still.figures()).containsEntry("sigma", Figure.of(0.0));
      List<double[]> plain = plain(context);
      List<double[]> same = scores(context, still::scores);
      List<double[]> other = scores(context, moved::scores);
      double change = 0;
      for (int i = 0; i < plain.size(); i++) {
        assertThat(same.get(i)).containsExactly(plain.get(i), within(1e-12));
        change = Math.max(change, Math.abs(other.get(i)[0] - plain.get(i)[0]));
      }
      assertThat(change).isGreaterThan(1e-3);
    }
  }

  /** What it returns keeps the anchors' loss within the tolerance, and a little more does not. */
  @Test
  void keepsTheLossOfTheAnchorsWithinTheTolerance() {
    TfbOptions options = new TfbOptions(4, 0.05, 0.2, 20, 60);
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      Predictive fitted = new TfbPosterior(options).fit(context);
      List<double[]> plain = plain(context);
      double before = loss(plain, plain);
      double after = loss(plain, scores(context, fitted::scores));
      assertThat(Math.abs(after - before) / before).isLessThanOrEqualTo(0.05).isGreaterThan(0.04);
      assertThat(fitted.figures()).containsEntry("samples", Figure.of(4));
    }
  }

  private List<double[]> plain(PosteriorOnModel context) {
    return scores(
        context, (scope, examples, batch) -> model.scores(scope, batch, Point.of(context.theta())));
  }

  private List<double[]> scores(PosteriorOnModel context, ExampleScores.OfBatch of) {
    List<Tokens> anchors = context.training();
    return ExampleScores.of(context.manager(), model, anchors, ScoringBatches.ofExamples(7), of);
  }

  /** The mean negative log-likelihood of what some scores predict. */
  private static double loss(List<double[]> predicted, List<double[]> scores) {
    double sum = 0;
    for (int i = 0; i < scores.size(); i++) {
      double[] own = predicted.get(i);
      int best = own[0] >= own[1] && own[0] >= own[2] ? 0 : own[1] >= own[2] ? 1 : 2;
      double total = Arrays.stream(scores.get(i)).map(Math::exp).sum();
      sum -= scores.get(i)[best] - Math.log(total);
    }
    return sum / scores.size();
  }

  @Test
  void refusesAnAdapterThatWasNotTrained() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel of = PosteriorOnModel.of(owner, owner, 17);
      double[] theta = LowRankClassifier.trained(1);
      Arrays.fill(theta, SIZE, 2 * SIZE, 0);
      PosteriorOnModel context = of.with(NativeArrays.of(owner, theta));
      TfbPosterior posterior = new TfbPosterior(new TfbOptions(2, 0.01, 0.2, 5, 10));
      assertThatThrownBy(() -> posterior.fit(context))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("every B of LoRA's products B A is zero");
    }
  }

  @Test
  void predictsAsTheModelDoesWhereNoLayerIsAdapted() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel of = PosteriorOnModel.of(owner, owner, 17);
      PosteriorOnModel context =
          of.with(
              new ForwardingModel(of.model()) {
                @Override
                public ParameterIndex parameters() {
                  return new ParameterIndex(List.of());
                }
              });
      Predictive fitted = new TfbPosterior(new TfbOptions(2, 0.01, 0.2, 5, 10)).fit(context);
      assertThat(scores(context, fitted::scores))
          .usingRecursiveComparison()
          .isEqualTo(plain(context));
      assertThat(((RecordingMonitor) context.monitor()).notices())
          .containsExactly("No layer has an A that tfb could move: it predicts as the model does.");
    }
  }

  @Test
  void refusesLayersThatShareAnAdapter() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17).sharing();
      TfbPosterior posterior = new TfbPosterior(new TfbOptions(2, 0.01, 0.2, 5, 10));
      assertThat(
              Compatibility.of(posterior::checkCompatibility, AdapterDemand.SHARED_ADAPTERS)
                  .first()
                  .orElseThrow())
          .contains("let no layers share");
      assertThatThrownBy(() -> posterior.fit(context))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the strategy lets layers share one");
    }
  }
}
