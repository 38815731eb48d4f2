package io.flexora.task.tokenclassification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.task.tokenclassification.Entity.Mode;
import io.flexora.testkit.MetricSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EntityMetricTest {

  private static final List<List<String>> TRUE =
      List.of(
          List.of("B-PER", "I-PER", "O", "B-LOC"),
          List.of("O", "B-ORG", "I-ORG", "I-ORG", "O", "B-PER"),
          List.of("B-LOC", "B-LOC", "I-LOC", "O", "O"),
          List.of("O", "O", "O"),
          List.of("B-PER", "O", "B-ORG", "I-ORG", "O", "B-MISC"),
          List.of("B-LOC", "I-LOC", "O", "B-PER", "I-PER", "I-PER", "O"));

  private static final List<List<String>> PREDICTED =
      List.of(
          List.of("B-PER", "I-PER", "O", "I-LOC"),
          List.of("O", "I-ORG", "I-ORG", "I-ORG", "O", "B-LOC"),
          List.of("B-LOC", "I-LOC", "I-LOC", "O", "B-PER"),
          List.of("O", "I-PER", "O"),
          List.of("B-PER", "I-ORG", "B-ORG", "I-ORG", "O", "O"),
          List.of("B-LOC", "I-LOC", "I-ORG", "B-PER", "I-PER", "B-PER", "I-PER"));

  private static ScoredExample example(String id, List<String> tags, List<String> predicted) {
    List<Head.Word> words = Head.Word.separatedBySpaces("w ".repeat(tags.size()));
    return new ScoredExample(
        Example.measured(id, "w ".repeat(tags.size()), new TaggedWords(words, tags)),
        new Prediction(id, new Answer.Tags(predicted, tags)),
        List.of());
  }

  private static ScoredExamples scored() {
    List<ScoredExample> scored = new ArrayList<>();
    for (int i = 0; i < TRUE.size(); i++) {
      scored.add(example("e" + i, TRUE.get(i), PREDICTED.get(i)));
    }
    return new ScoredExamples(scored);
  }

  private static List<Double> values(Metric metric, ScoredExamples scored) {
    return metric.compute(scored).stream().map(result -> result.value().value()).toList();
  }

  private static EntityMetric entities(Mode mode) {
    return new EntityMetric(new EntityMetric.Options(mode));
  }

  private static void requireClose(List<Double> found, double... expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).as("figure %d", i).isCloseTo(expected[i], within(1e-12));
    }
  }

  /** F1, precision, recall and macro F1 of seqeval without a mode, and of its strict mode. */
  @Test
  void agreesWithSeqeval() {
    requireClose(
        values(entities(Mode.DEFAULT), scored()),
        0.48,
        0.42857142857142855,
        0.5454545454545454,
        0.3916666666666666);
    requireClose(
        values(entities(Mode.STRICT), scored()),
        0.4,
        0.4444444444444444,
        0.36363636363636365,
        0.3492063492063492);
    requireClose(values(new TagAccuracy(), scored()), 0.6451612903225806);
  }

  @Test
  void withoutEntitiesAllIsZero() {
    ScoredExamples none =
        new ScoredExamples(List.of(example("e", List.of("O", "O"), List.of("O", "O"))));
    requireClose(values(entities(Mode.DEFAULT), none), 0, 0, 0, 0);
    requireClose(values(new TagAccuracy(), none), 1);
  }

  /** A metric by its configuration. */
  abstract static class Named extends MetricSuite {

    private final String configuration;

    Named(String configuration) {
      this.configuration = configuration;
    }

    @Override
    protected String configuration() {
      return configuration;
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      List<String> tags = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tags.add(List.of("O", "B-X", "B-Y").get(random.nextInt(3)));
        tags.add(tags.get(2 * i).equals("B-X") ? "I-X" : "O");
      }
      List<String> predicted =
          IntStream.range(0, tags.size())
              .mapToObj(i -> random.nextInt(4) == 0 ? "O" : tags.get(i))
              .toList();
      return example("e" + index, tags, predicted);
    }

    @Override
    protected ScoredExample perfect(ScoredExample example) {
      List<String> tags = TaggedWords.of(example.example()).orElseThrow().tags();
      return example(example.example().id(), tags, tags);
    }
  }

  @Nested
  class Default extends Named {
    Default() {
      super("entities");
    }
  }

  @Nested
  class Strict extends Named {
    Strict() {
      super("{use: entities, mode: strict}");
    }
  }

  @Nested
  class Accuracy extends Named {
    Accuracy() {
      super("tag_accuracy");
    }
  }
}
