package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The bilevel problem of an adapted model with gates where its plan says: theta on training
 * examples, alpha on validation examples. The batches of a step come from {@link BatchOrder}, the
 * dropout masks from the seed, the step and the batch.
 *
 * @since 0.1
 */
public final class ModelBilevelProblem implements BilevelProblem {

  private final AdaptedModel model;
  private final Seeds seeds;
  private final BatchOrder trainingOrder;
  private final BatchOrder validationOrder;
  private final BatchedLoss training;
  private final BatchedLoss validation;

  /**
   * Makes the problem.
   *
   * @param model a model with adapters on all its layers; it stays the caller's
   * @param training the training examples; at least one
   * @param validation the validation examples; at least one
   * @param options how batches are drawn
   * @param seeds the seed of theta, of the order of the examples and of dropout
   */
  public ModelBilevelProblem(
      AdaptedModel model,
      List<Tokens> training,
      List<Tokens> validation,
      ProblemOptions options,
      Seeds seeds) {
    this.model = model;
    this.seeds = seeds;
    this.training = new BatchedLoss(model, training);
    this.validation = new BatchedLoss(model, validation);
    this.trainingOrder =
        new BatchOrder(
            lengths(training),
            options.batchSize(),
            options.gradientAccumulationSteps(),
            seeds,
            "training");
    this.validationOrder =
        new BatchOrder(
            lengths(validation),
            options.validationBatchSize(),
            options.validationBatches(),
            seeds,
            "validation");
  }

  @Override
  public ParameterIndex parameters() {
    return model.parameters();
  }

  @Override
  public int gates() {
    AdapterPlan plan = model.plan();
    if (plan.gates() == GateIndex.Layout.LAYER) {
      return plan.layers().size();
    }
    List<ModuleShape> modules =
        parameters().places().stream().map(place -> place.site().module()).distinct().toList();
    return GateIndex.of(plan.gates(), plan.layers(), modules, plan.method()).size();
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return model.initialTheta(scope, seeds);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    ProblemArrays.require(this, theta, alpha);
    List<int[]> batches = trainingOrder.batches(innerStep);
    return training.lossGradient(scope, batches, points(innerStep, theta, alpha)).value();
  }

  @Override
  public LossGradient trainingEvaluation(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    ProblemArrays.require(this, theta, alpha);
    List<int[]> batches = trainingOrder.batches(innerStep);
    return training.lossGradient(scope, batches, i -> Point.of(theta, alpha)).value();
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    ProblemArrays.require(this, theta, alpha);
    List<int[]> batches = trainingOrder.batches(innerStep);
    return training.hessianProduct(scope, batches, points(innerStep, theta, alpha), u);
  }

  /** Keeps the graph of a single batch alone: there are several so that one at a time is alive. */
  @Override
  public GradientRecord trainingRecord(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    ProblemArrays.require(this, theta, alpha);
    List<int[]> batches = trainingOrder.batches(innerStep);
    return batches.size() == 1
        ? training.record(scope, batches.get(0), points(innerStep, theta, alpha).apply(0))
        : BilevelProblem.super.trainingRecord(scope, innerStep, theta, alpha);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    if (ability != LayerActivity.StepMeter.class) {
      return model.ability(ability);
    }
    return model.ability(LayerActivity.Meter.class).map(meter -> ability.cast(new Steps(meter)));
  }

  /** Measures the training examples of inner steps. */
  private final class Steps implements LayerActivity.StepMeter {

    private final LayerActivity.Meter meter;

    Steps(LayerActivity.Meter meter) {
      this.meter = meter;
    }

    @Override
    public LayerActivity activity(NDManager scope, long innerStep, NDArray theta) {
      return activity(scope, innerStep, theta, CountedTokens.ALL);
    }

    @Override
    public LayerActivity activity(
        NDManager scope, long innerStep, NDArray theta, CountedTokens tokens) {
      List<int[]> batches = trainingOrder.batches(innerStep);
      return training.activity(meter, scope, batches, Point.of(theta), tokens);
    }
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    ProblemArrays.require(this, theta, alpha);
    List<int[]> batches = validationOrder.batches(outerStep);
    return validation.lossGradient(scope, batches, i -> Point.of(theta, alpha)).value();
  }

  @Override
  public double validationLoss(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    ProblemArrays.require(this, theta, alpha);
    return validation.loss(scope, validationOrder.batches(outerStep), Point.of(theta, alpha));
  }

  private IntFunction<Point> points(long innerStep, NDArray theta, NDArray alpha) {
    Point point = Point.of(theta, alpha);
    return batch -> point.withDropout(seeds.derive("dropout", innerStep, batch));
  }

  private static List<Integer> lengths(List<Tokens> examples) {
    return examples.stream().map(Tokens::length).toList();
  }
}
