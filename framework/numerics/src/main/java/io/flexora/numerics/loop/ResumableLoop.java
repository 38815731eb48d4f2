package io.flexora.numerics.loop;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Steps of a search or a training from one point to the next, with a checkpoint offered after each.
 * An interrupted loop goes on from its newest checkpoint with the same numbers. The arrays of one
 * point are alive at a time, and of two during a step.
 *
 * @param <S> the points between steps
 * @since 0.1
 */
public final class ResumableLoop<S> {

  private final Checkpoints checkpoints;
  private final Monitor monitor;
  private final ToLongFunction<S> step;
  private final BiFunction<S, NDManager, State> state;

  /**
   * Makes a loop.
   *
   * @param step the number of steps before a point
   * @param state the content of a point's checkpoint, given the owner of arrays that are made for
   *     it
   */
  public ResumableLoop(
      Checkpoints checkpoints,
      Monitor monitor,
      ToLongFunction<S> step,
      BiFunction<S, NDManager, State> state) {
    this.checkpoints = checkpoints;
    this.monitor = monitor;
    this.step = step;
    this.state = state;
  }

  /** A point after a step, and the progress that the step reports. */
  public record Advance<S>(S point, Progress progress) {}

  /** A step. */
  @FunctionalInterface
  public interface Step<S> {

    /**
     * Does the step.
     *
     * @param scope the owner of the next point's arrays
     * @param at the point before it, whose arrays are freed after it
     */
    Advance<S> from(NDManager scope, S at);
  }

  /**
   * The first point: that of the newest checkpoint if there is one.
   *
   * @param saved reads a checkpoint
   * @param start makes the point before the first step, in the scope that owns its arrays
   */
  public Function<NDManager, S> newestOr(Function<State, S> saved, Function<NDManager, S> start) {
    return scope -> checkpoints.latest(scope).map(saved).orElseGet(() -> start.apply(scope));
  }

  /**
   * Takes steps to the end.
   *
   * @param owner the owner of all arrays, those of the last point included
   * @param begin makes the first point, in the scope that owns its arrays
   * @param isOver whether a point is the last, as after all steps or where the time is over
   * @return the last point
   * @throws io.flexora.api.run.CancelledException if the run was cancelled; the point then has its
   *     checkpoint
   */
  public S run(NDManager owner, Function<NDManager, S> begin, Predicate<S> isOver, Step<S> next) {
    NDManager held = owner.newSubManager();
    S at = begin.apply(held);
    while (!isOver.test(at)) {
      NDManager scope = owner.newSubManager();
      Advance<S> advance = next.from(scope, at);
      held.close();
      held = scope;
      at = advance.point();
      tell(owner, at, advance.progress());
    }
    return at;
  }

  /**
   * Offers a checkpoint of a point and reports the step before it, in this order, since a cancelled
   * run ends inside {@link Monitor#step}. For loops whose steps are nested elsewhere.
   *
   * @param owner the owner of arrays that are made for the checkpoint, which are freed
   */
  public void tell(NDManager owner, S at, Progress progress) {
    try (NDManager saving = owner.newSubManager()) {
      checkpoints.offer(step.applyAsLong(at), () -> state.apply(at, saving));
      monitor.step(progress);
    }
  }
}
