package io.flexora.task.embedding;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.testkit.TaskSuite;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddingSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "{use: embedding, negatives: [negative], score: score}";
  }

  @Override
  protected Map<Split, List<Row>> rows() {
    Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      rows.put(split, IntStream.range(0, 5).mapToObj(i -> row(split, i)).toList());
    }
    return rows;
  }

  private static Row row(Split split, int i) {
    return new Row(
        split + ":" + i,
        Map.of("query", "q " + i, "positive", "p " + i, "negative", "n " + i, "score", i * 0.2));
  }

  /** A question has its query alone, so its texts are not those of an example. */
  @Override
  protected List<String> answerFields() {
    return List.of("positive", "negative", "score");
  }

  @Test
  void lossesOfScoresWantScores() {
    assertThatThrownBy(() -> new EmbeddingTask(options(EmbeddingOptions.Loss.COSENT)))
        .isInstanceOf(IncompatibleOptionException.class)
        .hasMessageContaining("'score'");
  }

  private static EmbeddingOptions options(EmbeddingOptions.Loss loss) {
    return new EmbeddingOptions(
        "query",
        "positive",
        List.of(),
        Optional.empty(),
        loss,
        20,
        List.of(),
        EmbeddingOptions.Pooling.MODEL,
        true);
  }
}
