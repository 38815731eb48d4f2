package io.flexora.evaluator.likelihood;

import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import java.util.Arrays;
import java.util.List;

/** Finds the log-likelihood of every choice of every example. */
final class Scoring {

  private Scoring() {}

  /**
   * Scores all examples.
   *
   * @param batchTokens the most tokens of a batch
   * @return one prediction for each example, in their order
   * @throws FlexoraException if there are no examples, or a score is not a number
   */
  static List<Prediction> predictions(EvaluationContext context, int batchTokens) {
    List<Tokens> examples = context.examples();
    if (examples.isEmpty()) {
      throw new FlexoraException(
          "there are no examples to evaluate; give the dataset a split with at least one row");
    }
    Prediction[] predictions = new Prediction[examples.size()];
    int done = 0;
    for (List<Integer> batch : TokenBatches.of(examples, batchTokens)) {
      predict(context, batch, predictions);
      done += batch.size();
      context.monitor().step(Progress.of(done, examples.size()));
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
            ("the model's scores of example %s are not numbers; where it was trained, the training"
                    + " has diverged: lower the learning rate or clip the gradient")
                .formatted(tokens.example().id()));
      }
    }
    return Prediction.of(tokens.example(), scores);
  }
}
