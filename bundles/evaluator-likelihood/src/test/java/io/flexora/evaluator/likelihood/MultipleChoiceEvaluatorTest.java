package io.flexora.evaluator.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.score.GenerationOptions;
import io.flexora.testkit.fixture.AssignedQuestions;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.GivenMetric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultipleChoiceEvaluatorTest {

  private static final List<String> CHOICES = List.of("yes", "no");
  private static final Component<Metric> HITS = GivenMetric.of("hits", e -> e.isRight() ? 1 : 0);
  private static final Component<Metric> LOSS = GivenMetric.of("nll", ScoredExample::loss);

  private static Evaluation evaluate(AssignedQuestions context, int batchTokens) {
    return evaluator(batchTokens, List.of(HITS, LOSS), List.of(), Optional.empty())
        .evaluate(context);
  }

  private static MultipleChoiceEvaluator evaluator(
      int batchTokens,
      List<Component<Metric>> metrics,
      List<Component<Metric>> optional,
      Optional<String> deciding) {
    return new MultipleChoiceEvaluator(
        new MultipleChoiceOptions(
            new LikelihoodOptions(
                batchTokens, metrics, deciding, new GenerationOptions(8, List.of())),
            optional));
  }

  private static AssignedQuestions five() {
    return new AssignedQuestions()
        .question(10, CHOICES, 0, -1, -2)
        .question(40, CHOICES, 0, -3, -2.5)
        .question(20, CHOICES, 1, -0.5, -4)
        .question(30, CHOICES, 1, -9, -4)
        .question(35, CHOICES, 1, -9, -4);
  }

  private static EvaluatedTask task() {
    return new EvaluatedTask(
        five().examples().stream().map(Tokens::example).toList(), Head.NONE, false);
  }

  @Test
  void theOptionSaysWhichMetricDecides() {
    assertThat(evaluate(five(), 64).deciding()).isEqualTo("hits");
    assertThat(
            evaluator(64, List.of(HITS, LOSS), List.of(), Optional.of("nll"))
                .evaluate(five())
                .deciding())
        .isEqualTo("nll");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    evaluator(64, List.of(HITS, LOSS), List.of(), Optional.of("acc"))
                        ::checkCompatibility,
                    task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("the deciding metric 'acc' is not measured; measured are hits, nll");
  }

  @Test
  void aMetricHasToFitUnlessItIsOptional() {
    Component<Metric> other = GivenMetric.unfit("f2", "it needs two hands");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    evaluator(64, List.of(HITS, other), List.of(), Optional.empty())
                        ::checkCompatibility,
                    task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("metric 'f2' does not fit the task: it needs two hands");
    MultipleChoiceEvaluator optional =
        evaluator(64, List.of(HITS), List.of(other, LOSS), Optional.empty());
    Compatibility.require(optional::checkCompatibility, task());
    assertThat(optional.evaluate(five()).metrics()).containsOnlyKeys("hits", "nll");
  }

  @Test
  void anOptionalMetricThatIsThereAlreadyIsLeftOut() {
    Evaluation evaluation =
        evaluator(64, List.of(HITS), List.of(HITS), Optional.empty()).evaluate(five());
    assertThat(evaluation.metrics()).containsOnlyKeys("hits");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    evaluator(64, List.of(HITS, HITS), List.of(), Optional.empty())
                        ::checkCompatibility,
                    task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("metrics 'hits' and 'hits' both measure 'hits'; leave one out");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    evaluator(64, List.of(), List.of(HITS), Optional.empty())::checkCompatibility,
                    task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no metric");
  }

  @Test
  void whatAMetricNeedsHasToBeThere() {
    assertThatThrownBy(
            () -> Compatibility.require(needing(Need.TARGET)::checkCompatibility, task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("metric 'needy' does not fit the task")
        .hasMessageContaining("example e0 has none");
    assertThatThrownBy(() -> Compatibility.require(needing(Need.TEXT)::checkCompatibility, task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the model cannot generate any");
    assertThatThrownBy(() -> needing(Need.TEXT).evaluate(five()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the model cannot generate any");
  }

  @Test
  void textIsGeneratedWhereAMetricThatFitsNeedsIt() {
    MultipleChoiceEvaluator optional =
        evaluator(64, List.of(HITS), List.of(needy(Need.TEXT)), Optional.empty());
    EvaluatedTask generating = new EvaluatedTask(task().examples(), Head.NONE, true);
    assertThat(optional.generates(generating)).isTrue();
    assertThat(optional.generates(task())).isFalse();
    assertThat(needing(Need.TEXT).generates(generating)).isTrue();
    assertThat(needing(Need.SCORES).generates(generating)).isFalse();
  }

  @Test
  void aReferenceIsOfAFurtherTestSetAndTheEvaluatorsToPassOn() {
    assertThatThrownBy(
            () -> Compatibility.require(needing(Need.REFERENCE)::checkCompatibility, task()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("metric 'needy' does not fit the task")
        .hasMessageContaining("under 'test_sets'");
    Compatibility.require(
        needing(Need.REFERENCE)::checkCompatibility, task().withReference(task().examples()));
    assertThatThrownBy(() -> needing(Need.REFERENCE).evaluate(five()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("metric 'needy' is given nothing")
        .hasMessageContaining("the evaluator has to pass on the 'reference'");
    AssignedQuestions further = five();
    further.besideOwn(List.of(own(task().examples().get(0))));
    assertThat(needing(Need.REFERENCE).evaluate(further).metrics()).containsOnlyKeys("needy");
  }

  private static ScoredExample own(Example example) {
    return new ScoredExample(example, Prediction.of(example, new double[] {-1, -2}), List.of());
  }

  private static MultipleChoiceEvaluator needing(Need need) {
    return evaluator(64, List.of(needy(need)), List.of(), Optional.empty());
  }

  private static Component<Metric> needy(Need need) {
    return new GivenComponent<>(
        "needy",
        new GivenMetric(MetricDescription.score("needy", need), Optional.empty(), example -> 0));
  }

  @Test
  void batchesHoldAsManyTokensAsTheyMayTheLongestFirst() {
    AssignedQuestions context = five();
    evaluate(context, 92);
    // Prompts once and two choices of up to three tokens each: 2 * 40 + 4 * 3 = 92 of lengths.
    assertThat(context.batches()).containsExactly(List.of(43, 38), List.of(33, 23), List.of(13));
    assertThat(context.steps()).containsExactly("2/5", "4/5", "5/5");
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void theFiguresDoNotDependOnTheBatches() {
    Evaluation whole = evaluate(five(), 4096);
    for (int tokens : new int[] {1, 60, 92, 150}) {
      assertThat(evaluate(five(), tokens)).isEqualTo(whole);
    }
  }

  @Test
  void endsAtOnceWhenCancelled() {
    AssignedQuestions context = five();
    context.cancelAfter(1);
    assertThatThrownBy(() -> evaluate(context, 92)).isInstanceOf(CancelledException.class);
    assertThat(context.batches()).hasSize(1);
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> evaluate(new AssignedQuestions(), 92))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no examples");
    assertThatThrownBy(() -> evaluate(five().question(4, CHOICES, 1, Double.NaN, -1), 92))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example e5")
        .hasMessageContaining("diverged");
  }
}
