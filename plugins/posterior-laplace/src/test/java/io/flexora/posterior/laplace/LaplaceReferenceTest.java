package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.SolverReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares with laplace.json of the folder {@code flexora.reference}, made with PyTorch and numpy:
 * the posterior of what PyTorch finds of each row, and of what the product's decoder finds of it.
 */
class LaplaceReferenceTest {

  /** Of log determinants up to 4154 and covariances up to 360: their rounding is some 1e-12. */
  private static final double TOLERANCE = 1e-10;

  private static final double EXACT = 1e-12;
  private static final int SAMPLES = 400_000;

  /** Five standard deviations of the mean of so many numbers between 0 and 1, or more. */
  private static final double OF_SAMPLES = 5 * 0.5 / Math.sqrt(SAMPLES);

  private static final int CLASSES = 4;
  private static final List<String> PRECISIONS = List.of("0.5", "1", "10");
  private static final Ranks WHOLE = new Ranks(2048, 10, LowRankMethod.INCREMENTAL);

  private static JsonNode expected;
  private static NDManager keeper;
  private static LaplaceScript script;
  private static Map<By, LaplaceRows> found;

  private NDManager scope;

  /** Who has found what the posterior is made of. */
  enum By {
    TORCH,
    DECODER
  }

  @FunctionalInterface
  private interface Covariances {
    double[][] of(int row, double precision);
  }

  @BeforeAll
  static void read() throws IOException {
    expected = LaplaceLlama.read();
    keeper = TorchEngine.start().newManager(Device.cpu());
    script = LaplaceScript.compile(keeper);
    found =
        Map.of(
            By.TORCH,
            LaplaceRows.ofTorch(keeper, script),
            By.DECODER,
            LaplaceRows.ofDecoder(keeper, script, expected));
  }

  @AfterAll
  static void free() {
    if (keeper != null) {
      keeper.close();
    }
  }

  @BeforeEach
  void open() {
    scope = keeper.newSubManager();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource
  void outputsAndFactors(By by) {
    LaplaceRows rows = found.get(by);
    for (int row = 0; row < LaplaceRows.TRAINING + LaplaceRows.TEST; row++) {
      JsonNode logits =
          row < LaplaceRows.TRAINING
              ? expected.get("logits").get(row)
              : expected.get("test_logits").get(row - LaplaceRows.TRAINING);
      assertThat(rows.outputs().get(row)).containsExactly(numbers(logits), within(EXACT));
    }
    assertThat(rows.squaredNorm())
        .isCloseTo(expected.get("theta_norm_squared").asDouble(), within(TOLERANCE));
    List<MatrixPosterior> matrices = posterior(rows, WHOLE).matrices();
    JsonNode blocks = expected.get("blocks");
    assertThat(matrices).hasSize(blocks.size());
    for (int m = 0; m < matrices.size(); m++) {
      assertThat(matrices.get(m).name()).isEqualTo(blocks.get(m).get("name").asText());
      assertFactor(matrices.get(m).inputs(), blocks.get(m), "A");
      assertFactor(matrices.get(m).gradients(), blocks.get(m), "S");
    }
  }

  private static void assertFactor(Decomposition factor, JsonNode block, String name) {
    double[] values = factor.values().toDoubleArray();
    assertThat(Arrays.stream(values).sum())
        .isCloseTo(block.get("trace_" + name).asDouble(), within(TOLERANCE));
    assertThat(Math.sqrt(squared(values)))
        .isCloseTo(block.get("norm_" + name).asDouble(), within(TOLERANCE));
  }

  @ParameterizedTest
  @EnumSource
  void kronecker(By by) {
    compare(found.get(by), "kronecker", WHOLE);
  }

  @ParameterizedTest
  @EnumSource
  void lowRankOfTheWholeFactor(By by) {
    compare(found.get(by), "low_rank", new Ranks(8, 4, LowRankMethod.TRUNCATED));
  }

  /** In the order of the file: that of a fit, the longest rows first, gives other numbers. */
  @ParameterizedTest
  @EnumSource
  void lowRankRowByRow(By by) {
    compare(found.get(by), "low_rank_incremental", new Ranks(8, 4, LowRankMethod.INCREMENTAL));
  }

  private void compare(LaplaceRows rows, String name, Ranks ranks) {
    GaussianPosterior posterior = posterior(rows, ranks);
    JsonNode of = expected.get(name);
    assertEvidence(posterior, of);
    assertPredictive(
        rows, of, (row, precision) -> covariance(posterior, rows.matrices().get(row), precision));
  }

  private GaussianPosterior posterior(LaplaceRows rows, Ranks ranks) {
    try (KroneckerFactors factors = new KroneckerFactors(scope, script, TokenRule.EXPAND, ranks)) {
      for (int row = 0; row < LaplaceRows.TRAINING; row++) {
        double[] probabilities = probabilities(rows.outputs().get(row));
        for (MatrixData data : rows.matrices().get(row)) {
          factors.add(scope, data, probabilities);
        }
      }
      return new GaussianPosterior(
          factors.decomposed(scope), rows.squaredNorm(), logLikelihood(rows));
    }
  }

  private static double logLikelihood(LaplaceRows rows) {
    double sum = 0;
    for (int row = 0; row < LaplaceRows.TRAINING; row++) {
      int label = expected.get("labels").get(row).asInt();
      sum += ChoiceProbabilities.logarithms(rows.outputs().get(row))[label];
    }
    assertThat(sum).isCloseTo(expected.get("log_likelihood").asDouble(), within(TOLERANCE));
    return sum;
  }

  private double[][] covariance(
      GaussianPosterior posterior, List<MatrixData> data, double precision) {
    double[] sum = new double[CLASSES * CLASSES];
    for (int m = 0; m < data.size(); m++) {
      double[] part =
          script
              .covariances(
                  scope, data.get(m), posterior.matrices().get(m), new double[] {precision})
              .toDoubleArray();
      Arrays.setAll(sum, i -> sum[i] + part[i]);
    }
    return byRow(sum);
  }

  /** The whole Gauss-Newton matrix from the same Jacobians, without any Kronecker product. */
  @ParameterizedTest
  @EnumSource
  void wholeMatrix(By by) {
    LaplaceRows rows = found.get(by);
    List<double[]> roots = roots(rows);
    assertTraces(roots, rows.matrices().get(0));
    Decomposition h = decomposed(roots);
    double[] eigenvalues = h.values().toDoubleArray();
    double[] largest = new double[expected.get("dense_eigenvalues").size()];
    Arrays.setAll(largest, i -> eigenvalues[eigenvalues.length - 1 - i]);
    assertThat(largest)
        .containsExactly(numbers(expected.get("dense_eigenvalues")), within(TOLERANCE));
    NDArray one = NativeArrays.of(scope, new double[] {1});
    MatrixPosterior whole = new MatrixPosterior("H", h, new Decomposition(one, one.reshape(1, 1)));
    JsonNode dense = expected.get("dense");
    assertEvidence(
        new GaussianPosterior(List.of(whole), rows.squaredNorm(), logLikelihood(rows)), dense);
    assertPredictive(
        rows,
        dense,
        (row, precision) -> covariance(h, jacobian(rows.matrices().get(row)), precision));
    for (int row = 0; row < LaplaceRows.TEST; row++) {
      double[] lengths =
          Arrays.stream(jacobian(rows.matrices().get(LaplaceRows.TRAINING + row)))
              .mapToDouble(of -> Math.sqrt(squared(of)))
              .toArray();
      assertThat(lengths)
          .containsExactly(numbers(expected.get("test_jacobian_norms").get(row)), within(EXACT));
    }
  }

  /** H is Lᵀ L with a row of L for each training row and class. */
  private static List<double[]> roots(LaplaceRows rows) {
    List<double[]> roots = new ArrayList<>();
    for (int row = 0; row < LaplaceRows.TRAINING; row++) {
      double[] p = probabilities(rows.outputs().get(row));
      double[][] jacobian = jacobian(rows.matrices().get(row));
      for (int c = 0; c < CLASSES; c++) {
        double[] of = new double[jacobian[c].length];
        for (int k = 0; k < CLASSES; k++) {
          double weight = Math.sqrt(p[c]) * (p[k] - (c == k ? 1 : 0));
          for (int i = 0; i < of.length; i++) {
            of[i] += weight * jacobian[k][i];
          }
        }
        roots.add(of);
      }
    }
    return roots;
  }

  /** {@code [classes][parameters]}: of each matrix the sum of s aᵀ, row by row. */
  private static double[][] jacobian(List<MatrixData> matrices) {
    double[][] jacobian =
        new double[CLASSES][matrices.stream().mapToInt(LaplaceReferenceTest::size).sum()];
    int at = 0;
    for (MatrixData data : matrices) {
      double[] block = data.gradients().transpose(0, 2, 1).matMul(data.inputs()).toDoubleArray();
      int own = size(data);
      for (int c = 0; c < CLASSES; c++) {
        System.arraycopy(block, c * own, jacobian[c], at, own);
      }
      at += own;
    }
    return jacobian;
  }

  private static int size(MatrixData matrix) {
    return (int) (matrix.inputs().getShape().get(1) * matrix.gradients().getShape().get(2));
  }

  private static void assertTraces(List<double[]> roots, List<MatrixData> matrices) {
    int from = 0;
    for (int m = 0; m < matrices.size(); m++) {
      int to = from + size(matrices.get(m));
      double trace = 0;
      for (double[] root : roots) {
        trace += squared(Arrays.copyOfRange(root, from, to));
      }
      assertThat(trace)
          .isCloseTo(
              expected.get("blocks").get(m).get("dense_trace").asDouble(), within(TOLERANCE));
      from = to;
    }
  }

  private Decomposition decomposed(List<double[]> roots) {
    int width = roots.get(0).length;
    Ranks ranks = new Ranks(0, roots.size(), LowRankMethod.INCREMENTAL);
    try (RowMoments moments = new RowMoments(scope, script, width, ranks)) {
      moments.add(matrix(roots.toArray(double[][]::new)));
      return moments.decomposed(scope);
    }
  }

  private double[][] covariance(Decomposition h, double[][] jacobian, double precision) {
    NDArray j = matrix(jacobian);
    NDArray turned = j.matMul(h.vectors());
    NDArray share = h.values().div(h.values().add(precision));
    NDArray taken = turned.mul(share).matMul(turned.transpose());
    return byRow(j.matMul(j.transpose()).sub(taken).div(precision).toDoubleArray());
  }

  private NDArray matrix(double[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return NativeArrays.of(scope, flat, new Shape(rows.length, rows[0].length));
  }

  private static void assertEvidence(GaussianPosterior posterior, JsonNode of) {
    assertThat(posterior.parameters()).isEqualTo(expected.get("parameters").asLong());
    assertThat(posterior.matrices().stream().mapToDouble(m -> m.sum(h -> h)).sum())
        .isCloseTo(of.get("trace").asDouble(), within(TOLERANCE));
    for (String name : PRECISIONS) {
      double precision = Double.parseDouble(name);
      JsonNode at = of.get("lambda").get(name);
      assertThat(posterior.logDet(precision))
          .isCloseTo(at.get("log_det").asDouble(), within(TOLERANCE));
      assertThat(posterior.logMarginal(precision))
          .isCloseTo(at.get("log_marginal").asDouble(), within(TOLERANCE));
      assertThat(posterior.gradientLogPrecision(precision))
          .isCloseTo(at.get("gradient_log_lambda").asDouble(), within(TOLERANCE));
    }
    double best = posterior.bestPrecision();
    assertThat(best).isCloseTo(of.get("optimal_lambda").asDouble(), within(EXACT));
    assertThat(posterior.logMarginal(best))
        .isCloseTo(of.get("optimal_log_marginal").asDouble(), within(TOLERANCE));
  }

  private static void assertPredictive(LaplaceRows rows, JsonNode of, Covariances covariances) {
    AverageProbabilities probit = new AverageProbabilities(Averaging.PROBIT, 1, new Seeds(1));
    AverageProbabilities sampled = new AverageProbabilities(Averaging.MC, SAMPLES, new Seeds(1));
    for (int test = 0; test < LaplaceRows.TEST; test++) {
      int row = LaplaceRows.TRAINING + test;
      double[] outputs = rows.outputs().get(row);
      for (String precision : PRECISIONS) {
        JsonNode at = of.get("lambda").get(precision);
        double[][] covariance = covariances.of(row, Double.parseDouble(precision));
        for (int c = 0; c < CLASSES; c++) {
          assertThat(covariance[c])
              .containsExactly(numbers(at.get("covariance").get(test).get(c)), within(TOLERANCE));
        }
        assertThat(exponentials(probit.logarithms(outputs, covariance)))
            .containsExactly(numbers(at.get("probit").get(test)), within(EXACT));
      }
      if (of.has("mean_softmax_lambda_10")) {
        assertThat(exponentials(sampled.logarithms(outputs, covariances.of(row, 10))))
            .containsExactly(
                numbers(of.get("mean_softmax_lambda_10").get(test)), within(OF_SAMPLES));
      }
    }
  }

  private static double[] probabilities(double[] outputs) {
    return exponentials(ChoiceProbabilities.logarithms(outputs));
  }

  private static double[] exponentials(double[] logarithms) {
    return Arrays.stream(logarithms).map(Math::exp).toArray();
  }

  private static double squared(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum();
  }

  private static double[][] byRow(double[] flat) {
    double[][] rows = new double[CLASSES][];
    Arrays.setAll(rows, c -> Arrays.copyOfRange(flat, c * CLASSES, (c + 1) * CLASSES));
    return rows;
  }

  private static double[] numbers(JsonNode array) {
    return SolverReference.numbers(array);
  }
}
