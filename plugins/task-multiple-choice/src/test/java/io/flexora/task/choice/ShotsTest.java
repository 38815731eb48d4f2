package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.task.Examples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShotsTest {
  private static final int TRAINING = 12;
  private static final int TEST = 600;

  private static List<Row> rows(String split, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Row(
                    split + ":" + i,
                    Map.of("goal", split + i, "sol1", "one", "sol2", "two", "label", i % 2)))
        .toList();
  }

  private static Examples examples(int shots, FewshotSampler sampler, long seed) {
    return new HarnessTasks.Piqa(new ShotOptions(shots, sampler), new Seeds(seed))
        .examples(
            Map.of(
                Split.TRAIN, rows("train", TRAINING),
                Split.VALIDATION, rows("validation", 3),
                Split.TEST, rows("test", TEST)));
  }

  @Test
  void showsTheFirstRows() {
    Example example = examples(2, FewshotSampler.FIRST, 1).of(Split.TEST).get(1);
    assertThat(example.prompt())
        .isEqualTo(
            "Question: train0\nAnswer: one\n\nQuestion: train1\nAnswer: two\n\n"
                + "Question: test1\nAnswer:");
  }

  @Test
  void refusesToAskWithoutTrainingRows() {
    HarnessTasks.Piqa task =
        new HarnessTasks.Piqa(new ShotOptions(2, FewshotSampler.FIRST), new Seeds(1));
    assertThatThrownBy(() -> task.questions(rows("test", 1), Head.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("'fewshot: 2'")
        .hasMessageContaining("--set task.fewshot=0");
  }

  @Test
  void showsNoneInFrontOfTrainingAndValidationRows() {
    Examples examples = examples(2, FewshotSampler.RANDOM, 1);
    assertThat(examples.of(Split.TRAIN).get(3).prompt()).isEqualTo("Question: train3\nAnswer:");
    assertThat(examples.of(Split.VALIDATION).get(0).prompt())
        .isEqualTo("Question: validation0\nAnswer:");
  }

  @Test
  void drawsEveryRowAtEveryPlaceAboutAsOften() {
    Map<String, Integer> counts = new HashMap<>();
    for (Example example : examples(3, FewshotSampler.RANDOM, 4).of(Split.TEST)) {
      String[] turns = example.prompt().split("\n\n", -1);
      assertThat(turns).hasSize(4).doesNotHaveDuplicates();
      for (int place = 0; place < 3; place++) {
        counts.merge(place + turns[place], 1, Integer::sum);
      }
    }
    // 600 draws of one row among 12 at each place: 50 expected, standard deviation 6.8.
    assertThat(counts).hasSize(3 * TRAINING);
    assertThat(counts.values()).allMatch(c -> c > 20 && c < 85);
  }

  @Test
  void drawsBySeedAndRowAlone() {
    List<Example> drawn = examples(3, FewshotSampler.RANDOM, 4).of(Split.TEST);
    assertThat(examples(3, FewshotSampler.RANDOM, 4).of(Split.TEST)).isEqualTo(drawn);
    assertThat(examples(3, FewshotSampler.RANDOM, 5).of(Split.TEST)).isNotEqualTo(drawn);
  }

  @Test
  void neverShowsTheQuestionItself() {
    List<Row> same = rows("train", 4);
    Examples examples =
        new HarnessTasks.Piqa(new ShotOptions(3, FewshotSampler.RANDOM), new Seeds(2))
            .examples(Map.of(Split.TRAIN, same, Split.TEST, same));
    for (Example example : examples.of(Split.TEST)) {
      String question = "Question: " + example.id().replace(":", "") + "\n";
      assertThat(example.prompt().indexOf(question))
          .isPositive()
          .isEqualTo(example.prompt().lastIndexOf(question));
    }
  }

  @Test
  void refusesMoreShotsThanThereAreRows() {
    for (FewshotSampler sampler : FewshotSampler.values()) {
      assertThatThrownBy(() -> examples(13, sampler, 1))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("fewshot: 13")
          .hasMessageContaining("there are 12");
    }
  }
}
