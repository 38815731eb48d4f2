package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares with numpy; the property {@code flexora.reference} names the folder. */
class LaplaceReferenceTest {

  private static final double TOLERANCE = 1e-9;
  private static final int CLASSES = 4;
  private static final List<String> PRECISIONS = List.of("0.5", "1", "10");
  private static final Ranks WHOLE = new Ranks(2048, 10, LowRankMethod.INCREMENTAL);

  private JsonNode expected;
  private NDManager manager;
  private Reference reference;
  private LaplaceScript script;

  @BeforeEach
  void open() throws IOException {
    String folder = System.getProperty("flexora.reference", "");
    assumeTrue(!folder.isEmpty(), "flexora.reference names no folder");
    expected = Reference.expected(folder);
    reference = new Reference();
    manager = TorchEngine.start().newManager(Device.cpu());
    script = LaplaceScript.compile(manager);
  }

  @AfterEach
  void close() throws IOException {
    if (reference != null) {
      reference.close();
      manager.close();
    }
  }

  @Test
  void kronecker() throws IOException {
    compare("kronecker", WHOLE);
  }

  @Test
  void lowRankOfTheWholeFactor() throws IOException {
    compare("low_rank", new Ranks(8, 4, LowRankMethod.TRUNCATED));
  }

  @Test
  void lowRankRowByRow() throws IOException {
    compare("low_rank_incremental", new Ranks(8, 4, LowRankMethod.INCREMENTAL));
  }

  @Test
  void factorsOfEachMatrix() throws IOException {
    List<MatrixPosterior> found = posterior(WHOLE).matrices();
    JsonNode blocks = expected.get("blocks");
    assertThat(found).hasSize(blocks.size());
    for (int m = 0; m < found.size(); m++) {
      assertThat(found.get(m).name()).isEqualTo(blocks.get(m).get("name").asText());
      assertFactor(found.get(m).inputs(), blocks.get(m), "A");
      assertFactor(found.get(m).gradients(), blocks.get(m), "S");
    }
  }

  private static void assertFactor(Decomposition found, JsonNode block, String factor) {
    double[] values = found.values().toDoubleArray();
    assertThat(Arrays.stream(values).sum())
        .isCloseTo(block.get("trace_" + factor).asDouble(), within(TOLERANCE));
    assertThat(Math.sqrt(Arrays.stream(values).map(v -> v * v).sum()))
        .isCloseTo(block.get("norm_" + factor).asDouble(), within(TOLERANCE));
  }

  /** The whole Gauss-Newton matrix from the same Jacobians, without any Kronecker product. */
  @Test
  void wholeMatrix() throws IOException {
    Decomposition h = wholeMatrixDecomposed();
    double[] eigenvalues = h.values().toDoubleArray();
    double[] largest = new double[expected.get("dense_eigenvalues").size()];
    for (int i = 0; i < largest.length; i++) {
      largest[i] = eigenvalues[eigenvalues.length - 1 - i];
    }
    assertThat(largest)
        .containsExactly(doubles(expected.get("dense_eigenvalues")), within(TOLERANCE));
    NDArray one = NativeArrays.of(manager, new double[] {1});
    MatrixPosterior whole = new MatrixPosterior("H", h, new Decomposition(one, one.reshape(1, 1)));
    JsonNode dense = expected.get("dense");
    assertEvidence(
        new GaussianPosterior(List.of(whole), reference.squaredNorm(), logLikelihood()), dense);
    for (int row = 0; row < Reference.TEST; row++) {
      double[] jacobian = jacobian(Reference.TRAINING + row);
      int width = jacobian.length / CLASSES;
      for (int c = 0; c < CLASSES; c++) {
        double squared = Arrays.stream(jacobian, c * width, (c + 1) * width).map(v -> v * v).sum();
        assertThat(Math.sqrt(squared))
            .isCloseTo(
                expected.get("test_jacobian_norms").get(row).get(c).asDouble(), within(TOLERANCE));
      }
      for (String precision : PRECISIONS) {
        assertCovariance(
            covariance(h, jacobian, Double.parseDouble(precision)),
            dense.get("lambda").get(precision).get("covariance").get(row));
      }
    }
  }

  /** H is Lᵀ L with a row of L for each training row and class. */
  private Decomposition wholeMatrixDecomposed() throws IOException {
    List<double[]> rows = new ArrayList<>();
    for (int row = 0; row < Reference.TRAINING; row++) {
      double[] p = probabilities(row);
      double[] jacobian = jacobian(row);
      int width = jacobian.length / CLASSES;
      for (int c = 0; c < CLASSES; c++) {
        double[] of = new double[width];
        for (int k = 0; k < CLASSES; k++) {
          double weight = Math.sqrt(p[c]) * (p[k] - (c == k ? 1 : 0));
          for (int i = 0; i < width; i++) {
            of[i] += weight * jacobian[k * width + i];
          }
        }
        rows.add(of);
      }
    }
    int width = rows.get(0).length;
    Ranks ranks = new Ranks(0, rows.size(), LowRankMethod.INCREMENTAL);
    try (RowMoments moments = new RowMoments(manager, script, width, ranks)) {
      moments.add(
          NativeArrays.of(
              manager,
              rows.stream().flatMapToDouble(Arrays::stream).toArray(),
              new Shape(rows.size(), width)));
      return moments.decomposed(manager);
    }
  }

  private double[][] covariance(Decomposition h, double[] jacobian, double precision) {
    NDArray j = NativeArrays.of(manager, jacobian, new Shape(CLASSES, jacobian.length / CLASSES));
    NDArray turned = j.matMul(h.vectors());
    NDArray share = h.values().div(h.values().add(precision));
    NDArray taken = turned.mul(share).matMul(turned.transpose());
    double[] flat = j.matMul(j.transpose()).sub(taken).div(precision).toDoubleArray();
    double[][] covariance = new double[CLASSES][];
    for (int c = 0; c < CLASSES; c++) {
      covariance[c] = Arrays.copyOfRange(flat, CLASSES * c, CLASSES * (c + 1));
    }
    return covariance;
  }

  /** {@code [classes, parameters]}: of each matrix the sum of s aᵀ, row by row. */
  private double[] jacobian(int row) throws IOException {
    List<double[]> blocks = new ArrayList<>();
    for (MatrixData data : reference.matrices(manager, script, row)) {
      blocks.add(data.gradients().transpose(0, 2, 1).matMul(data.inputs()).toDoubleArray());
    }
    double[] jacobian = new double[blocks.stream().mapToInt(b -> b.length).sum()];
    int width = jacobian.length / CLASSES;
    int at = 0;
    for (double[] block : blocks) {
      int own = block.length / CLASSES;
      for (int c = 0; c < CLASSES; c++) {
        System.arraycopy(block, c * own, jacobian, c * width + at, own);
      }
      at += own;
    }
    return jacobian;
  }

  private void compare(String name, Ranks ranks) throws IOException {
    GaussianPosterior posterior = posterior(ranks);
    JsonNode of = expected.get(name);
    assertEvidence(posterior, of);
    for (String precision : PRECISIONS) {
      JsonNode at = of.get("lambda").get(precision);
      for (int row = 0; row < Reference.TEST; row++) {
        double[][] covariance = covariance(posterior, row, Double.parseDouble(precision));
        assertCovariance(covariance, at.get("covariance").get(row));
        double[] logarithms =
            new AverageProbabilities(Averaging.PROBIT, 1, new Seeds(1))
                .logarithms(reference.outputs(Reference.TRAINING + row), covariance);
        assertThat(Arrays.stream(logarithms).map(Math::exp).toArray())
            .containsExactly(doubles(at.get("probit").get(row)), within(TOLERANCE));
      }
    }
    JsonNode means = of.get("mean_softmax_lambda_10");
    for (int row = 0; means != null && row < Reference.TEST; row++) {
      double[] logarithms =
          new AverageProbabilities(Averaging.MC, 100_000, new Seeds(row))
              .logarithms(
                  reference.outputs(Reference.TRAINING + row), covariance(posterior, row, 10));
      // The mean of 100,000 numbers between 0 and 1 has a standard deviation of at most 1.6e-3.
      assertThat(Arrays.stream(logarithms).map(Math::exp).toArray())
          .containsExactly(doubles(means.get(row)), within(4e-3));
    }
  }

  private static void assertEvidence(GaussianPosterior posterior, JsonNode of) {
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
    assertThat(best).isCloseTo(of.get("optimal_lambda").asDouble(), within(TOLERANCE));
    assertThat(posterior.logMarginal(best))
        .isCloseTo(of.get("optimal_log_marginal").asDouble(), within(TOLERANCE));
  }

  private double[][] covariance(GaussianPosterior posterior, int row, double precision)
      throws IOException {
    List<MatrixData> data = reference.matrices(manager, script, Reference.TRAINING + row);
    double[][] sum = new double[CLASSES][CLASSES];
    for (int m = 0; m < data.size(); m++) {
      double[] part =
          script
              .covariances(
                  manager, data.get(m), posterior.matrices().get(m), new double[] {precision})
              .toDoubleArray();
      for (int i = 0; i < part.length; i++) {
        sum[i / CLASSES][i % CLASSES] += part[i];
      }
    }
    return sum;
  }

  private static void assertCovariance(double[][] found, JsonNode covariance) {
    for (int c = 0; c < found.length; c++) {
      assertThat(found[c]).containsExactly(doubles(covariance.get(c)), within(TOLERANCE));
    }
  }

  private GaussianPosterior posterior(Ranks ranks) throws IOException {
    try (KroneckerFactors factors =
        new KroneckerFactors(manager, script, TokenRule.EXPAND, ranks)) {
      for (int row = 0; row < Reference.TRAINING; row++) {
        for (MatrixData data : reference.matrices(manager, script, row)) {
          factors.add(manager, data, probabilities(row));
        }
      }
      return new GaussianPosterior(
          factors.decomposed(manager), reference.squaredNorm(), logLikelihood());
    }
  }

  private double[] probabilities(int row) throws IOException {
    double[] logarithms = ChoiceProbabilities.logarithms(reference.outputs(row));
    return Arrays.stream(logarithms).map(Math::exp).toArray();
  }

  private double logLikelihood() throws IOException {
    double sum = 0;
    for (int row = 0; row < Reference.TRAINING; row++) {
      int label = expected.get("labels").get(row).asInt();
      sum += ChoiceProbabilities.logarithms(reference.outputs(row))[label];
    }
    assertThat(sum).isCloseTo(expected.get("log_likelihood").asDouble(), within(TOLERANCE));
    return sum;
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
