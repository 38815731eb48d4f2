package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.results.run.AnsweredExample;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerSummaryTest {

  private static final List<String> CLASSES = List.of("cat", "dog", "eel");

  private final List<Example> examples = new ArrayList<>();
  private final List<Prediction> predictions = new ArrayList<>();

  /** Adds examples of a label whose prediction has a probability. */
  private void add(int count, int label, int predicted, double confidence) {
    for (int i = 0; i < count; i++) {
      String id = "row " + examples.size();
      examples.add(new Example(id, "text of " + id, CLASSES, label));
      double[] scores = new double[3];
      for (int c = 0; c < 3; c++) {
        scores[c] = Math.log(c == predicted ? confidence : (1 - confidence) / 2) - 7;
      }
      predictions.add(Prediction.of(examples.get(examples.size() - 1), scores));
    }
  }

  @Test
  void countsEachClassAndBoundsItsShares() {
    add(30, 0, 0, 0.9);
    add(8, 0, 1, 0.6);
    add(12, 1, 0, 0.5);
    add(20, 1, 1, 0.8);

    List<ClassScore> classes = AnswerSummary.of(examples, predictions, true).classes();

    ClassScore cat = classes.get(0);
    assertThat(List.of(cat.examples(), cat.predicted(), cat.right()))
        .containsExactly(38L, 42L, 30L);
    assertThat(cat.precision()).isEqualTo(30.0 / 42);
    assertThat(cat.recall()).isEqualTo(30.0 / 38);
    assertThat(cat.f1()).isEqualTo(0.75);
    // scipy.stats.binomtest(30, 50).proportion_ci(method='wilson'), turned into F1
    ConfidenceInterval f1 = cat.f1Interval().orElseThrow();
    assertThat(f1.low()).isCloseTo(0.631837235413303, within(1e-12));
    assertThat(f1.high()).isCloseTo(0.8398507346902943, within(1e-12));
    ClassScore eel = classes.get(2);
    assertThat(eel.examples()).isZero();
    assertThat(eel.precision()).isNaN();
    assertThat(eel.f1Interval()).isEmpty();
  }

  @Test
  void showsTheMostConfidentMistakesAndTheLeastConfidentRightAnswers() {
    IntStream.range(0, 8).forEach(i -> add(1, 0, 1, 0.5 + i / 20.0));
    IntStream.range(0, 8).forEach(i -> add(1, 2, 2, 0.95 - i / 20.0));

    List<AnsweredExample> shown = AnswerSummary.of(examples, predictions, true).examples();

    assertThat(shown)
        .extracting(AnsweredExample::exampleId)
        .containsExactly(
            "row 7", "row 6", "row 5", "row 4", "row 3", "row 15", "row 14", "row 13", "row 12",
            "row 11");
    assertThat(shown.get(0))
        .isEqualTo(
            new AnsweredExample(
                "row 7", "text of row 7", "cat", "dog", shown.get(0).confidence(), false));
    assertThat(shown.get(0).confidence()).isCloseTo(0.85, within(1e-12));
    assertThat(shown.get(5).right()).isTrue();
  }

  @Test
  void choicesOfEachExampleAreNoClasses() {
    Example one = new Example("a", "Where?", List.of("here", "there"), 1);
    Example other = new Example("b", "Who?", List.of("he", "she"), 0);
    CellAnswers answers =
        AnswerSummary.of(
            List.of(one, other),
            List.of(
                Prediction.of(one, new double[] {-2, -1}),
                Prediction.of(other, new double[] {-2, -1})),
            true);

    assertThat(answers.classes()).isEmpty();
    assertThat(answers.examples())
        .extracting(e -> e.label() + " " + e.predicted() + " " + e.right())
        .containsExactly("he she false", "there there true");
  }

  @Test
  void withoutTextsAnExampleIsItsRowAndItsClasses() {
    add(2, 0, 1, 0.8);
    add(1, 2, 2, 0.9);

    CellAnswers answers = AnswerSummary.of(examples, predictions, false);

    assertThat(answers.classes())
        .isEqualTo(AnswerSummary.of(examples, predictions, true).classes())
        .hasSize(3);
    assertThat(answers.examples())
        .extracting(e -> e.exampleId() + "|" + e.text() + "|" + e.label() + "|" + e.predicted())
        .containsExactly("row 0||cat|dog", "row 1||cat|dog", "row 2||eel|eel");
  }

  @Test
  void withoutTextsChoicesOfAnExampleAreNumbers() {
    Example one = new Example("a", "Where?", List.of("here", "there"), 1);
    Example other = new Example("b", List.of("Ann", "Bob"), " ", List.of("x", "x"), 0, List.of());
    List<Prediction> chosen =
        List.of(
            Prediction.of(one, new double[] {-2, -1}), Prediction.of(other, new double[] {-2, -1}));

    assertThat(AnswerSummary.of(List.of(one, other), chosen, false).examples())
        .extracting(e -> e.exampleId() + "|" + e.text() + "|" + e.label() + "|" + e.predicted())
        .containsExactly("b||choice 1|choice 2", "a||choice 2|choice 2");
    CellAnswers alone = AnswerSummary.of(List.of(one), chosen.subList(0, 1), false);
    assertThat(alone.classes()).isEmpty();
    assertThat(alone.examples()).extracting(AnsweredExample::predicted).containsExactly("choice 2");
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    Example one = new Example("a", "😀".repeat(500), List.of("x", "y"), 0);
    String text =
        AnswerSummary.of(List.of(one), List.of(Prediction.of(one, new double[] {-1, -2})), true)
            .examples()
            .get(0)
            .text();
    assertThat(text).isEqualTo("😀".repeat(399) + "…");
  }

  @Test
  void whatChoosesNothingHasNoAnswers() {
    Example free = new Example("a", "Write.", List.of("text"), 0);
    assertThat(
            AnswerSummary.of(List.of(free), List.of(Prediction.of(free, new double[] {-1})), true)
                .isEmpty())
        .isTrue();
    add(1, 0, 0, 0.9);
    assertThat(AnswerSummary.of(examples, List.of(), true).isEmpty()).isTrue();
  }

  /** A head whose answers are the letters of its example, of which {@code a} is never given. */
  private static final Head LETTERS =
      new Head() {
        @Override
        public String kind() {
          return "letters";
        }

        @Override
        public Head.Input input() {
          return Head.Input.WORDS;
        }

        @Override
        public Map<String, Shape> arrays(int hidden) {
          return Map.of();
        }

        @Override
        public String torchScript() {
          return "";
        }

        @Override
        public double[] target(Example example) {
          return new double[0];
        }

        @Override
        public Class<Answer.Tags> answers() {
          return Answer.Tags.class;
        }

        @Override
        public Answer answer(Example example, double[] scores) {
          return new Answer.Tags(List.of(), List.of());
        }

        @Override
        public List<Head.Finding> findings(Example example, Answer answer) {
          return readWords(example).get(0).stream()
              .map(
                  word ->
                      new Head.Finding(
                          word.in(example.prompt()),
                          Optional.of(word),
                          !word.in(example.prompt()).equals("a"),
                          true))
              .toList();
        }
      };

  @Test
  void namedThingsAreCountedByName() {
    List<Example> asked =
        List.of(new Example("one", "a b", List.of(), 0), new Example("two", "b", List.of(), 0));
    List<Prediction> said =
        asked.stream().map(e -> new Prediction(e.id(), LETTERS.answer(e, new double[0]))).toList();
    CellAnswers answers = AnswerSummary.ofFindings(LETTERS, asked, said, true);
    assertThat(answers.classes().stream().map(c -> c.name() + c.examples() + c.right()))
        .containsExactly("a10", "b22");
    assertThat(answers.examples())
        .containsExactly(
            new AnsweredExample("one", "a b", "a (a), b (b)", "b (b)", Double.NaN, false),
            new AnsweredExample("two", "b", "b (b)", "b (b)", Double.NaN, true));
    assertThat(AnswerSummary.ofFindings(LETTERS, asked, said, false).examples().get(0))
        .isEqualTo(new AnsweredExample("one", "", "a, b", "b", Double.NaN, false));
  }
}
