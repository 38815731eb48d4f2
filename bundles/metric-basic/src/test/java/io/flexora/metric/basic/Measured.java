package io.flexora.metric.basic;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Seeds;
import io.flexora.metric.basic.LossOptions.Per;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.testkit.fixture.AssignedScores;
import io.flexora.testkit.fixture.GivenComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Measures examples with assigned scores as an evaluator does. */
final class Measured {

  static final Metric ACCURACY = new AccuracyMetric();
  static final Metric MACRO_F1 = new MacroF1Metric(new Seeds(1));
  static final Metric LOSS = new LossMetric(new LossOptions(Per.EXAMPLE));
  static final Metric LOSS_OF_TOKENS = new LossMetric(new LossOptions(Per.TOKEN));
  static final Metric PERPLEXITY = new PerplexityMetric();
  static final Metric ACC = new HarnessAccuracy.OfScores();
  static final Metric ACC_NORM = new HarnessAccuracy.ForCharacters();
  static final Metric ACC_BYTES = new HarnessAccuracy.ForBytes();
  static final Metric F1 = new F1Metric();
  static final Metric MCC = new MccMetric();
  static final Metric BRIER = new BrierMetric();
  static final Metric ECE =
      new CalibrationError.OfEqualWidth(new EceOptions(15, EceOptions.Edge.UPPER), new Seeds(1));
  static final Metric ADAPTIVE_ECE =
      new CalibrationError.Adaptive(new AdaptiveEceOptions(15), new Seeds(1));
  static final Metric CLASSWISE_ECE =
      new CalibrationError.Classwise(new EceOptions(2, EceOptions.Edge.UPPER), new Seeds(1));
  static final Metric ECE_SQUARED =
      new EceSquaredMetric(new EceOptions(15, EceOptions.Edge.UPPER), new Seeds(1));
  static final Metric MCE = new MceMetric(new EceOptions(15, EceOptions.Edge.UPPER));
  static final Metric ECE_P_VALUE =
      new EcePValueMetric(new EceOptions(15, EceOptions.Edge.UPPER), new Seeds(1));
  static final Metric AUROC = new AurocMetric();
  static final Metric NLL = new NllMetric();

  private Measured() {}

  /** An example with the probability of each choice. */
  static ScoredExample example(int label, double... probabilities) {
    List<String> choices = Collections.nCopies(probabilities.length, "class");
    Example example = new Example("e", "text", choices, label);
    double[] scores = Arrays.stream(probabilities).map(Math::log).toArray();
    return new ScoredExample(example, Prediction.of(example, scores), List.of());
  }

  static Evaluation of(AssignedScores context, Metric... metrics) {
    List<Component<Metric>> components =
        Arrays.stream(metrics)
            .<Component<Metric>>map(
                metric -> new GivenComponent<>(metric.descriptions().get(0).name(), metric))
            .toList();
    return new MetricSet(components, List.of(), Optional.empty())
        .evaluate(context, new Scorer(ScoringBatches.ofTokens(512)));
  }
}
