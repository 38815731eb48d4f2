package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReliabilityDiagramTest {

  private static final int EXAMPLES = 299;

  /** Confidences from 0.45 to 0.95, which are in the bins 7 to 15 of 15 of equal width. */
  @ParameterizedTest
  @CsvSource({"ece, 9", "adaptive_ece, 15"})
  void itsGapsAddUpToTheErrorAndItsCountsToTheExamples(String metric, int bins) {
    MetricValue measured = measured(drawn(), metric);
    List<Diagram.Point> points = points(measured);
    assertThat(points)
        .hasSize(bins)
        .allMatch(point -> point.examples() > 0)
        .isSortedAccordingTo(Comparator.comparingDouble(Diagram.Point::x));
    assertThat(points.stream().mapToLong(Diagram.Point::examples).sum()).isEqualTo(EXAMPLES);
    double gaps =
        points.stream()
            .mapToDouble(point -> point.examples() * Math.abs(point.y() - point.x()))
            .sum();
    // A model that is 10 % too sure has gaps to add up.
    assertThat(measured.value()).isGreaterThan(0.08).isCloseTo(gaps / EXAMPLES, within(1e-12));
  }

  /** Ten examples in one bin, of which seven are right, and twenty in the last, all right. */
  @Test
  void aBinHasItsMeansItsCountAndWilsonsInterval() {
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < 10; i++) {
      double confidence = i % 2 == 0 ? 0.74 : 0.76;
      context.text(1, i < 7 ? 0 : 1, confidence, 1 - confidence);
    }
    for (int i = 0; i < 20; i++) {
      context.text(1, 0, 0.95, 0.05);
    }
    List<Diagram.Point> points = points(measured(context, "ece"));
    assertThat(points).hasSize(2);
    assertThat(measured(context, "ece").diagram().orElseThrow().title())
        .isEqualTo("Reliability of 30 examples in up to 15 bins, 2 choices");
    // The intervals are those of scipy.stats.binomtest(k, n).proportion_ci(method='wilson').
    assertPoint(
        points.get(0), new Diagram.Point(0.75, 0.7, 0.39677814746114526, 0.892208732593699, 10));
    assertPoint(points.get(1), new Diagram.Point(0.95, 1, 0.8388748419471808, 1, 20));
  }

  /** Seven probabilities up to one half, of which two came true, and two above, of which one. */
  @Test
  void thatOfAllClassesHasEachExampleOnceForEachClass() {
    AssignedQuestions context =
        new AssignedQuestions()
            .text(1, 1, 0.6, 0.3, 0.1)
            .text(1, 1, 0.4, 0.4, 0.2)
            .text(1, 2, 0.3, 0.1, 0.6);
    Diagram diagram =
        Measured.of(context, Measured.CLASSWISE_ECE)
            .metrics()
            .get("classwise_ece")
            .diagram()
            .orElseThrow();
    assertThat(diagram.title())
        .isEqualTo("Reliability of 3 examples in up to 2 bins, 3 classes together");
    assertThat(diagram.points()).hasSize(2);
    assertThat(diagram.points().get(0).x()).isCloseTo(1.8 / 7, within(1e-12));
    assertThat(diagram.points().get(0).y()).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(diagram.points().get(0).examples()).isEqualTo(7);
    assertThat(diagram.points().get(1).x()).isCloseTo(0.6, within(1e-12));
    assertThat(diagram.points().get(1).y()).isCloseTo(0.5, within(1e-12));
    assertThat(diagram.points().get(1).examples()).isEqualTo(2);
  }

  private static void assertPoint(Diagram.Point found, Diagram.Point expected) {
    assertThat(found.x()).isCloseTo(expected.x(), within(1e-12));
    assertThat(found.y()).isCloseTo(expected.y(), within(1e-12));
    assertThat(found.low()).isCloseTo(expected.low(), within(1e-12));
    assertThat(found.high()).isCloseTo(expected.high(), within(1e-12));
    assertThat(found.examples()).isEqualTo(expected.examples());
  }

  /** Answers of a model that is right less often by 10 % than it is sure. */
  private static AssignedQuestions drawn() {
    SplittableRandom random = new SplittableRandom(3);
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < EXAMPLES; i++) {
      double confidence = 0.45 + 0.5 * random.nextDouble();
      double rest = (1 - confidence) / 3;
      boolean right = random.nextDouble() < confidence - 0.1;
      context.text(1, right ? 0 : 1, confidence, rest, rest, rest);
    }
    return context;
  }

  private static MetricValue measured(AssignedQuestions context, String metric) {
    return Measured.of(context, Measured.ECE, Measured.ADAPTIVE_ECE).metrics().get(metric);
  }

  private static List<Diagram.Point> points(MetricValue measured) {
    return measured.diagram().orElseThrow().points();
  }
}
