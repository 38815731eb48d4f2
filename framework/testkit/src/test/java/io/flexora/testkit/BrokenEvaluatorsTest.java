package io.flexora.testkit;

import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokenEvaluatorsTest {

  private static final int BATCH = 32;

  /** Measures accuracy. */
  abstract static class Measuring extends EvaluatorSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Evaluator extension(long seed) {
      return new Evaluator() {
        @Override
        public Optional<BatchLimit> batchLimit() {
          return Optional.of(atOnce());
        }

        @Override
        public Evaluation evaluate(EvaluationContext context) {
          return Measuring.this.evaluate(context);
        }
      };
    }

    BatchLimit atOnce() {
      return BatchLimit.ofExamples(BATCH);
    }

    Evaluation evaluate(EvaluationContext context) {
      List<Prediction> predictions = new ArrayList<>();
      List<Tokens> examples = context.examples();
      for (int from = 0; from < examples.size(); from += BATCH) {
        batch(
            context, examples.subList(from, Math.min(examples.size(), from + BATCH)), predictions);
      }
      double right = predictions.stream().filter(p -> p.predicted() == p.label()).count();
      return new Evaluation(
          Map.of("hits", new MetricValue(hits(), right / predictions.size(), error())),
          "hits",
          predictions);
    }

    MetricDescription hits() {
      return MetricDescription.fraction("hits");
    }

    void batch(EvaluationContext context, List<Tokens> some, List<Prediction> predictions) {
      NDManager scope = scope(context);
      double[][] scores =
          context
              .model()
              .scores(scope, context.model().batch(scope, some), Point.of(context.theta()));
      for (int i = 0; i < scores.length; i++) {
        predictions.add(prediction(some.get(i), boxed(scores[i]), i));
      }
      close(scope);
    }

    static List<Double> boxed(double[] scores) {
      return Arrays.stream(scores).boxed().toList();
    }

    Prediction prediction(Tokens tokens, List<Double> scores, int inBatch) {
      int label = label(tokens.example(), scores);
      int choice = choice(scores, inBatch);
      return new Prediction(tokens.example().id(), label, choice, scores)
          .withMetrics(Map.of("hits", value(label, choice)));
    }

    double value(int label, int choice) {
      return label == choice ? 1 : 0;
    }

    int label(Example example, List<Double> scores) {
      return Prediction.of(example, scores.stream().mapToDouble(Double::doubleValue).toArray())
          .label();
    }

    int choice(List<Double> scores, int inBatch) {
      return scores.indexOf(Collections.max(scores));
    }

    double error() {
      return 0.1;
    }

    NDManager scope(EvaluationContext context) {
      return context.manager().newSubManager();
    }

    void close(NDManager scope) {
      scope.close();
    }
  }

  static class Sound extends Measuring {
    @Override
    Evaluation evaluate(EvaluationContext context) {
      if (context.examples().isEmpty()) {
        throw new io.flexora.api.run.FlexoraException("there are no examples");
      }
      return super.evaluate(context);
    }

    @Override
    protected Optional<Evaluator> comparing() {
      return Optional.of(
          context -> {
            double sure = reference(context).stream().mapToDouble(ScoredExample::confidence).sum();
            MetricValue value = new MetricValue(MetricDescription.score("sure"), sure, 0);
            return new Evaluation(Map.of("sure", value), "sure", List.of());
          });
    }

    List<ScoredExample> reference(EvaluationContext context) {
      return context.reference();
    }
  }

  static class LosingTheReference extends Sound {
    @Override
    List<ScoredExample> reference(EvaluationContext context) {
      return List.of();
    }
  }

  static class ScoringMoreExamplesThanItSays extends Sound {
    @Override
    BatchLimit atOnce() {
      return BatchLimit.ofExamples(BATCH - 1);
    }
  }

  static class ScoringMoreTokensThanItSays extends Sound {
    @Override
    BatchLimit atOnce() {
      return BatchLimit.ofTokens(BATCH);
    }
  }

  static class DependingOnTheBatch extends Sound {
    @Override
    Prediction prediction(Tokens tokens, List<Double> scores, int inBatch) {
      List<Double> moved = new ArrayList<>(scores);
      moved.set(0, scores.get(0) + 1e-3 * inBatch);
      return super.prediction(tokens, moved, inBatch);
    }
  }

  static class LosingTheLast extends Sound {
    @Override
    void batch(EvaluationContext context, List<Tokens> some, List<Prediction> predictions) {
      super.batch(context, some.size() > 1 ? some.subList(1, some.size()) : some, predictions);
    }
  }

  static class ChoosingTheLowest extends Sound {
    @Override
    int choice(List<Double> scores, int inBatch) {
      return scores.indexOf(Collections.min(scores));
    }
  }

  static class CountingTheWrong extends Sound {
    @Override
    double value(int label, int choice) {
      return label == choice ? 0 : 1;
    }
  }

  static class KnowingOneRightAnswer extends Sound {
    @Override
    int label(Example example, List<Double> scores) {
      return example.label();
    }
  }

  static class NegativeError extends Sound {
    @Override
    double error() {
      return -1;
    }
  }

  static class PreferringTheWorse extends Sound {
    @Override
    MetricDescription hits() {
      return MetricDescription.error("hits");
    }
  }

  static class OutsideItsRange extends Sound {
    @Override
    MetricDescription hits() {
      return super.hits().withRange(new MetricDescription.Range(0, 0.1));
    }
  }

  static class Leaking extends Sound {
    @Override
    void close(NDManager scope) {}
  }

  static class Forgetful extends Sound {
    private int calls;

    @Override
    double error() {
      return calls++;
    }
  }

  static class KeepingWhatItCounted extends Sound {
    @Override
    protected Evaluator extension(long seed) {
      return new Forgetful().extension(seed);
    }
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(Sound.class).failsOnly();
    Verdict.on(DependingOnTheBatch.class).saying("on the same examples in another order");
    Verdict.on(LosingTheLast.class).saying("examples that evaluator broken predicted");
    Verdict.on(ChoosingTheLowest.class)
        .failsOnly(
            "predictsTheChoiceWithTheHighestScore", "judgesAModelThatIsRightMoreOftenTheBetterOne");
    Verdict.on(CountingTheWrong.class).failsOnly("averagesTheValuesOfTheExamples");
    Verdict.on(KnowingOneRightAnswer.class)
        .failsOnly("takesAnyRightAnswer")
        .saying("use Prediction.of");
    Verdict.on(LosingTheReference.class)
        .failsOnly("handsItsMetricsTheReference")
        .saying("pass on the 'reference'");
    Verdict.on(ScoringMoreExamplesThanItSays.class)
        .failsOnly("scoresNoMoreAtOnceThanItSays")
        .saying("as its 'batchLimit' says");
    Verdict.on(ScoringMoreTokensThanItSays.class).failsOnly("scoresNoMoreAtOnceThanItSays");
    Verdict.on(NegativeError.class).failsOnly("measuresFiniteNumbers");
    Verdict.on(PreferringTheWorse.class).failsOnly("judgesAModelThatIsRightMoreOftenTheBetterOne");
    Verdict.on(OutsideItsRange.class).failsOnly("measuresWithinTheRanges");
    Verdict.on(Leaking.class).failsOnly("keepsNoBatchAlive").saying("close each batch's scope");
    Verdict.on(Forgetful.class)
        .failsOnly("measuresTheSameAgain", "keepsNothingFromOneCallToTheNext")
        .saying("draw from Seeds alone");
    Verdict.on(KeepingWhatItCounted.class)
        .failsOnly("keepsNothingFromOneCallToTheNext")
        .saying("one object serves all cells of a run");
  }
}
