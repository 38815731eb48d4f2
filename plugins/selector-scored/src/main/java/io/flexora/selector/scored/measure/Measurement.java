package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import java.util.List;

/**
 * Scores the layers: trains the adapters of all layers for some steps, or not at all, and then
 * measures something over batches at that theta.
 *
 * @param measure what is measured
 * @param batches the batches that are summed over
 * @param batchSize the examples in each of them
 * @param warmUp the training before
 * @param once whether no training example is measured twice, though it leaves fewer batches
 */
public record Measurement(
    Measure measure, int batches, int batchSize, WarmUp warmUp, boolean once) {

  /** Measures batches of any number of epochs. */
  public Measurement(Measure measure, int batches, int batchSize, WarmUp warmUp) {
    this(measure, batches, batchSize, warmUp, false);
  }

  /**
   * Measures examples one by one, each of them once.
   *
   * @param examples how many; all where there are fewer
   */
  public static Measurement ofExamples(Measure measure, int examples, WarmUp warmUp) {
    return new Measurement(measure, examples, 1, warmUp, true);
  }

  /**
   * The score of each layer.
   *
   * @throws FlexoraException if a score is no number, or all are 0 for want of a training
   */
  public List<Double> run(SelectionContext context) {
    BilevelProblem training = problem(context, warmUp.batchSize());
    BilevelProblem measured = problem(context, batchSize);
    int layers = context.shape().layers();
    int numbers = measure.numbers(layers, context.targets().size());
    int skipped = skipped(context);
    List<Double> scores =
        new Steps(
                (long) warmUp.steps() + batches(context),
                scope -> MeasurementPoint.start(warmUp.start(scope, training), numbers),
                (scope, at) -> after(scope, training, measured, inTime(context, at), skipped),
                at -> scores(at, layers))
            .run(context);
    requireFinite(scores);
    requireTrained(scores);
    return scores;
  }

  /**
   * What the warm-up takes, and the measurement at the theta that it left.
   *
   * @param layers the layers of the model
   */
  public Workload cost(int layers) {
    Workload warm = warmUp.cost();
    Workload measured = measure.cost(batches, batchSize, layers);
    return warm.plus(measured.storedThetas(warm.storedThetas() + measured.storedThetas()));
  }

  /** How many batches there are to measure. */
  private int batches(SelectionContext context) {
    return once ? Math.min(batches, epoch(context)) : batches;
  }

  /** The steps between the warm-up and the first that is measured: the rest of an epoch. */
  private int skipped(SelectionContext context) {
    return once ? Math.floorMod(-warmUp.steps(), epoch(context)) : 0;
  }

  /** The steps in which the measured problem has each training example once. */
  private int epoch(SelectionContext context) {
    int examples = context.trainingExamples().size();
    return examples / batchSize + (examples % batchSize == 0 ? 0 : 1);
  }

  private static BilevelProblem problem(SelectionContext context, int size) {
    return context.problem(new ProblemOptions(size, 1, size, 1));
  }

  /** A warm-up whose time is over has ended, so that something is measured at all. */
  private MeasurementPoint inTime(SelectionContext context, MeasurementPoint at) {
    boolean warms = at.step() > 0 && at.step() < warmUp.steps();
    return warms && context.timeIsUp() ? at.at(warmUp.steps()) : at;
  }

  private MeasurementPoint after(
      NDManager scope,
      BilevelProblem training,
      BilevelProblem measured,
      MeasurementPoint at,
      int skipped) {
    if (at.step() < warmUp.steps()) {
      return at.moved(warmUp.step(scope, training, at.step(), at.arrays()));
    }
    return at.plus(measure.of(scope, measured, at.step() + skipped, WarmUp.theta(at.arrays())));
  }

  private List<Double> scores(MeasurementPoint at, int layers) {
    long done = at.step() - warmUp.steps();
    return done > 0 ? measure.scores(at.sums(), done, layers) : List.of();
  }

  private void requireFinite(List<Double> scores) {
    if (!scores.stream().allMatch(Double::isFinite)) {
      throw new FlexoraException(
          "the scores of the layers are no numbers%s: %s".formatted(warmUp.advice(), scores));
    }
  }

  private void requireTrained(List<Double> scores) {
    if (measure.isZeroUntrained() && scores.stream().allMatch(score -> score == 0)) {
      throw new FlexoraException("the scores of all layers are 0 " + warmUp.adviceOnZeros());
    }
  }
}
