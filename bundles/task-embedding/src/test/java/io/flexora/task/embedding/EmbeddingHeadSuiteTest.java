package io.flexora.task.embedding;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import io.flexora.task.embedding.EmbeddingOptions.Loss;
import io.flexora.task.embedding.EmbeddingOptions.Pooling;
import io.flexora.testkit.HeadSuite;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Nested;

class EmbeddingHeadSuiteTest {

  private static final List<Double> SCORES = List.of(0.8, 0.35, 0.35, 0.1);

  private static List<Example> examples(String... negatives) {
    return SCORES.stream()
        .map(
            score ->
                Example.measured(
                    "e" + score,
                    "query",
                    new Target.Passages("positive", List.of(negatives), OptionalDouble.of(score))))
        .toList();
  }

  @Nested
  class Ranking extends HeadSuite {

    @Override
    protected Head head() {
      return new EmbeddingHead(
          3, Loss.MULTIPLE_NEGATIVES_RANKING, 20, List.of(), Pooling.MODEL, true);
    }

    @Override
    protected List<Example> examples() {
      return EmbeddingHeadSuiteTest.examples("negative");
    }
  }

  @Nested
  class Matryoshka extends HeadSuite {

    @Override
    protected Head head() {
      return new EmbeddingHead(
          2, Loss.MULTIPLE_NEGATIVES_RANKING, 5, List.of(4, 2), Pooling.MEAN, false);
    }

    @Override
    protected List<Example> examples() {
      return EmbeddingHeadSuiteTest.examples();
    }
  }

  @Nested
  class CoSent extends HeadSuite {

    @Override
    protected Head head() {
      return new EmbeddingHead(2, Loss.COSENT, 20, List.of(), Pooling.CLS, true);
    }

    @Override
    protected List<Example> examples() {
      return EmbeddingHeadSuiteTest.examples();
    }
  }

  @Nested
  class Cosine extends HeadSuite {

    @Override
    protected Head head() {
      return new EmbeddingHead(2, Loss.COSINE, 20, List.of(), Pooling.MODEL, true);
    }

    @Override
    protected List<Example> examples() {
      return EmbeddingHeadSuiteTest.examples();
    }
  }
}
