package io.flexora.metric.basic;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Estimates;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * The accuracies of lm-evaluation-harness: the share of examples whose most likely choice is a
 * right one, the log-likelihood of a choice divided by the length of its text. The delimiter does
 * not count, and of equals the first is taken.
 */
abstract class HarnessAccuracy implements Metric {

  private final MetricDescription description;
  private final ToDoubleBiFunction<ScoredExample, Integer> length;

  private HarnessAccuracy(
      String name, String symbol, ToDoubleBiFunction<ScoredExample, Integer> length) {
    this.description = MetricDescription.fraction(name, Need.SCORES, Need.LABEL).withSymbol(symbol);
    this.length = length;
  }

  /** By the log-likelihood itself. */
  @Doc("Measure accuracy by the log-likelihood of the choices, as lm-evaluation-harness does.")
  static final class OfScores extends HarnessAccuracy {
    OfScores() {
      super("acc", "acc", (example, choice) -> 1);
    }
  }

  /** By the log-likelihood for each character, which is a Unicode code point. */
  @Doc("Measure accuracy by the log-likelihood per character, as lm-evaluation-harness does.")
  static final class ForCharacters extends HarnessAccuracy {
    ForCharacters() {
      super("acc_norm", "acc_n", ScoredExample::characters);
    }
  }

  /** By the log-likelihood for each byte of UTF-8. */
  @Doc("Measure accuracy by the log-likelihood per byte, as lm-evaluation-harness does.")
  static final class ForBytes extends HarnessAccuracy {
    ForBytes() {
      super("acc_bytes", "acc_b", ScoredExample::bytes);
    }
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(Estimates.mean(description, scored.values(e -> isRight(e) ? 1 : 0)));
  }

  private boolean isRight(ScoredExample scored) {
    Example example = scored.example();
    double[] normalised =
        IntStream.range(0, example.choices().size())
            .mapToDouble(i -> scored.score(i) / length.applyAsDouble(scored, i))
            .toArray();
    return example.isRight(Prediction.of(example, normalised).predicted());
  }
}
