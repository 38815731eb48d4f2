package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.optimiser.Parts;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.InnerProducts;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * One optimiser step on the batches that belong to its number.
 *
 * @since 0.1
 */
public final class TrainingStep {

  private final BatchedLoss loss;
  private final BatchOrder order;
  private final UpdateRule rule;
  private final Seeds seeds;
  private final Optional<ScheduledSteps> schedule;
  private final double embeddingNoise;

  private TrainingStep(
      BatchedLoss loss,
      BatchOrder order,
      UpdateRule rule,
      Seeds seeds,
      Optional<ScheduledSteps> schedule,
      double embeddingNoise) {
    this.loss = loss;
    this.order = order;
    this.rule = rule;
    this.seeds = seeds;
    this.schedule = schedule;
    this.embeddingNoise = embeddingNoise;
  }

  /**
   * The same step with noise on the embeddings.
   *
   * @param alpha see {@link io.flexora.api.ability.NoisyEmbeddings}; 0 for none
   */
  public TrainingStep withEmbeddingNoise(double alpha) {
    return new TrainingStep(loss, order, rule, seeds, schedule, alpha);
  }

  /**
   * The step of a training, by the schedule of its strategy or of its adapter method.
   *
   * @param rule how theta is moved
   * @param batchSize how many examples go through the model at once where a schedule measures it
   * @param totalSteps the steps of the whole training
   */
  public static TrainingStep of(
      TrainingContext context,
      BatchOrder order,
      UpdateRule rule,
      Seeds seeds,
      int batchSize,
      long totalSteps) {
    AdaptedModel model = context.model();
    Function<NDArray, Probe> probes =
        theta -> new TrainingProbe(model, context.training(), seeds, batchSize, theta);
    return new TrainingStep(
        new BatchedLoss(model, context.training()),
        order,
        rule,
        seeds,
        context
            .schedule()
            .or(() -> model.plan().method().schedule())
            .map(schedule -> new ScheduledSteps(schedule, model, probes, totalSteps)),
        0);
  }

  /**
   * Where the training begins.
   *
   * @param owner the owner of its arrays
   * @param theta the initial parameters
   */
  public TrainingPoint start(NDManager owner, NDArray theta) {
    return TrainingPoint.start(
        rule.start(owner, theta), schedule.map(s -> s.start(owner, theta)).orElse(Known.NOTHING));
  }

  /** Whether the schedule lets the parameters after so many steps be kept as the best. */
  boolean isSettledAt(long steps) {
    return schedule.map(s -> s.isSettledAt(steps)).orElse(true);
  }

  /** The state of a training after a step, and the record of the step. */
  public record StepOutcome(TrainingPoint point, Progress told) {}

  /**
   * Does the step.
   *
   * @param scope the owner of the result
   * @param total the steps in all
   */
  public StepOutcome run(NDManager scope, TrainingPoint from, long total) {
    long number = from.step();
    long started = System.nanoTime();
    try (NDManager own = scope.newSubManager()) {
      TrainingPoint at = schedule.map(s -> s.before(scope, rule, from)).orElse(from);
      Optional<Parts> parts = at.layers().map(l -> schedule.orElseThrow().parts(at, l));
      Point point = Point.of(at.iterate().theta()).withEmbeddingNoise(embeddingNoise);
      List<int[]> batches = order.batches(number);
      IntFunction<Point> points =
          batch -> point.withDropout(seeds.derive("dropout", number, batch));
      BatchedLoss.CountedLoss counted =
          at.layers()
              .map(l -> loss.lossGradient(own, batches, points, l.active()))
              .orElseGet(() -> loss.lossGradient(own, batches, points));
      LossGradient gradient = counted.value();
      NDArray slope = gradient.theta();
      double norm = parts.map(p -> p.norm(slope)).orElseGet(() -> InnerProducts.norm(slope));
      requireFinite(number + 1, gradient.loss(), norm);
      NDArray taken = rule.clipping().clip(own, slope, norm);
      long count = number + 1 - at.optimisedSince();
      Iterate next =
          parts
              .map(p -> rule.taking(scope, at.iterate(), taken, number, p))
              .orElseGet(() -> rule.taking(scope, at.iterate(), taken, number, count));
      double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
      TrainingPoint moved = at.moved(next, gradient.loss(), total);
      Progress told =
          Progress.of(number + 1, total)
              .withTrainingLoss(gradient.loss())
              .with("learning_rate", rule.learningRate(number))
              .with("gradient_norm", norm)
              .with("tokens_per_second", counted.paddedTokens() / seconds);
      return new StepOutcome(
          schedule.map(s -> s.after(scope, rule, moved, taken)).orElse(moved),
          at.layers().map(l -> told.with("active_layers", l.active())).orElse(told));
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
