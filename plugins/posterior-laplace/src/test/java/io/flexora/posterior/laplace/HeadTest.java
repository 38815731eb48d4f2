package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LowRankClassifier;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A head without adapters is a logistic regression, whose weights and bias are uncertain. */
class HeadTest {

  private static final int WIDTH = 2;
  private static final int CLASSES = 3;
  private static final double[] THETA = {0.4, -0.2, 0.1, 0.5, -0.3, 0.2, 0.05, -0.1, 0.15};
  // The same weights for all classes, whose biases alone make their probabilities differ.
  private static final double[] SAME_WEIGHTS = {0.4, -0.2, 0.4, -0.2, 0.4, -0.2, 0.05, -0.6, 0.45};
  private static final double PRECISION = 0.6;

  /** Of a single training example the Kronecker product is the whole matrix. */
  @Test
  void isTheExactPosteriorOfALogisticRegression() {
    assertExact(THETA, List.of(example(new int[] {2, -1}, 1)));
  }

  /** Of many it is where their probabilities are the same, as the noise is in linear regression. */
  @Test
  void isTheExactPosteriorOfManyExamplesWithTheSameProbabilities() {
    assertExact(
        SAME_WEIGHTS,
        List.of(
            example(new int[] {2, -1}, 1),
            example(new int[] {-1, 2}, 0),
            example(new int[] {0, 3}, 2),
            example(new int[] {1, 1}, 1)));
  }

  private static void assertExact(double[] theta, List<Tokens> training) {
    Tokens test = example(new int[] {1, 3}, 0);
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      Regression model = new Regression();
      Predictive found = fitted(manager, model, theta, training, Averaging.PROBIT);
      NDArray whole = precision(manager, theta, training);
      double[] scores =
          found.scores(manager, List.of(test), model.batch(manager, List.of(test)))[0];
      assertThat(ChoiceProbabilities.logarithms(scores))
          .containsExactly(expected(manager, theta, whole, test), within(1e-12));
      assertThat(ChoiceProbabilities.logNormaliser(scores)).isCloseTo(0, within(1e-12));
      double likelihood = 0;
      for (Tokens example : training) {
        double[] logarithms = ChoiceProbabilities.logarithms(outputs(example, theta));
        likelihood += logarithms[example.example().label()];
      }
      double squared = Arrays.stream(theta).map(v -> v * v).sum();
      double evidence =
          likelihood
              - (Math.log(determinant(whole))
                      - theta.length * Math.log(PRECISION)
                      + PRECISION * squared)
                  / 2;
      assertThat(found.figures().get("log_evidence").number().orElseThrow())
          .isCloseTo(evidence, within(1e-10));
    }
  }

  /** A likelihood and samples of a softmax see differences alone, variances for probit do not. */
  @ParameterizedTest
  @CsvSource({"MC, DIFFERENCES", "PROBIT, OUTPUTS"})
  void asksForGradientsOfDifferencesWhereTheseAreEnough(
      Averaging averaging, Differentiated ofPrediction) {
    Tokens training = example(new int[] {2, -1}, 1);
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      Regression model = new Regression();
      Predictive found = fitted(manager, model, THETA, List.of(training), averaging);
      assertThat(model.asked).containsExactly(Differentiated.DIFFERENCES);
      var unused =
          found.scores(manager, List.of(training), model.batch(manager, List.of(training)));
      assertThat(model.asked).containsExactly(Differentiated.DIFFERENCES, ofPrediction);
    }
  }

  private static Predictive fitted(
      NDManager manager,
      Regression model,
      double[] theta,
      List<Tokens> training,
      Averaging averaging) {
    PosteriorOnModel context =
        new PosteriorOnModel(
            model,
            NativeArrays.of(manager, theta),
            training,
            List.of(),
            List.of(),
            new Seeds(1),
            manager,
            new RecordingMonitor());
    LaplaceOptions options =
        new LaplaceOptions(
            TokenRule.EXPAND,
            LaplaceOptions.UncertainLayers.ALL,
            Optional.of(PRECISION),
            LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
            averaging,
            1,
            2048,
            10,
            LowRankMethod.INCREMENTAL,
            1);
    return new LaplacePosterior(options).fit(context);
  }

  /** H + lambda I over weights and biases, by class and input with the bias last. */
  private static NDArray precision(NDManager manager, double[] theta, List<Tokens> training) {
    int width = WIDTH + 1;
    int side = CLASSES * width;
    double[] h = new double[side * side];
    for (Tokens example : training) {
      double[] p =
          Arrays.stream(ChoiceProbabilities.logarithms(outputs(example, theta)))
              .map(Math::exp)
              .toArray();
      double[] f = withOne(example);
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          int c = row / width;
          int k = column / width;
          double s = (c == k ? p[c] : 0) - p[c] * p[k];
          h[row * side + column] += s * f[row % width] * f[column % width];
        }
      }
    }
    for (int i = 0; i < side; i++) {
      h[i * side + i] += PRECISION;
    }
    return NativeArrays.of(manager, h, new Shape(side, side));
  }

  private static double[] expected(
      NDManager manager, double[] theta, NDArray precision, Tokens test) {
    NDArray inverse = precision.inverse();
    double[] f = withOne(test);
    double[] moderated = outputs(test, theta);
    for (int c = 0; c < CLASSES; c++) {
      double[] j = new double[CLASSES * f.length];
      System.arraycopy(f, 0, j, c * f.length, f.length);
      NDArray row = NativeArrays.of(manager, j, new Shape(1, j.length));
      double variance = row.matMul(inverse).matMul(row.transpose()).toDoubleArray()[0];
      moderated[c] /= Math.sqrt(1 + Math.PI / 8 * variance);
    }
    return ChoiceProbabilities.logarithms(moderated);
  }

  /** The determinant of a positive matrix, by elimination. */
  private static double determinant(NDArray matrix) {
    int side = (int) matrix.getShape().get(0);
    double[] values = matrix.toDoubleArray();
    double product = 1;
    for (int k = 0; k < side; k++) {
      product *= values[k * side + k];
      for (int i = k + 1; i < side; i++) {
        double factor = values[i * side + k] / values[k * side + k];
        for (int j = k; j < side; j++) {
          values[i * side + j] -= factor * values[k * side + j];
        }
      }
    }
    return product;
  }

  private static double[] withOne(Tokens tokens) {
    double[] f = Arrays.copyOf(features(tokens), WIDTH + 1);
    f[WIDTH] = 1;
    return f;
  }

  private static double[] features(Tokens tokens) {
    return Arrays.stream(tokens.ids()).asDoubleStream().toArray();
  }

  private static double[] outputs(Tokens tokens, double[] theta) {
    double[] f = features(tokens);
    double[] outputs = new double[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      outputs[c] = theta[CLASSES * WIDTH + c];
      for (int i = 0; i < WIDTH; i++) {
        outputs[c] += theta[c * WIDTH + i] * f[i];
      }
    }
    return outputs;
  }

  private static Tokens example(int[] ids, int label) {
    return new Tokens(new Example("e", "text", List.of("a", "b", "c"), label), ids, List.of(), 0);
  }

  private record Rows(List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return examples.size();
    }

    @Override
    public long terms() {
      return examples.size();
    }

    @Override
    public long paddedTokens() {
      return (long) WIDTH * examples.size();
    }
  }

  private static final class Regression extends ForwardingModel implements ClassGradients {

    private final List<Differentiated> asked = new ArrayList<>();

    Regression() {
      super(new LowRankClassifier());
    }

    @Override
    public AdapterPlan plan() {
      return new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.classes(CLASSES));
    }

    @Override
    public ParameterIndex parameters() {
      long weights = (long) CLASSES * WIDTH;
      return new ParameterIndex(
          List.of(
              new Slice(0, new Shape(CLASSES, WIDTH), new Slice.Head("classifier.weight")),
              new Slice(weights, new Shape(CLASSES), new Slice.Head("classifier.bias"))));
    }

    @Override
    public Batch batch(NDManager scope, List<Tokens> examples) {
      return new Rows(examples);
    }

    @Override
    public void classGradients(
        NDManager scope,
        Batch batch,
        Point point,
        List<Integer> layers,
        Differentiated differentiated,
        Visitor visitor) {
      asked.add(differentiated);
      double[] theta = point.theta().toType(DataType.FLOAT64, false).toDoubleArray();
      List<Tokens> examples = ((Rows) batch).examples();
      for (int e = 0; e < examples.size(); e++) {
        double[] outputs = outputs(examples.get(e), theta);
        NDArray features = NativeArrays.of(scope, features(examples.get(e)), new Shape(1, WIDTH));
        visitor.visit(
            scope,
            e,
            new ExampleGradients(
                outputs,
                ChoiceProbabilities.logarithms(outputs),
                new int[] {0},
                List.of(),
                Optional.of(features)));
      }
    }
  }
}
