package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * A training by a first-order optimiser, whole or in periods.
 *
 * @since 0.1
 */
public final class GradientTraining {

  private final TrainingOptions options;
  private final Seeds seeds;
  private final BatchOrder order;
  private final UpdateRule rule;
  private final long totalSteps;

  /**
   * Makes a training.
   *
   * @param owner the owner of its arrays
   * @param context what it works on
   * @param type the type of theta
   * @throws FlexoraException if there is nothing to train, or to train on, or if the adapter method
   *     changes layers that a schedule lets rest
   */
  public GradientTraining(
      NDManager owner,
      TrainingContext context,
      TrainingOptions options,
      Seeds seeds,
      DataType type) {
    requireTrainable(context, options);
    if (options.neftuneNoiseAlpha() > 0) {
      context.model().require(NoisyEmbeddings.class, "neftune_noise_alpha");
    }
    this.options = options;
    this.seeds = seeds;
    this.order = options.order(context.training(), tokens -> computed(context, tokens), seeds);
    this.totalSteps = context.steps().orElseGet(() -> options.totalSteps(order.stepsPerEpoch()));
    this.rule = options.rule(owner, context.model().parameters(), type, totalSteps);
  }

  private static int computed(TrainingContext context, Tokens tokens) {
    return tokens.computedTokens(context.model().plan().objective().comparesChoices());
  }

  private static void requireTrainable(TrainingContext context, TrainingOptions options) {
    if (context.training().isEmpty()) {
      throw new FlexoraException("there are no training examples; check the dataset's train split");
    }
    if (context.model().parameters().size() == 0) {
      throw new FlexoraException(
          "there is nothing to train: no layer was chosen, and the task has no head to train");
    }
    AdapterPlan plan = context.model().plan();
    if (context.schedule().isPresent() && plan.method().schedule().isPresent()) {
      throw new FlexoraException(
          "%s changes all layers after each step, but the strategy trains some at a time; use another adapter, such as plain LoRA, or another strategy"
              .formatted(plan.adapterPhrase()));
    }
    boolean wantsValidation = options.keepBest() || options.earlyStoppingPatience().isPresent();
    if (context.validation().isEmpty() && wantsValidation) {
      context
          .monitor()
          .notice("there are no validation examples, so the parameters of the last step are kept");
    }
  }

  /** The optimiser steps in all. */
  public long totalSteps() {
    return totalSteps;
  }

  private TrainingStep step(TrainingContext context) {
    return TrainingStep.of(context, order, rule, seeds, options.evaluationBatchSize(), totalSteps)
        .withEmbeddingNoise(options.neftuneNoiseAlpha());
  }

  /**
   * Where the training begins.
   *
   * @param owner the owner of its arrays
   * @param theta the initial parameters
   */
  public TrainingPoint start(NDManager owner, TrainingContext context, NDArray theta) {
    return step(context).start(owner, theta);
  }

  /**
   * A part of a training that goes on without a break.
   *
   * @param lastStep the step that it ends with
   * @param patient whether it ends early where the options say so
   */
  public record Period(long lastStep, boolean patient) {}

  /**
   * Trains.
   *
   * @param owner the owner of the end's arrays
   * @param context the model, the examples, and where the training tells what it does
   * @param start where to begin
   * @param deadline the end of its time
   */
  public TrainingPoint run(
      NDManager owner,
      TrainingContext context,
      TrainingPoint start,
      Period period,
      Deadline deadline) {
    long every = options.evaluationInterval(order.stepsPerEpoch(), totalSteps);
    Validation validation =
        new Validation(context.model(), context.validation(), options.evaluationBatchSize(), every);
    Optional<Integer> patience =
        options.earlyStoppingPatience().filter(evaluations -> period.patient());
    Ending ending = new Ending(period.lastStep(), totalSteps, patience);
    return new TrainingLoop(step(context), validation, context, ending).run(owner, start, deadline);
  }

  /** The whole training in one period. */
  public Period whole() {
    return new Period(totalSteps, true);
  }

  /**
   * What a training that has ended results in: the best parameters, or the last ones. It tells if
   * these are not what its schedule is to end with, and if the training loss has not fallen.
   *
   * @param scope the owner of its theta
   */
  public TrainingResult result(Workspace scope, TrainingContext context, TrainingPoint end) {
    tellIfUnsettled(context, end.step());
    if (end.step() == totalSteps) {
      end.trend().warning(totalSteps).ifPresent(context.monitor()::notice);
    }
    Optional<Best> best = end.best().filter(b -> options.keepBest());
    NDArray theta = best.map(Best::theta).orElseGet(() -> end.iterate().theta());
    return new TrainingResult(
        scope.copy(theta),
        best.map(Best::step).orElse(end.step()),
        end.trainingLoss(),
        best.map(b -> OptionalDouble.of(b.loss())).orElse(end.validationLoss()),
        context.timeLimit().isPresent() ? Map.of("steps", Figure.of(end.step())) : Map.of());
  }

  private void tellIfUnsettled(TrainingContext context, long steps) {
    AdapterPlan plan = context.model().plan();
    if (!step(context).isSettledAt(steps)) {
      context
          .monitor()
          .notice(
              ("training ended at step %d of %d, before %s had its final form, such as its ranks;"
                      + " the last parameters are kept as they are")
                  .formatted(
                      steps,
                      totalSteps,
                      context.schedule().isPresent() ? "the strategy" : plan.adapterPhrase()));
    }
  }

  /** The validation loss of what a training results in; empty without validation examples. */
  public OptionalDouble validationLoss(TrainingContext context, TrainingResult of) {
    if (context.validation().isEmpty()) {
      return OptionalDouble.empty();
    }
    Validation validation =
        new Validation(context.model(), context.validation(), options.evaluationBatchSize(), 1);
    return OptionalDouble.of(validation.loss(context.manager(), of.theta(), of.step()));
  }

  /**
   * What a training takes.
   *
   * @param periods how many periods it has, after each of which there is an evaluation
   */
  public static Workload cost(TrainingOptions options, TrainingSetting.Size size, int periods) {
    int together = Math.min(options.perDeviceTrainBatchSize(), size.training());
    int perEpoch = options.stepsPerEpoch(size);
    long steps = size.steps().orElseGet(() -> options.totalSteps(perEpoch));
    long every = options.evaluationInterval(perEpoch, steps);
    long between =
        LongStream.rangeClosed(1, periods)
            .map(period -> endOf(period, periods, steps))
            .filter(step -> step > 0 && step % every != 0)
            .distinct()
            .count();
    long evaluations = size.validation() == 0 ? 0 : steps / every + between;
    long last = Math.min(size.training(), steps % perEpoch * options.examplesPerStep(size));
    Workload work =
        Workload.NONE
            .trainingGradients(
                new Passes(steps / perEpoch, together)
                    .times(size.training())
                    .plus(new Passes(last, together)))
            .forward(
                new Passes(evaluations, Math.min(options.evaluationBatchSize(), size.validation()))
                    .times(size.validation()))
            .storedThetas(storedThetas(options))
            .batchesOfStep(options.gradientAccumulationSteps());
    OptionalLong known = options.steps(size);
    return known.isPresent() ? work.steps(known.getAsLong()) : work;
  }

  /** The last step of a period, from 1, of periods of equal length. */
  public static long endOf(long period, int periods, long steps) {
    return steps * period / periods;
  }

  /**
   * The initial theta, the present one and the next, each with what the optimiser keeps; the best,
   * and the multipliers of the learning rate.
   */
  private static long storedThetas(TrainingOptions options) {
    return 3L * options.update().iterateArrays() + 1 + options.update().ruleArrays();
  }
}
