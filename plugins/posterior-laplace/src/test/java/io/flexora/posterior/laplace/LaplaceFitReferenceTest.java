package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.input.Tokens;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import io.flexora.testkit.fixture.problem.SolverReference;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a run gets: the extension's fit and predictions on the product's decoder, against
 * laplace.json of the folder {@code flexora.reference}, made with PyTorch and numpy.
 */
class LaplaceFitReferenceTest {

  /** The evidence has a log determinant up to 4154, whose rounding is some 1e-12. */
  private static final double TOLERANCE = 1e-10;

  private static final double EXACT = 1e-12;
  private static final int SAMPLES = 400_000;

  /** Five standard deviations of the mean of so many numbers between 0 and 1, or more. */
  private static final double OF_SAMPLES = 5 * 0.5 / Math.sqrt(SAMPLES);

  /** Rows of different lengths, so that there is padding. */
  private static final int BATCH = 5;

  private static JsonNode published;
  private static LaplaceLlama llama;

  @BeforeAll
  static void load() throws IOException {
    published = LaplaceLlama.read();
    llama = LaplaceLlama.load();
  }

  @AfterAll
  static void close() {
    if (llama != null) {
      llama.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kronecker", "low_rank"})
  void theEvidenceChoosesThePrecision(String posterior) {
    try (NDManager scope = llama.base().manager().newSubManager()) {
      Predictive found = fitted(scope, posterior, Optional.empty(), Averaging.PROBIT);
      JsonNode of = published.get(posterior);
      double best = of.get("optimal_lambda").asDouble();
      assertFigure(found, "prior_precision", best, EXACT);
      assertFigure(found, "log_evidence", of.get("optimal_log_marginal").asDouble(), TOLERANCE);
      assertFigure(
          found, "log_evidence_initial", of.at("/lambda/1/log_marginal").asDouble(), TOLERANCE);
      // Where the evidence has its maximum.
      assertFigure(found, "effective_parameters", best * squaredNorm(), TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kronecker, 0.5",
    "kronecker, 1",
    "kronecker, 10",
    "low_rank, 0.5",
    "low_rank, 1",
    "low_rank, 10"
  })
  void aPrecisionThatIsWrittenCounts(String posterior, String written) {
    double precision = Double.parseDouble(written);
    try (NDManager scope = llama.base().manager().newSubManager()) {
      Predictive found = fitted(scope, posterior, Optional.of(precision), Averaging.PROBIT);
      JsonNode of = published.get(posterior).get("lambda").get(written);
      assertFigure(found, "prior_precision", precision, 0);
      assertFigure(found, "log_evidence", of.get("log_marginal").asDouble(), TOLERANCE);
      double effective = 2 * of.get("gradient_log_lambda").asDouble() + precision * squaredNorm();
      assertFigure(found, "effective_parameters", effective, TOLERANCE);
      assertProbabilities(scope, found, of.get("probit"), EXACT);
    }
  }

  @Test
  void samplesGiveTheMeanOfTheSoftmax() {
    try (NDManager scope = llama.base().manager().newSubManager()) {
      Predictive found = fitted(scope, "kronecker", Optional.of(10.0), Averaging.MC);
      JsonNode means = published.get("kronecker").get("mean_softmax_lambda_10");
      assertProbabilities(scope, found, means, OF_SAMPLES);
    }
  }

  private static Predictive fitted(
      NDManager scope, String posterior, Optional<Double> precision, Averaging averaging) {
    LaplaceOptions options =
        new LaplaceOptions(
            TokenRule.EXPAND,
            LaplaceOptions.UncertainLayers.ALL,
            precision,
            LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
            averaging,
            SAMPLES,
            posterior.equals("kronecker") ? 2048 : 8,
            4,
            LowRankMethod.TRUNCATED,
            BATCH);
    return new LaplacePosterior(options)
        .fit(
            new PosteriorOnModel(
                llama.adapted(),
                llama.theta(),
                LaplaceLlama.training(published),
                List.of(),
                List.of(),
                new Seeds(1),
                scope,
                new RecordingMonitor()));
  }

  private static double squaredNorm() {
    return published.get("theta_norm_squared").asDouble();
  }

  private static void assertFigure(
      Predictive found, String figure, double expected, double tolerance) {
    assertThat(found.figures().get(figure).number().orElseThrow())
        .as(figure)
        .isCloseTo(expected, within(tolerance));
  }

  private static void assertProbabilities(
      NDManager scope, Predictive found, JsonNode expected, double tolerance) {
    List<Tokens> test = LaplaceLlama.test(published);
    List<double[]> scores =
        ExampleScores.of(
            scope, llama.adapted(), test, ScoringBatches.ofExamples(BATCH), found::scores);
    for (int row = 0; row < test.size(); row++) {
      double[] logarithms = ChoiceProbabilities.logarithms(scores.get(row));
      assertThat(Arrays.stream(logarithms).map(Math::exp).toArray())
          .containsExactly(SolverReference.numbers(expected.get(row)), within(tolerance));
    }
  }
}
