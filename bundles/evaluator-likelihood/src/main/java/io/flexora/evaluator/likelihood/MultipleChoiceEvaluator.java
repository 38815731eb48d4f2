package io.flexora.evaluator.likelihood;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Takes the most likely choice as the model's answer, as lm-evaluation-harness does: {@code acc} by
 * the log-likelihood itself, {@code acc_norm} by the log-likelihood over the number of characters
 * (Unicode code points) of the choice's text, {@code acc_bytes} over that of its UTF-8 bytes. The
 * delimiter does not count, and of equals the first is taken. Where several choices are right, any
 * of them counts, and the loss is that of the likeliest of them.
 */
@Doc(
    "Measure acc, acc_norm and acc_bytes as lm-evaluation-harness defines them, and loss (mean"
        + " negative log-likelihood of the right choice). Any of several right choices counts as"
        + " right. Questions that all have the same choices are measured by mcc too, and by f1"
        + " where there are two, the second of which is the positive one.")
final class MultipleChoiceEvaluator implements Evaluator {

  private final MultipleChoiceOptions options;

  @Inject
  MultipleChoiceEvaluator(MultipleChoiceOptions options) {
    this.options = options;
  }

  @Override
  public Evaluation evaluate(EvaluationContext context) {
    List<Prediction> predictions = Scoring.predictions(context, options.maxBatchTokens());
    List<Example> examples = context.examples().stream().map(tokens -> tokens.example()).toList();
    Map<String, double[]> values =
        Map.of(
            "acc",
            right(examples, predictions, choice -> 1),
            "acc_norm",
            right(examples, predictions, choice -> choice.codePointCount(0, choice.length())),
            "acc_bytes",
            right(examples, predictions, choice -> choice.getBytes(StandardCharsets.UTF_8).length),
            "loss",
            predictions.stream().mapToDouble(p -> -p.scores().get(p.label())).toArray());
    Map<String, MetricValue> metrics = ClassMetrics.of(examples, predictions);
    values.forEach(
        (metric, of) ->
            metrics.put(
                metric,
                Mean.of(
                    metric.equals("loss")
                        ? MetricDescription.error("loss").withUnit("nats")
                        : MetricDescription.fraction(metric),
                    of)));
    String decides = options.decidedBy().name().toLowerCase(Locale.ROOT);
    return new Evaluation(metrics, decides, ExampleValues.of(predictions, values));
  }

  /** Of each example, 1 if the answer is right, 0 if it is wrong. */
  private static double[] right(
      List<Example> examples, List<Prediction> predictions, ToDoubleFunction<String> length) {
    return IntStream.range(0, examples.size())
        .mapToDouble(i -> isRight(examples.get(i), predictions.get(i), length) ? 1 : 0)
        .toArray();
  }

  private static boolean isRight(
      Example example, Prediction prediction, ToDoubleFunction<String> length) {
    double[] normalised =
        IntStream.range(0, prediction.scores().size())
            .mapToDouble(i -> prediction.scores().get(i) / length.applyAsDouble(told(example, i)))
            .toArray();
    return example.isRight(Prediction.of(example, normalised).predicted());
  }

  /** What tells a choice from the others: where the prompts differ (WinoGrande), its prompt. */
  private static String told(Example example, int choice) {
    return example.prompts().size() > 1 ? example.prompt(choice) : example.choices().get(choice);
  }
}
