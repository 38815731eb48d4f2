package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricRange;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.model.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures how likely the right answers are, token by token: {@code loss} is the sum of all answer
 * tokens' negative log-likelihoods over their number, {@code perplexity} its exponential. Answers
 * are drawn, not tokens, so the standard error is that of a ratio.
 */
@Doc("Measure loss for each token of the right answers, and perplexity (its exponential).")
final class PerplexityEvaluator implements Evaluator {

  private static final String LOSS = "loss";
  private static final String PERPLEXITY = "perplexity";

  private final PerplexityOptions options;

  @Inject
  PerplexityEvaluator(PerplexityOptions options) {
    this.options = options;
  }

  @Override
  public Evaluation evaluate(EvaluationContext context) {
    double[] tokens =
        context.examples().stream().mapToDouble(PerplexityEvaluator::answerTokens).toArray();
    List<Prediction> predictions = Scoring.predictions(context, options.maxBatchTokens());
    double[] losses =
        IntStream.range(0, tokens.length)
            .mapToDouble(i -> -predictions.get(i).scores().get(label(context, i)))
            .toArray();
    MetricValue loss =
        Mean.weighted(MetricDescription.error(LOSS).withUnit("nats").asAggregate(), losses, tokens);
    double perplexity = Math.exp(loss.value());
    double[] ofLoss = Mean.linearised(losses, tokens);
    double[] ofPerplexity =
        Arrays.stream(ofLoss).map(value -> perplexity * (1 + value - loss.value())).toArray();
    return new Evaluation(
        Map.of(
            LOSS,
            loss,
            PERPLEXITY,
            new MetricValue(
                MetricDescription.error(PERPLEXITY).withRange(MetricRange.from(1)).asAggregate(),
                perplexity,
                perplexity * loss.standardError())),
        PERPLEXITY,
        ExampleValues.of(predictions, Map.of(LOSS, ofLoss, PERPLEXITY, ofPerplexity)));
  }

  private static int label(EvaluationContext context, int index) {
    return context.examples().get(index).example().label();
  }

  private static double answerTokens(Tokens tokens) {
    if (tokens.choices().isEmpty()) {
      throw new FlexoraException(
          ("example %s has no answer in tokens, as a head classifies it; evaluator 'perplexity'"
                  + " is for language models: take evaluator 'classification'")
              .formatted(tokens.example().id()));
    }
    return tokens.choices().get(tokens.example().label()).answerTokens();
  }
}
