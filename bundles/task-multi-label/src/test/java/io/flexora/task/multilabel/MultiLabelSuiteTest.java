package io.flexora.task.multilabel;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.task.Examples;
import io.flexora.testkit.HeadSuite;
import io.flexora.testkit.TaskSuite;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MultiLabelSuiteTest {

  private static final List<Example> EXAMPLES =
      List.of(
          Example.measured("a", "one", new LabelSet(List.of(0, 2))),
          Example.measured("b", "two", new LabelSet(List.of())),
          Example.measured("c", "three", new LabelSet(List.of(1))));

  private static LabelsHead unfitted() {
    return new LabelsHead(List.of("x", "y", "z"), Optional.empty());
  }

  private static MultiLabelTask task(Optional<List<String>> columns) {
    return new MultiLabelTask(
        new MultiLabelOptions("text", "labels", ";", columns, Optional.empty(), Optional.empty()));
  }

  @Nested
  class OfHead extends HeadSuite {

    @Override
    protected Head head() {
      return unfitted();
    }

    @Override
    protected List<Example> examples() {
      return EXAMPLES;
    }
  }

  @Nested
  class OfTask extends TaskSuite {

    @Override
    protected String configuration() {
      return "multi_label";
    }

    @Override
    protected Map<Split, List<Row>> rows() {
      Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
      for (Split split : Split.values()) {
        rows.put(
            split,
            IntStream.range(0, 5)
                .mapToObj(
                    i -> new Row(split + ":" + i, Map.of("text", "text " + i, "labels", "a; b")))
                .toList());
      }
      return rows;
    }

    @Override
    protected List<String> answerFields() {
      return List.of("labels");
    }
  }

  private static Examples examples(MultiLabelTask task, List<Map<String, Object>> rows) {
    return task.examples(
        Map.of(
            Split.TRAIN,
            IntStream.range(0, rows.size())
                .mapToObj(
                    i -> {
                      Map<String, Object> fields = new HashMap<>(rows.get(i));
                      fields.put("text", "text");
                      return new Row("row" + i, fields);
                    })
                .toList()));
  }

  @Test
  void labelsAreAListATextOrColumns() {
    Map<String, Object> none = new HashMap<>();
    none.put("labels", null);
    Examples written =
        examples(
            task(Optional.empty()),
            List.of(Map.of("labels", List.of("z", "x")), Map.of("labels", "y; x;"), none));
    assertThat(((LabelsHead) written.head()).names()).containsExactly("x", "y", "z");
    assertThat(written.of(Split.TRAIN).stream().map(e -> e.target().orElseThrow()))
        .containsExactly(
            new LabelSet(List.of(0, 2)), new LabelSet(List.of(0, 1)), new LabelSet(List.of()));
    Examples columns =
        examples(
            task(Optional.of(List.of("z", "x"))),
            List.of(Map.of("x", 1L, "z", "false"), Map.of("x", "", "z", true)));
    assertThat(columns.of(Split.TRAIN).stream().map(e -> e.target().orElseThrow()))
        .containsExactly(new LabelSet(List.of(1)), new LabelSet(List.of(0)));
  }

  @Test
  void theThresholdIsThatOfTheBestF1AndIsKept() {
    List<Answer> answers =
        List.of(
            new Answer.Labels(List.of(0.31, 0.1, 0.4), List.of(), List.of(0, 2)),
            new Answer.Labels(List.of(0.2, 0.29, 0.05), List.of(), List.of()),
            new Answer.Labels(List.of(0.1, 0.45, 0.2), List.of(), List.of(1)));
    Head fitted = unfitted().fitted(answers);
    assertThat(((LabelsHead) fitted).threshold()).contains(0.31);
    assertThat(LabelsHead.of(Head.Saved.of(fitted))).isEqualTo(fitted);
    assertThat(Head.Saved.of(fitted).isOf(unfitted())).isTrue();
    assertThat(Head.Saved.of(unfitted()).isOf(fitted)).isFalse();
    assertThat(fitted.fitsAnswers()).isFalse();
    assertThat(
            fitted.words(
                EXAMPLES.get(0), fitted.answer(EXAMPLES.get(0), new double[] {0.5, 0.1, 0.31})))
        .isEqualTo("x, z");
  }
}
