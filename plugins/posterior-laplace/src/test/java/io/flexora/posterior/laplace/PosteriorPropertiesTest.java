package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of any data, here of random ones. */
class PosteriorPropertiesTest {

  private static final int INPUTS = 5;
  private static final int OUTPUTS = 3;
  private static final int CLASSES = 3;
  private static final double[] PROBABILITIES = {0.2, 0.5, 0.3};
  private static final FactorRanks WHOLE = new FactorRanks(2048, 10, LowRankMethod.INCREMENTAL);

  private NDManager manager;
  private LaplaceScript script;

  @BeforeEach
  void open() {
    manager = TorchEngine.start().newManager(Device.cpu());
    script = LaplaceScript.compile(manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(TokenRule.class)
  void forASingleTokenAllRulesGiveTheWholeMatrixOfAnExample(TokenRule rule) {
    MatrixData data = data(1, 1);
    MatrixPosterior found = posterior(rule, WHOLE, List.of(data)).matrices().get(0);
    assertThat(dense(found)).containsExactly(gaussNewton(List.of(data)), within(1e-12));
  }

  @Test
  void isExactForInputsThatAreAllTheSame() {
    NDArray input = random(1, new Shape(1, INPUTS));
    List<MatrixData> rows = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      NDArray gradients = random(20 + n, new Shape(CLASSES, 1, OUTPUTS));
      rows.add(new MatrixData("m", input, gradients, new int[] {0}));
    }
    MatrixPosterior found = posterior(TokenRule.EXPAND, WHOLE, rows).matrices().get(0);
    assertThat(dense(found)).containsExactly(gaussNewton(rows), within(1e-12));
  }

  /** Of a single row the product is the whole matrix, so that all that follows is exact. */
  @Test
  void evidenceAndVarianceAreThoseOfTheWholeMatrix() {
    MatrixData row =
        new MatrixData(
            "m",
            random(1, new Shape(1, INPUTS)),
            random(2, new Shape(CLASSES, 1, OUTPUTS)),
            new int[] {0});
    assertExact(List.of(row), row);
  }

  /**
   * Bayesian linear regression: the outputs are linear in the parameters, with the same gradients
   * and the same noise in all examples, so that their precision, the sum of Jᵀ (diag p - p pᵀ) J
   * and lambda I, is met whatever the inputs.
   */
  @Test
  void isTheExactPosteriorOfALinearModelWithTheSameNoiseInAllExamples() {
    NDArray gradients = random(2, new Shape(CLASSES, 1, OUTPUTS));
    List<MatrixData> rows = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      rows.add(new MatrixData("m", random(30 + n, new Shape(1, INPUTS)), gradients, new int[] {0}));
    }
    assertExact(rows, data(7, 4));
  }

  private void assertExact(List<MatrixData> rows, MatrixData test) {
    double precision = 0.7;
    GaussianPosterior posterior = posterior(TokenRule.EXPAND, WHOLE, rows);
    double[] sum = gaussNewton(rows);
    assertThat(dense(posterior.matrices().get(0))).containsExactly(sum, within(1e-12));
    NDArray h = square(sum);
    long side = h.getShape().get(0);
    NDArray whole = h.add(manager.eye((int) side).toType(h.getDataType(), false).mul(precision));
    assertThat(posterior.logDet(precision)).isCloseTo(logDet(whole), within(1e-10));
    double prior = side * Math.log(precision) - precision * posterior.squaredNorm();
    assertThat(posterior.logMarginal(precision))
        .isCloseTo(posterior.logLikelihood() - (logDet(whole) - prior) / 2, within(1e-10));
    NDArray j = jacobian(test);
    double[] expected = j.matMul(whole.inverse()).matMul(j.transpose()).toDoubleArray();
    assertThat(covariance(test, posterior, precision)).containsExactly(expected, within(1e-10));
  }

  @Test
  void theTraceByWeightedTokensIsThatOfTheTokensByThemselves() {
    MatrixData data = data(3, 6);
    MatrixPosterior found = posterior(TokenRule.WEIGHTED, WHOLE, List.of(data)).matrices().get(0);
    double expected = 0;
    double[] inputs = data.inputs().toDoubleArray();
    double[] gradients = curved(data);
    for (int t = 0; t < 6; t++) {
      double ofInput = 0;
      for (int i = 0; i < INPUTS; i++) {
        ofInput += inputs[t * INPUTS + i] * inputs[t * INPUTS + i];
      }
      double ofGradient = 0;
      for (int c = 0; c < CLASSES; c++) {
        for (int o = 0; o < OUTPUTS; o++) {
          double value = gradients[(c * 6 + t) * OUTPUTS + o];
          ofGradient += value * value;
        }
      }
      expected += ofInput * ofGradient;
    }
    assertThat(found.sum(h -> h)).isCloseTo(expected, within(1e-10 * expected));
  }

  @ParameterizedTest
  @EnumSource(TokenRule.class)
  void twiceTheDataIsTwiceTheCurvature(TokenRule rule) {
    List<MatrixData> once = List.of(data(3, 6), data(4, 2), data(5, 9));
    List<MatrixData> twice = new ArrayList<>(once);
    twice.addAll(once);
    double[] of = dense(posterior(rule, WHOLE, once).matrices().get(0));
    double[] doubled = Arrays.stream(of).map(v -> 2 * v).toArray();
    assertThat(dense(posterior(rule, WHOLE, twice).matrices().get(0)))
        .containsExactly(doubled, within(1e-10));
  }

  @ParameterizedTest
  @EnumSource(TokenRule.class)
  void gradientsOfDifferencesGiveTheSameCurvature(TokenRule rule) {
    List<MatrixData> rows = List.of(data(3, 6), data(4, 2), data(5, 9));
    List<MatrixData> ofDifferences =
        rows.stream()
            .map(
                row -> {
                  NDArray g = row.gradients();
                  return new MatrixData("m", row.inputs(), g.sub(g.get("0:1")), row.read());
                })
            .toList();
    assertThat(dense(posterior(rule, WHOLE, ofDifferences).matrices().get(0)))
        .containsExactly(dense(posterior(rule, WHOLE, rows).matrices().get(0)), within(1e-12));
    for (LowRankMethod method : LowRankMethod.values()) {
      FactorRanks low = new FactorRanks(0, 2, method);
      assertThat(posterior(rule, low, ofDifferences).logDet(0.3))
          .isCloseTo(posterior(rule, low, rows).logDet(0.3), within(1e-10));
    }
  }

  @Test
  void reducedAndLastRulesSeeOtherTokens() {
    MatrixData data = data(3, 6);
    double whole = posterior(TokenRule.EXPAND, WHOLE, List.of(data)).matrices().get(0).sum(h -> h);
    MatrixData last =
        new MatrixData("m", data.inputs().get("5:6"), data.gradients().get(":,5:6"), new int[] {0});
    assertThat(dense(posterior(TokenRule.LAST, WHOLE, List.of(data)).matrices().get(0)))
        .containsExactly(
            dense(posterior(TokenRule.EXPAND, WHOLE, List.of(last)).matrices().get(0)),
            within(1e-12));
    double[] mean = data.inputs().mean(new int[] {0}).toDoubleArray();
    double ofMean = Arrays.stream(mean).map(v -> v * v).sum();
    double[] sums =
        NativeArrays.of(manager, curved(data), new Shape(CLASSES, 6, OUTPUTS))
            .sum(new int[] {1})
            .toDoubleArray();
    double reduced =
        posterior(TokenRule.REDUCE, WHOLE, List.of(data)).matrices().get(0).sum(h -> h);
    assertThat(reduced)
        .isCloseTo(ofMean * Arrays.stream(sums).map(v -> v * v).sum(), within(1e-10))
        .isNotCloseTo(whole, within(1e-3));
  }

  @ParameterizedTest
  @EnumSource(LowRankMethod.class)
  void fullRankInLowRankIsTheWhole(LowRankMethod method) {
    List<MatrixData> rows = List.of(data(3, 6), data(4, 2), data(5, 9));
    FactorRanks low = new FactorRanks(0, INPUTS - 1, method);
    assertThat(low.isWhole(INPUTS)).isFalse();
    // The rows of three examples lie in a space of one dimension less.
    NDArray flat = random(9, new Shape(INPUTS, INPUTS));
    flat.set(new NDIndex(":,0"), 0);
    List<MatrixData> lower = new ArrayList<>();
    for (MatrixData row : rows) {
      lower.add(new MatrixData("m", row.inputs().matMul(flat), row.gradients(), row.read()));
    }
    GaussianPosterior whole = posterior(TokenRule.EXPAND, WHOLE, lower);
    GaussianPosterior found = posterior(TokenRule.EXPAND, low, lower);
    assertThat(found.matrices().get(0).inputs().kept()).isEqualTo(INPUTS - 1);
    assertThat(found.logDet(0.3)).isCloseTo(whole.logDet(0.3), within(1e-10));
    assertThat(found.logMarginal(2)).isCloseTo(whole.logMarginal(2), within(1e-10));
    MatrixData test = data(7, 4);
    assertThat(covariance(test, found, 0.3))
        .containsExactly(covariance(test, whole, 0.3), within(1e-10));
  }

  @Test
  void theCovarianceIsSymmetricPositiveAndVanishesWithThePrior() {
    GaussianPosterior posterior =
        posterior(
            TokenRule.EXPAND, new FactorRanks(0, 2, LowRankMethod.TRUNCATED), List.of(data(3, 6)));
    MatrixData test = data(7, 4);
    double[] u = {0.3, -1, 0.4};
    double before = Double.POSITIVE_INFINITY;
    for (double precision : new double[] {1e-3, 1, 1e3, 1e6, 1e9}) {
      double[] found = covariance(test, posterior, precision);
      double along = 0;
      for (int c = 0; c < CLASSES; c++) {
        for (int k = 0; k < CLASSES; k++) {
          assertThat(found[c * CLASSES + k])
              .isCloseTo(found[k * CLASSES + c], within(1e-12 * Math.abs(found[0])));
          along += u[c] * found[c * CLASSES + k] * u[k];
        }
      }
      assertThat(along).isPositive().isLessThan(before);
      before = along;
    }
    assertThat(before).isLessThan(1e-6);
  }

  @Test
  void theGradientOfTheEvidenceIsItsSlope() {
    GaussianPosterior posterior =
        posterior(TokenRule.EXPAND, WHOLE, List.of(data(3, 6), data(4, 2)));
    double step = 1e-4;
    for (double precision : new double[] {0.01, 1, 30}) {
      double slope =
          (posterior.logMarginal(precision * Math.exp(step))
                  - posterior.logMarginal(precision * Math.exp(-step)))
              / (2 * step);
      assertThat(posterior.gradientLogPrecision(precision)).isCloseTo(slope, within(1e-6));
    }
    double best = posterior.bestPrecision();
    assertThat(posterior.gradientLogPrecision(best)).isCloseTo(0, within(1e-10));
    for (double factor : new double[] {0.5, 0.99, 1.01, 2}) {
      assertThat(posterior.logMarginal(best * factor)).isLessThan(posterior.logMarginal(best));
    }
  }

  @Test
  void saysWhyTheEvidenceHasNoMaximum() {
    List<MatrixPosterior> matrices =
        posterior(TokenRule.EXPAND, WHOLE, List.of(data(3, 6))).matrices();
    assertThatThrownBy(() -> new GaussianPosterior(matrices, 0, -1).bestPrecision())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("all trained parameters are zero", "prior_precision");
    MatrixData still =
        new MatrixData(
            "m",
            random(1, new Shape(1, INPUTS)),
            random(2, new Shape(CLASSES, 1, OUTPUTS)).mul(0),
            new int[] {0});
    assertThatThrownBy(() -> posterior(TokenRule.WEIGHTED, WHOLE, List.of(still)).bestPrecision())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no class output depends");
  }

  @Test
  void withoutVarianceTheProbabilitiesAreTheModels() {
    double[] outputs = {2, -1, 0.5};
    double sum = Arrays.stream(outputs).map(Math::exp).sum();
    double[] expected = Arrays.stream(outputs).map(v -> v - Math.log(sum)).toArray();
    double[][] none = new double[CLASSES][CLASSES];
    for (Averaging averaging : Averaging.values()) {
      assertThat(new AverageProbabilities(averaging, 200, new Seeds(3)).logarithms(outputs, none))
          .containsExactly(expected, within(1e-3));
    }
  }

  /** Classes that move together have a covariance of rank 1, and the softmax does not change. */
  @Test
  void aSharedShiftOfAllClassesChangesNoSampledProbability() {
    double[] outputs = {2, -1, 0.5};
    double[][] shared = new double[CLASSES][CLASSES];
    Arrays.stream(shared).forEach(row -> Arrays.fill(row, 50));
    AverageProbabilities average = new AverageProbabilities(Averaging.MC, 500, new Seeds(3));
    assertThat(average.logarithms(outputs, shared))
        .containsExactly(average.logarithms(outputs, new double[CLASSES][CLASSES]), within(1e-3));
  }

  /** What a softmax says of three classes, it says of how far two of them are above the first. */
  @Test
  void differencesBetweenClassesGiveTheSameSampledProbabilities() {
    double[] outputs = {2, -1, 0.5};
    double[][] covariance = {{2, 0.3, -0.4}, {0.3, 1, 0.2}, {-0.4, 0.2, 3}};
    double[][] ofDifferences = new double[CLASSES][CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      for (int k = 0; k < CLASSES; k++) {
        ofDifferences[c][k] =
            covariance[c][k] - covariance[c][0] - covariance[0][k] + covariance[0][0];
      }
    }
    AverageProbabilities average = new AverageProbabilities(Averaging.MC, 100_000, new Seeds(3));
    double[] expected = average.logarithms(outputs, covariance);
    double[] found = average.logarithms(outputs, ofDifferences);
    for (int c = 0; c < CLASSES; c++) {
      // Both means have a standard deviation of at most 1.6e-3.
      assertThat(Math.exp(found[c])).isCloseTo(Math.exp(expected[c]), within(8e-3));
    }
  }

  /** Far below what a probability can be as a double, its logarithm is still one. */
  @Test
  void logarithmsOfTinyProbabilitiesAreFinite() {
    double[] found =
        new AverageProbabilities(Averaging.MC, 10, new Seeds(3))
            .logarithms(new double[] {0, -2000}, new double[2][2]);
    assertThat(found[1]).isCloseTo(-2000, within(1.0));
  }

  private MatrixData data(long seed, int tokens) {
    return new MatrixData(
        "m",
        random(seed, new Shape(tokens, INPUTS)),
        random(100 + seed, new Shape(CLASSES, tokens, OUTPUTS)),
        new int[] {tokens - 1});
  }

  private NDArray random(long seed, Shape shape) {
    Random random = new Random(seed);
    double[] values = random.doubles(shape.size(), -1, 1).toArray();
    return NativeArrays.of(manager, values, shape);
  }

  private GaussianPosterior posterior(TokenRule rule, FactorRanks ranks, List<MatrixData> rows) {
    try (KroneckerFactors factors = new KroneckerFactors(manager, script, rule, ranks)) {
      rows.forEach(row -> factors.add(manager, row, PROBABILITIES));
      return new GaussianPosterior(factors.decomposed(manager), 2.5, -7);
    }
  }

  private double[] covariance(MatrixData data, GaussianPosterior posterior, double precision) {
    return script
        .covariances(manager, data, posterior.matrices().get(0), new double[] {precision})
        .toDoubleArray();
  }

  /** The product of the factors, as {@code [outputs * inputs, outputs * inputs]}. */
  private static double[] dense(MatrixPosterior of) {
    double[] a = matrix(of.inputs());
    double[] s = matrix(of.gradients());
    int side = OUTPUTS * INPUTS;
    double[] product = new double[side * side];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        product[row * side + column] =
            s[row / INPUTS * OUTPUTS + column / INPUTS]
                * a[row % INPUTS * INPUTS + column % INPUTS];
      }
    }
    return product;
  }

  private static double[] matrix(Decomposition of) {
    return of.vectors().mul(of.values()).matMul(of.vectors().transpose()).toDoubleArray();
  }

  /** The sum over rows of Jᵀ (diag p - p pᵀ) J. */
  private double[] gaussNewton(List<MatrixData> rows) {
    NDArray sum = null;
    for (MatrixData row : rows) {
      double[][] s = new double[CLASSES][CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        for (int k = 0; k < CLASSES; k++) {
          s[c][k] = (c == k ? PROBABILITIES[c] : 0) - PROBABILITIES[c] * PROBABILITIES[k];
        }
      }
      NDArray of = square(Arrays.stream(s).flatMapToDouble(Arrays::stream).toArray());
      NDArray part = jacobian(row).transpose().matMul(of).matMul(jacobian(row));
      sum = sum == null ? part : sum.add(part);
    }
    return sum.toDoubleArray();
  }

  private NDArray jacobian(MatrixData row) {
    return row.gradients().transpose(0, 2, 1).matMul(row.inputs()).reshape(CLASSES, -1);
  }

  private NDArray square(double[] values) {
    int side = (int) Math.sqrt(values.length);
    return NativeArrays.of(manager, values, new Shape(side, side));
  }

  private static double logDet(NDArray matrix) {
    int side = (int) matrix.getShape().get(0);
    double[] values = matrix.toDoubleArray();
    double sum = 0;
    for (int k = 0; k < side; k++) {
      double pivot = values[k * side + k];
      sum += Math.log(pivot);
      for (int i = k + 1; i < side; i++) {
        double factor = values[i * side + k] / pivot;
        for (int j = k; j < side; j++) {
          values[i * side + j] -= factor * values[k * side + j];
        }
      }
    }
    return sum;
  }

  /** The gradients of sqrt(p_c) times -log p_c, the root held fixed. */
  private static double[] curved(MatrixData data) {
    double[] g = data.gradients().toDoubleArray();
    int size = g.length / CLASSES;
    double[] curved = new double[g.length];
    for (int c = 0; c < CLASSES; c++) {
      for (int k = 0; k < CLASSES; k++) {
        double weight = Math.sqrt(PROBABILITIES[c]) * (PROBABILITIES[k] - (c == k ? 1 : 0));
        for (int i = 0; i < size; i++) {
          curved[c * size + i] += weight * g[k * size + i];
        }
      }
    }
    return curved;
  }
}
