package io.flexora.task.tokenclassification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.task.Examples;
import io.flexora.testkit.HeadSuite;
import io.flexora.testkit.TaskSuite;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TokenClassificationSuiteTest {

  private static final TagsHead HEAD = new TagsHead(List.of("O", "B-PER", "I-PER"));

  private final List<String> notices = new ArrayList<>();

  private static Example tagged(String id, String text, String... tags) {
    return Example.measured(
        id, text, new TaggedWords(Head.Word.separatedBySpaces(text), List.of(tags)));
  }

  private Examples examples(Optional<List<String>> classes, Map<String, Object> fields) {
    return new TokenClassificationTask(
            new TokenClassificationOptions("words", "tags", "text", "spans", classes), notices::add)
        .examples(Map.of(Split.TRAIN, List.of(new Row("row 1", fields))));
  }

  private TaggedWords read(Map<String, Object> fields) {
    return TaggedWords.of(examples(Optional.empty(), fields).of(Split.TRAIN).get(0)).orElseThrow();
  }

  @Nested
  class OfHead extends HeadSuite {

    @Override
    protected Head head() {
      return new TagsHead(List.of("O", "B-PER", "I-PER"));
    }

    @Override
    protected List<Example> examples() {
      return List.of(
          tagged("a", "Ada Lovelace wrote", "B-PER", "I-PER", "O"),
          tagged("b", "rain", "O"),
          tagged("c", "with Bob", "O", "B-PER"));
    }
  }

  @Nested
  class OfTask extends TaskSuite {

    @Override
    protected String configuration() {
      return "token_classification";
    }

    @Override
    protected Map<Split, List<Row>> rows() {
      Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
      for (Split split : Split.values()) {
        rows.put(
            split,
            IntStream.range(0, 5)
                .mapToObj(
                    i ->
                        new Row(
                            split + ":" + i,
                            Map.of(
                                "text",
                                "Ada came home" + i + ".",
                                "spans",
                                List.of(Map.of("start", 0, "end", 3, "label", "PER")))))
                .toList());
      }
      return rows;
    }

    @Override
    protected List<String> answerFields() {
      return List.of("spans");
    }
  }

  @Test
  void wordsAndTagsAreListsTextsOrNumbers() {
    Examples lists =
        examples(
            Optional.empty(),
            Map.of("words", List.of("New York", "is", "big"), "tags", List.of("B-LOC", "O", "O")));
    assertThat(lists.head()).isEqualTo(new TagsHead(List.of("O", "B-LOC", "I-LOC")));
    assertThat(lists.head().readWords(lists.of(Split.TRAIN).get(0)).get(0))
        .containsExactly(new Head.Word(0, 8), new Head.Word(9, 11), new Head.Word(12, 15));
    assertThat(read(Map.of("words", "In Rome  again", "tags", "O B-LOC O")).tags())
        .containsExactly("O", "B-LOC", "O");
    assertThat(
            TaggedWords.of(
                    examples(
                            Optional.of(List.of("O", "B-LOC")),
                            Map.of("words", List.of("In", "Rome"), "tags", List.of(0, 1)))
                        .of(Split.TRAIN)
                        .get(0))
                .orElseThrow()
                .tags())
        .containsExactly("O", "B-LOC");
  }

  @Test
  void spansOfCharactersBecomeTags() {
    String text = "\uD83D\uDE00 Ada Lovelace, of London.";
    TaggedWords read =
        read(
            Map.of(
                "text",
                text,
                "spans",
                List.of(Map.of("start", 2, "end", 14, "label", "PER"), List.of(18, 22, "LOC"))));
    assertThat(read.words().stream().map(word -> word.in(text)))
        .containsExactly("\uD83D\uDE00", "Ada", "Lovelace", ",", "of", "London", ".");
    assertThat(read.tags()).containsExactly("O", "B-PER", "I-PER", "O", "O", "B-LOC", "O");
    assertThat(notices).singleElement().asString().contains("extended to whole words in 1 rows");
  }

  @Test
  void rowsThatCannotBeUsedAreRefused() {
    assertThatThrownBy(() -> read(Map.of("words", "a b", "tags", "O")))
        .hasMessageContaining("row 1: it has 2 words, but 1 tags");
    assertThatThrownBy(() -> read(Map.of("words", "a b", "tags", "O S-PER")))
        .hasMessageContaining("the tag 'S-PER' of word 2 ('b') is neither O nor B-TYPE");
    assertThatThrownBy(() -> read(Map.of("words", "a", "tags", "3")))
        .hasMessageContaining("'classes' lists 0 tags");
    assertThatThrownBy(() -> read(Map.of("text", "a b", "spans", List.of(List.of(0, 9, "X")))))
        .hasMessageContaining("the span from 0 to 9 is no part of its text of 3 characters");
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "text", "abc", "spans", List.of(List.of(0, 1, "X"), List.of(2, 3, "X")))))
        .hasMessageContaining("two spans share the characters 0 to 3");
  }

  @Test
  void anAnswerMarksTheEntitiesInTheText() {
    Example example = tagged("a", "Ada Lovelace met Bob", "B-PER", "I-PER", "O", "B-PER");
    // The last word was cut off.
    double[] scores = {0, 1, 0, 0, 0, 1, 1, 0, 0};
    Answer answer = HEAD.answer(example, scores);
    assertThat(((Answer.Tags) answer).predicted()).containsExactly("B-PER", "I-PER", "O", "O");
    assertThat(HEAD.words(example, answer)).isEqualTo("[Ada Lovelace PER] met Bob");
    assertThat(HEAD.findings(example, answer))
        .containsExactly(
            new Head.Finding("PER", Optional.of(new Head.Word(0, 12)), true, true),
            new Head.Finding("PER", Optional.of(new Head.Word(17, 20)), false, true));
    assertThat(TagsHead.of(Head.Saved.of(HEAD))).isEqualTo(HEAD);
  }
}
