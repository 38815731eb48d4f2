package io.flexora.evaluator.classification;

import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Scores examples in batches of like length and sums up in the order of the examples. */
@Doc("Measure accuracy, macro F1 and loss (mean negative log-likelihood of the right choice).")
final class ClassificationEvaluator implements Evaluator {
  private final ClassificationOptions options;
  private final Seeds seeds;

  @Inject
  ClassificationEvaluator(ClassificationOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public Evaluation evaluate(EvaluationContext context) {
    if (context.examples().isEmpty()) {
      throw new FlexoraException(
          "there are no examples to evaluate; give the dataset a split with at least one row");
    }
    ClassificationMetrics metrics = new ClassificationMetrics(predictions(context));
    return new Evaluation(
        metrics.all(seeds.stream("evaluator", "bootstrap")),
        ClassificationMetrics.ACCURACY,
        metrics.withValues());
  }

  private List<Prediction> predictions(EvaluationContext context) {
    List<Tokens> examples = context.examples();
    // The longest first: if memory does not suffice, the first batch says so.
    List<Integer> order =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> examples.get(i).length()).reversed())
            .toList();
    Prediction[] predictions = new Prediction[examples.size()];
    for (int from = 0; from < order.size(); from += options.batchSize()) {
      int to = Math.min(order.size(), from + options.batchSize());
      predict(context, order.subList(from, to), predictions);
      context.monitor().step(Progress.of(to, order.size()));
    }
    return Arrays.asList(predictions);
  }

  private static void predict(
      EvaluationContext context, List<Integer> indices, Prediction[] predictions) {
    List<Tokens> tokens = indices.stream().map(context.examples()::get).toList();
    try (NDManager scope = context.manager().newSubManager()) {
      Batch batch = context.model().batch(scope, tokens);
      double[][] scores = context.model().scores(scope, batch, Point.of(context.theta()));
      for (int i = 0; i < scores.length; i++) {
        predictions[indices.get(i)] = prediction(tokens.get(i), scores[i]);
      }
    }
  }

  private static Prediction prediction(Tokens tokens, double[] scores) {
    for (double score : scores) {
      if (Double.isNaN(score)) {
        throw new FlexoraException(
            "the model's scores of example %s are not numbers; the training has diverged: lower"
                    .formatted(tokens.example().id())
                + " the learning rate or clip the gradient");
      }
    }
    return Prediction.of(tokens.example(), scores);
  }
}
