package io.flexora.trainer.lora;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.InnerProducts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One optimiser step on the batches that belong to its number. */
final class TrainingStep {

  private final BatchedLoss loss;
  private final BatchOrder order;
  private final UpdateRule rule;
  private final Seeds seeds;

  TrainingStep(
      AdaptedModel model, List<Tokens> examples, BatchOrder order, UpdateRule rule, Seeds seeds) {
    this.loss = new BatchedLoss(model, examples);
    this.order = order;
    this.rule = rule;
    this.seeds = seeds;
  }

  /**
   * Does the step.
   *
   * @param scope the owner of the result
   * @param figures takes what was measured
   */
  TrainingPoint run(NDManager scope, TrainingPoint from, Map<String, Object> figures) {
    Iterate at = from.iterate();
    long number = from.step();
    long begin = System.nanoTime();
    try (NDManager own = scope.newSubManager()) {
      Point point = Point.of(at.theta());
      BatchedLoss.Counted counted =
          loss.lossGradient(
              own,
              order.batches(number),
              batch -> point.withDropout(seeds.derive("dropout", number, batch)));
      LossGradient gradient = counted.value();
      double norm = InnerProducts.norm(gradient.theta());
      requireFinite(number + 1, gradient.loss(), norm);
      Iterate next = rule.step(scope, at, gradient.theta(), number);
      figures.put("training_loss", gradient.loss());
      figures.put("learning_rate", rule.learningRate(number));
      figures.put("gradient_norm", norm);
      double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
      figures.put("tokens_per_second", counted.paddedTokens() / seconds);
      return from.moved(next, gradient.loss());
    }
  }

  private void requireFinite(long step, double trainingLoss, double norm) {
    if (!Double.isFinite(trainingLoss) || !Double.isFinite(norm)) {
      throw new FlexoraException(
          ("training diverged at step %d: the training loss is %s and the gradient's norm %s;"
                  + " lower learning_rate (%s), set max_grad_norm: 1, or give warmup_ratio: 0.1")
              .formatted(step, trainingLoss, norm, rule.learningRate()));
    }
  }
}
