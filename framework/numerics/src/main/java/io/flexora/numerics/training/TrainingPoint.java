package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.run.State;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The state of a training: all that the next step depends on.
 *
 * @param step the steps that were done
 * @param iterate where theta and its optimiser stand
 * @param best the best parameters; empty before the first evaluation
 * @param worse the evaluations since the best one
 * @param trainingLoss the latest loss on training data; empty before the first step
 * @param validationLoss the latest loss on validation data; empty before the first evaluation
 * @param trend whether the loss on training data has fallen
 * @param layers where the layers stand; empty if all of them were trained in all steps
 * @param known the state of the schedule
 * @param optimisedSince the step, from 0, with which the optimiser has begun
 * @param outOfTime whether the training ended here because its time was over
 * @since 0.1
 */
public record TrainingPoint(
    long step,
    Iterate iterate,
    Optional<Best> best,
    int worse,
    OptionalDouble trainingLoss,
    OptionalDouble validationLoss,
    LossTrend trend,
    Optional<LayerProgress> layers,
    Known known,
    long optimisedSince,
    boolean outOfTime) {

  private static final String BEST = "best.theta";
  private static final String BEST_LOSS = "best_loss";
  private static final String BEST_STEP = "best_step";
  private static final String WORSE = "evaluations_since_best";
  private static final String OUT_OF_TIME = "out_of_time";
  private static final String NUMBERS = "schedule.known";
  private static final String ARRAY = "adapter.";
  private static final String OPTIMISED_SINCE = "optimised_since";
  private static final String TRAINING_LOSS = "training_loss";
  private static final String VALIDATION_LOSS = "validation_loss";

  /**
   * The point before the first step.
   *
   * @param iterate theta and its optimiser in their initial state
   * @param known the state of the schedule before the first step
   */
  public static TrainingPoint start(Iterate iterate, Known known) {
    OptionalDouble none = OptionalDouble.empty();
    Optional<LayerProgress> all = Optional.empty();
    return new TrainingPoint(
        0, iterate, Optional.empty(), 0, none, none, LossTrend.START, all, known, 0, false);
  }

  /** Reads a point back from a checkpoint that {@link #state} has made; the arrays are the same. */
  public static TrainingPoint of(State state) {
    Map<String, NDArray> arrays = new TreeMap<>(state.arrays());
    Optional<Best> best =
        Optional.ofNullable(arrays.remove(BEST))
            .map(
                theta ->
                    new Best(
                        theta,
                        number(state, BEST_LOSS).doubleValue(),
                        number(state, BEST_STEP).longValue()));
    List<NDArray> kept = new ArrayList<>();
    while (arrays.containsKey(ARRAY + kept.size())) {
      kept.add(arrays.remove(ARRAY + kept.size()));
    }
    List<Double> numbers =
        LayerProgress.numbers(state, NUMBERS).stream().map(Number::doubleValue).toList();
    return new TrainingPoint(
        state.step(),
        Iterate.of(arrays),
        best,
        number(state, WORSE).intValue(),
        loss(state, TRAINING_LOSS),
        loss(state, VALIDATION_LOSS),
        LossTrend.of(state),
        LayerProgress.of(state),
        new Known(numbers, kept),
        ((Number) state.values().getOrDefault(OPTIMISED_SINCE, 0L)).longValue(),
        (Boolean) state.values().getOrDefault(OUT_OF_TIME, false));
  }

  /** What a checkpoint keeps of the point; the arrays are the same. */
  public State state() {
    Map<String, NDArray> arrays = new TreeMap<>(iterate.arrays());
    Map<String, Object> values = new TreeMap<>();
    values.put(WORSE, worse);
    for (int i = 0; i < known.arrays().size(); i++) {
      arrays.put(ARRAY + i, known.arrays().get(i));
    }
    if (layers.isPresent() || !known.numbers().isEmpty()) {
      values.put(NUMBERS, known.numbers());
    }
    if (optimisedSince > 0) {
      values.put(OPTIMISED_SINCE, optimisedSince);
    }
    trend.writeTo(values);
    layers.ifPresent(l -> l.writeTo(values));
    if (outOfTime) {
      values.put(OUT_OF_TIME, true);
    }
    trainingLoss.ifPresent(loss -> values.put(TRAINING_LOSS, loss));
    validationLoss.ifPresent(loss -> values.put(VALIDATION_LOSS, loss));
    best.ifPresent(
        b -> {
          arrays.put(BEST, b.theta());
          values.put(BEST_LOSS, b.loss());
          values.put(BEST_STEP, b.step());
        });
    return new State(step, arrays, values);
  }

  /** The point after a step, of so many in all, that was not evaluated. */
  TrainingPoint moved(Iterate next, double loss, long totalSteps) {
    return new TrainingPoint(
        step + 1,
        next,
        best,
        worse,
        OptionalDouble.of(loss),
        validationLoss,
        trend.after(step + 1, totalSteps, loss),
        layers,
        known,
        optimisedSince,
        outOfTime);
  }

  /** The same point as a schedule leaves it. */
  TrainingPoint scheduled(
      Iterate moved, Known nowKnown, Optional<LayerProgress> nowLayers, long nowSince) {
    return new TrainingPoint(
        step,
        moved,
        best,
        worse,
        trainingLoss,
        validationLoss,
        trend,
        nowLayers,
        nowKnown,
        nowSince,
        outOfTime);
  }

  /** The same point from which another training goes on, whose best and trend are not known yet. */
  public TrainingPoint begun() {
    return new TrainingPoint(
        step,
        iterate,
        Optional.empty(),
        0,
        trainingLoss,
        validationLoss,
        LossTrend.NONE,
        layers,
        known,
        optimisedSince,
        outOfTime);
  }

  /** The same point after its evaluation. */
  public TrainingPoint evaluated(double loss) {
    boolean better = best.map(b -> loss < b.loss()).orElse(true);
    Optional<Best> now = better ? Optional.of(new Best(iterate.theta(), loss, step)) : best;
    return evaluated(loss, now, better ? 0 : worse + 1);
  }

  /** The same point after an evaluation, where its parameters cannot be kept as the best. */
  public TrainingPoint withValidationLoss(double loss) {
    return evaluated(loss, best, worse);
  }

  private TrainingPoint evaluated(double loss, Optional<Best> nowBest, int nowWorse) {
    return new TrainingPoint(
        step,
        iterate,
        nowBest,
        nowWorse,
        trainingLoss,
        OptionalDouble.of(loss),
        trend,
        layers,
        known,
        optimisedSince,
        outOfTime);
  }

  /** The same point, which is the last one if the time is over. */
  public TrainingPoint last(boolean timeIsOver) {
    return new TrainingPoint(
        step,
        iterate,
        best,
        worse,
        trainingLoss,
        validationLoss,
        trend,
        layers,
        known,
        optimisedSince,
        timeIsOver);
  }

  /** The same point with arrays of its own in the scope of a workspace. */
  public TrainingPoint keptBy(Workspace work) {
    Map<String, NDArray> arrays = new TreeMap<>();
    iterate.arrays().forEach((name, array) -> arrays.put(name, work.copy(array)));
    Optional<Best> kept = best.map(b -> new Best(work.copy(b.theta()), b.loss(), b.step()));
    List<NDArray> states = known.arrays().stream().map(work::copy).toList();
    return new TrainingPoint(
        step,
        Iterate.of(arrays),
        kept,
        worse,
        trainingLoss,
        validationLoss,
        trend,
        layers,
        new Known(known.numbers(), states),
        optimisedSince,
        outOfTime);
  }

  private static OptionalDouble loss(State state, String name) {
    return state.values().containsKey(name)
        ? OptionalDouble.of(number(state, name).doubleValue())
        : OptionalDouble.empty();
  }

  private static Number number(State state, String name) {
    return (Number) state.values().get(name);
  }
}
