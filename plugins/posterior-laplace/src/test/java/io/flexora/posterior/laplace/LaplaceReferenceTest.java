package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.problem.SolverReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Compares with laplace.json of the folder {@code flexora.reference}, made with PyTorch and numpy:
 * the posterior of what the product's decoder finds of each row.
 */
class LaplaceReferenceTest {

  /** Of log determinants up to 4154 and covariances up to 360: their rounding is some 1e-12. */
  private static final double TOLERANCE = 1e-10;

  private static final double EXACT = 1e-12;
  private static final int SAMPLES = 400_000;

  /** Five standard deviations of the mean of so many numbers between 0 and 1, or more. */
  private static final double OF_SAMPLES = 5 * 0.5 / Math.sqrt(SAMPLES);

  private static final int CLASSES = 4;
  private static final int TRAINING = 12;
  private static final int TEST = 4;

  /** Rows of different lengths, so that there is padding. */
  private static final int BATCH = 5;

  private static final List<String> PRECISIONS = List.of("0.5", "1", "10");
  private static final FactorRanks WHOLE = new FactorRanks(2048, 10, LowRankMethod.INCREMENTAL);

  private static JsonNode expected;
  private static NDManager keeper;
  private static LaplaceScript script;
  private static double squaredNorm;

  /** By row: the training rows, and behind them the test rows. */
  private static Map<Integer, double[]> outputs;

  private static Map<Integer, List<MatrixData>> matrices;

  private NDManager scope;

  @FunctionalInterface
  private interface Covariances {
    double[][] of(int row, double precision);
  }

  @BeforeAll
  static void compute() throws IOException {
    expected = LaplaceLlama.read();
    keeper = TorchEngine.start().newManager(Device.cpu());
    script = LaplaceScript.compile(keeper);
    outputs = new HashMap<>();
    matrices = new HashMap<>();
    List<Tokens> rows = new ArrayList<>(LaplaceLlama.training(expected));
    rows.addAll(LaplaceLlama.test(expected));
    try (LaplaceLlama llama = LaplaceLlama.load()) {
      List<Integer> layers = llama.adapted().plan().layers();
      ExampleMatrices uncertain =
          new ExampleMatrices(keeper, script, llama.adapted(), llama.theta(), layers);
      squaredNorm = uncertain.squaredNorm();
      new GradientPass(llama.adapted(), llama.theta(), layers, BATCH, Differentiated.OUTPUTS)
          .over(
              llama.base().manager(),
              rows,
              (own, row, found) -> {
                outputs.put(row, found.outputs());
                matrices.put(row, uncertain.of(keeper, found));
              },
              done -> {});
    }
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

  @Test
  void outputsAndFactors() {
    for (int row = 0; row < TRAINING + TEST; row++) {
      JsonNode logits =
          row < TRAINING
              ? expected.get("logits").get(row)
              : expected.get("test_logits").get(row - TRAINING);
      assertThat(outputs.get(row)).containsExactly(numbers(logits), within(EXACT));
    }
    assertThat(squaredNorm)
        .isCloseTo(expected.get("theta_norm_squared").asDouble(), within(TOLERANCE));
    List<MatrixPosterior> found = posterior(WHOLE).matrices();
    JsonNode blocks = expected.get("blocks");
    assertThat(found).hasSize(blocks.size());
    for (int m = 0; m < found.size(); m++) {
      assertThat(nameInFile(found.get(m))).isEqualTo(blocks.get(m).get("name").asText());
      assertFactor(found.get(m).inputs(), blocks.get(m), "A");
      assertFactor(found.get(m).gradients(), blocks.get(m), "S");
    }
  }

  private static String nameInFile(MatrixPosterior matrix) {
    return matrix.name().replaceFirst(".*layers\\.(\\d+)\\.self_attn\\.([qv])_proj", "$1.$2");
  }

  private static void assertFactor(Decomposition factor, JsonNode block, String name) {
    double[] values = factor.values().toDoubleArray();
    assertThat(Arrays.stream(values).sum())
        .isCloseTo(block.get("trace_" + name).asDouble(), within(TOLERANCE));
    assertThat(Math.sqrt(squared(values)))
        .isCloseTo(block.get("norm_" + name).asDouble(), within(TOLERANCE));
  }

  @Test
  void kronecker() {
    compare("kronecker", WHOLE);
  }

  @Test
  void lowRankOfTheWholeFactor() {
    compare("low_rank", new FactorRanks(8, 4, LowRankMethod.TRUNCATED));
  }

  /** In the order of the file: that of a fit, the longest rows first, gives other numbers. */
  @Test
  void lowRankRowByRow() {
    compare("low_rank_incremental", new FactorRanks(8, 4, LowRankMethod.INCREMENTAL));
  }

  private void compare(String name, FactorRanks ranks) {
    GaussianPosterior posterior = posterior(ranks);
    JsonNode of = expected.get(name);
    assertEvidence(posterior, of);
    assertPredictive(of, (row, precision) -> covariance(posterior, row, precision));
  }

  private GaussianPosterior posterior(FactorRanks ranks) {
    try (KroneckerFactors factors = new KroneckerFactors(scope, script, TokenRule.EXPAND, ranks)) {
      for (int row = 0; row < TRAINING; row++) {
        double[] probabilities = probabilities(row);
        for (MatrixData data : matrices.get(row)) {
          factors.add(scope, data, probabilities);
        }
      }
      return new GaussianPosterior(factors.decomposed(scope), squaredNorm, logLikelihood());
    }
  }

  private static double logLikelihood() {
    double sum = 0;
    for (int row = 0; row < TRAINING; row++) {
      int label = expected.get("labels").get(row).asInt();
      sum += ChoiceProbabilities.logarithms(outputs.get(row))[label];
    }
    assertThat(sum).isCloseTo(expected.get("log_likelihood").asDouble(), within(TOLERANCE));
    return sum;
  }

  private double[][] covariance(GaussianPosterior posterior, int row, double precision) {
    List<MatrixData> data = matrices.get(row);
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
  @Test
  void wholeMatrix() {
    List<double[]> roots = roots();
    assertTraces(roots);
    Decomposition h = decomposed(roots);
    double[] eigenvalues = h.values().toDoubleArray();
    double[] largest = new double[expected.get("dense_eigenvalues").size()];
    Arrays.setAll(largest, i -> eigenvalues[eigenvalues.length - 1 - i]);
    assertThat(largest)
        .containsExactly(numbers(expected.get("dense_eigenvalues")), within(TOLERANCE));
    NDArray one = NativeArrays.of(scope, new double[] {1});
    MatrixPosterior whole = new MatrixPosterior("H", h, new Decomposition(one, one.reshape(1, 1)));
    JsonNode dense = expected.get("dense");
    assertEvidence(new GaussianPosterior(List.of(whole), squaredNorm, logLikelihood()), dense);
    assertPredictive(dense, (row, precision) -> covariance(h, row, precision));
    for (int row = 0; row < TEST; row++) {
      double[] lengths =
          Arrays.stream(jacobian(TRAINING + row))
              .mapToDouble(of -> Math.sqrt(squared(of)))
              .toArray();
      assertThat(lengths)
          .containsExactly(numbers(expected.get("test_jacobian_norms").get(row)), within(EXACT));
    }
  }

  /** H is Lᵀ L with a row of L for each training row and class. */
  private static List<double[]> roots() {
    List<double[]> roots = new ArrayList<>();
    for (int row = 0; row < TRAINING; row++) {
      double[] p = probabilities(row);
      double[][] jacobian = jacobian(row);
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
  private static double[][] jacobian(int row) {
    List<MatrixData> all = matrices.get(row);
    double[][] jacobian =
        new double[CLASSES][all.stream().mapToInt(LaplaceReferenceTest::size).sum()];
    int at = 0;
    for (MatrixData data : all) {
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

  private static void assertTraces(List<double[]> roots) {
    List<MatrixData> all = matrices.get(0);
    int from = 0;
    for (int m = 0; m < all.size(); m++) {
      int to = from + size(all.get(m));
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
    FactorRanks ranks = new FactorRanks(0, roots.size(), LowRankMethod.INCREMENTAL);
    try (RowMoments moments = new RowMoments(scope, script, width, ranks)) {
      moments.add(matrix(roots.toArray(double[][]::new)));
      return moments.decomposed(scope);
    }
  }

  private double[][] covariance(Decomposition h, int row, double precision) {
    NDArray j = matrix(jacobian(row));
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

  private static void assertPredictive(JsonNode of, Covariances covariances) {
    AverageProbabilities probit = new AverageProbabilities(Averaging.PROBIT, 1, new Seeds(1));
    AverageProbabilities sampled = new AverageProbabilities(Averaging.MC, SAMPLES, new Seeds(1));
    for (int test = 0; test < TEST; test++) {
      int row = TRAINING + test;
      double[] logits = outputs.get(row);
      for (String precision : PRECISIONS) {
        JsonNode at = of.get("lambda").get(precision);
        double[][] covariance = covariances.of(row, Double.parseDouble(precision));
        for (int c = 0; c < CLASSES; c++) {
          assertThat(covariance[c])
              .containsExactly(numbers(at.get("covariance").get(test).get(c)), within(TOLERANCE));
        }
        assertThat(exponentials(probit.logarithms(logits, covariance)))
            .containsExactly(numbers(at.get("probit").get(test)), within(EXACT));
      }
      if (of.has("mean_softmax_lambda_10")) {
        assertThat(exponentials(sampled.logarithms(logits, covariances.of(row, 10))))
            .containsExactly(
                numbers(of.get("mean_softmax_lambda_10").get(test)), within(OF_SAMPLES));
      }
    }
  }

  private static double[] probabilities(int row) {
    return exponentials(ChoiceProbabilities.logarithms(outputs.get(row)));
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
