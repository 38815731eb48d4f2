package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.model.KnownScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Checks an evaluator on 200 examples with known scores of three classes. One whose metrics are
 * chosen overrides {@link #comparing}.
 *
 * @since 0.1
 */
public abstract class EvaluatorSuite extends ExtensionSuite<Evaluator> {

  private static final int COUNT = 200;

  private final List<Tokens> examples = KnownScores.draw(COUNT);

  /** For subclasses. */
  protected EvaluatorSuite() {
    super(Evaluator.class);
  }

  /**
   * The same evaluator with a metric that compares a further test set with the model's own test
   * examples, such as {@code ood_auroc}; empty, as by default, where it has no metrics to choose.
   */
  protected Optional<Evaluator> comparing() {
    return Optional.empty();
  }

  @Test
  void predictsEachExampleOnceInOrder() {
    List<Prediction> predictions = evaluate(examples).predictions();
    assertThat(predictions)
        .extracting(Prediction::exampleId)
        .as("examples that %s predicted", name())
        .isEqualTo(examples.stream().map(t -> t.example().id()).toList());
    assertThat(predictions)
        .extracting(Prediction::label)
        .as("labels in the predictions of %s", name())
        .isEqualTo(examples.stream().map(t -> t.example().label()).toList());
  }

  @Test
  void predictsTheChoiceWithTheHighestScore() {
    assertThat(evaluate(examples).predictions())
        .as("predictions of %s: the highest of its scores", name())
        .allMatch(p -> p.predicted() == highest(p.scores()));
  }

  private static int highest(List<Double> scores) {
    return scores.indexOf(Collections.max(scores));
  }

  @Test
  void measuresFiniteNumbers() {
    assertThat(evaluate(examples).metrics())
        .as("metrics of %s: finite, with a standard error that is not negative, or NaN", name())
        .isNotEmpty()
        .allSatisfy(
            (metric, measured) -> {
              assertThat(measured.value()).as(metric).isFinite();
              assertThat(measured.standardError()).as(metric).isNotNegative();
            });
  }

  @Test
  void measuresWithinTheRanges() {
    assertThat(evaluate(examples).metrics().values())
        .as("metrics of %s: within the range that they describe", name())
        .allMatch(metric -> metric.description().range().contains(metric.value()));
  }

  @Test
  void averagesTheValuesOfTheExamples() {
    Evaluation evaluation = evaluate(examples);
    Set<String> told = new TreeSet<>();
    evaluation.predictions().forEach(prediction -> told.addAll(prediction.metrics().keySet()));
    for (String metric : told) {
      assertThat(evaluation.predictions())
          .as("predictions of %s with a value of %s: all or none", name(), metric)
          .allMatch(prediction -> prediction.metrics().containsKey(metric));
      double mean =
          evaluation.predictions().stream()
              .mapToDouble(prediction -> prediction.metrics().get(metric))
              .average()
              .orElseThrow();
      assertThat(evaluation.metrics())
          .as("metrics of %s; its predictions have values of %s", name(), metric)
          .containsKey(metric);
      double measured = evaluation.metrics().get(metric).value();
      assertThat(measured)
          .as("%s by %s, and the mean of its values of the examples", metric, name())
          .isCloseTo(mean, within(1e-9 * Math.max(1, Math.abs(mean))));
    }
  }

  @Test
  void takesAnyRightAnswer() {
    List<Tokens> several = examples.stream().map(EvaluatorSuite::allButTheLastRight).toList();
    Evaluation evaluation = evaluate(several);
    assertThat(evaluation.predictions())
        .as(
            "labels in the predictions of %s where several are right: the likeliest; use"
                + " Prediction.of",
            name())
        .allMatch(p -> p.label() == highest(p.scores().subList(0, 2)));
  }

  /** The same example where the first two of the three choices are right. */
  private static Tokens allButTheLastRight(Tokens tokens) {
    return labelled(tokens, 0, List.of(1));
  }

  @Test
  void judgesAModelThatIsRightMoreOftenTheBetterOne() {
    Evaluation drawn = evaluate(examples);
    Evaluation right = evaluate(examples.stream().map(EvaluatorSuite::labelledAsScored).toList());
    assertThat(right.decisive().isBetterThan(drawn.decisive()))
        .as(
            "whether the deciding metric %s of %s is better where every answer is right",
            drawn.deciding(), name())
        .isTrue();
  }

  /** The same example where the choice with the highest score is the right one. */
  private static Tokens labelledAsScored(Tokens tokens) {
    return labelled(tokens, highest(boxed(KnownScores.scores(tokens))), List.of());
  }

  private static Tokens labelled(Tokens tokens, int label, List<Integer> alsoRight) {
    Example example = tokens.example();
    return new Tokens(
        new Example(
            example.id(),
            example.prompts(),
            example.delimiter(),
            example.choices(),
            label,
            alsoRight,
            example.messages()),
        tokens.ids(),
        tokens.choices(),
        tokens.truncated());
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void doesNotDependOnTheOrderOfTheExamples() {
    List<Tokens> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(3));
    Evaluation expected = evaluate(examples);
    Evaluation actual = evaluate(shuffled);
    expected
        .metrics()
        .forEach(
            (metric, value) ->
                assertThat(actual.metrics().get(metric).value())
                    .as("%s by %s on the same examples in another order", metric, name())
                    .isCloseTo(value.value(), within(1e-9)));
    assertThat(actual.predictions())
        .as("predictions of %s on the same examples in another order", name())
        .containsExactlyInAnyOrderElementsOf(expected.predictions());
  }

  @Test
  void measuresTheSameAgain() {
    assertThat(evaluate(examples))
        .as("evaluation by %s done again; draw from Seeds alone", name())
        .isEqualTo(evaluate(examples));
  }

  @Test
  void keepsNothingFromOneCallToTheNext() {
    Evaluator evaluator = extension();
    Evaluation first = evaluate(evaluator, examples);
    evaluate(evaluator, examples.stream().map(EvaluatorSuite::labelledAsScored).toList());
    assertThat(evaluate(evaluator, examples))
        .as(
            "evaluation by %s after one of other examples; one object serves all cells of a run, so"
                + " keep nothing of a call in its fields",
            name())
        .isEqualTo(first);
  }

  @Test
  void scoresNoMoreAtOnceThanItSays() {
    Evaluator evaluator = extension();
    evaluator.batchLimit().ifPresent(most -> requireAtMost(most, evaluator));
  }

  /** Of tokens at least the longest example of a batch counts for each. */
  private void requireAtMost(BatchLimit most, Evaluator evaluator) {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      KnownScores context = KnownScores.of(root, own, examples);
      evaluator.evaluate(context);
      assertThat(context.model().batches())
          .as(
              "batches of %s: of at most %d examples and %d tokens, padding included, as its"
                  + " 'batchLimit' says, by which memory is estimated",
              name(), most.examples(), most.tokens())
          .allMatch(batch -> batch.size() <= most.examples())
          .allMatch(batch -> batch.size() == 1 || batch.paddedTokens() <= most.tokens());
    }
  }

  @Test
  void handsItsMetricsTheReference() {
    comparing()
        .ifPresent(
            evaluator ->
                assertThat(measured(evaluator, 0))
                    .as(
                        "metrics of %s beside own examples that the model knows nothing of, and"
                            + " beside those that it is sure of; pass on the 'reference' of the"
                            + " context",
                        name())
                    .isNotEqualTo(measured(evaluator, 1000)));
  }

  /** What it measures beside own examples whose scores are so many times those of the model. */
  private Map<String, MetricValue> measured(Evaluator evaluator, double sharpness) {
    List<ScoredExample> own = examples.stream().map(of -> scored(of, sharpness)).toList();
    try (NDManager root = Engine.manager();
        NDManager scope = root.newSubManager()) {
      return evaluator.evaluate(KnownScores.of(root, scope, examples).besideOwn(own)).metrics();
    }
  }

  private static ScoredExample scored(Tokens tokens, double sharpness) {
    double[] scores =
        Arrays.stream(KnownScores.scores(tokens)).map(score -> sharpness * score).toArray();
    return new ScoredExample(
        tokens.example(),
        Prediction.of(tokens.example(), scores),
        tokens.choices().stream().map(Continuation::answerTokens).toList());
  }

  @Test
  void measuresASingleExample() {
    assertThat(evaluate(examples.subList(0, 1)).predictions())
        .as("predictions of %s on one example", name())
        .hasSize(1);
  }

  @Test
  void saysThatThereIsNothingToMeasure() {
    try {
      Evaluation evaluation = evaluate(List.of());
      assertThat(evaluation.predictions()).as("predictions of %s on nothing", name()).isEmpty();
    } catch (FlexoraException e) {
      assertThat(e.getMessage()).as("why %s refuses no examples", name()).isNotBlank();
    }
  }

  @Test
  void keepsNoBatchAlive() {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      KnownScores context = KnownScores.of(root, own, examples);
      extension().evaluate(context);
      List<Integer> arrays = context.model().arrays();
      assertThat(arrays.get(arrays.size() - 1))
          .as("native arrays alive at the last batch of %s; close each batch's scope", name())
          .isLessThanOrEqualTo(arrays.get(0));
      assertThat(LiveArrays.of(own).count())
          .as("native arrays alive after the evaluation by %s", name())
          .isZero();
    }
  }

  private Evaluation evaluate(List<Tokens> some) {
    return evaluate(extension(), some);
  }

  private static Evaluation evaluate(Evaluator evaluator, List<Tokens> some) {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      return evaluator.evaluate(KnownScores.of(root, own, some));
    }
  }
}
