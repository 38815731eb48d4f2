package io.flexora.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.testkit.MetricSuite;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetrievalMetricTest {

  private static ScoredExample row(
      String id, String query, String positive, OptionalDouble score, double[]... vectors) {
    return new ScoredExample(
        Example.measured(id, query, new Target.Passages(positive, List.of(), score)),
        new Prediction(
            id,
            new Answer.Vectors(
                List.of(vectors).stream().map(v -> DoubleStream.of(v).boxed().toList()).toList())),
        List.of());
  }

  private static double[] drawn(SplittableRandom random) {
    return random.doubles(4, -1, 1).toArray();
  }

  private static double[] near(double[] to, double distance, SplittableRandom random) {
    double[] moved = drawn(random);
    for (int i = 0; i < moved.length; i++) {
      moved[i] = to[i] + distance * moved[i];
    }
    return moved;
  }

  @Test
  void rowsOfOneQueryAreOneSearch() {
    double[] query = {1, 0};
    double[] near = {1, 0.1};
    double[] far = {0, 1};
    List<Metric.Result> found =
        new RetrievalMetric(new RetrievalMetric.Options(1))
            .compute(
                new ScoredExamples(
                    List.of(
                        row("a", "q", "near", OptionalDouble.empty(), query, near),
                        row("b", "q", "far", OptionalDouble.empty(), query, far),
                        row("c", "other", "far", OptionalDouble.empty(), near, far))));
    assertThat(found)
        .extracting(result -> result.value().name())
        .containsExactly("ndcg_at_1", "mrr_at_1", "recall_at_1", "map");
    // Two rows find one of two texts first; the third finds the other text before its own.
    assertThat(found.get(2).value().value()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(found.get(3).value().value()).isCloseTo((1 + 1 + 0.5) / 3, within(1e-12));
  }

  @Nested
  class Retrieval extends MetricSuite {

    @Override
    protected String configuration() {
      return "{use: retrieval, k: 3}";
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      double[] query = drawn(random);
      return row(
          "e" + index,
          "query " + index,
          "text " + index,
          OptionalDouble.empty(),
          query,
          near(query, 0.3, random));
    }

    @Override
    protected ScoredExample perfect(ScoredExample example) {
      double[] query = Embedded.of(example, 0).numbers();
      return row(
          example.example().id(),
          example.example().prompt(),
          Embedded.texts(example.example()).get(1),
          OptionalDouble.empty(),
          query,
          query);
    }
  }

  @Nested
  class Correlations extends MetricSuite {

    @Override
    protected String configuration() {
      return "spearman_cosine";
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      double[] query = drawn(random);
      double distance = random.nextDouble(0.1, 3);
      return row(
          "e" + index,
          "query",
          "text",
          OptionalDouble.of(1 / distance),
          query,
          near(query, distance, random));
    }

    @Override
    protected ScoredExample perfect(ScoredExample example) {
      double cosine = Math.tanh(Embedded.score(example.example()).orElseThrow());
      return row(
          example.example().id(),
          "query",
          "text",
          Embedded.score(example.example()),
          new double[] {1, 0},
          new double[] {cosine, Math.sqrt(1 - cosine * cosine)});
    }
  }
}
