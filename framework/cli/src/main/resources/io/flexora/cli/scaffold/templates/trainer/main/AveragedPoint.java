package {{package}};

import ai.djl.ndarray.NDArray;
import io.flexora.api.run.State;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.vector.Workspace;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a training stands: all that the next step depends on, and so all that a checkpoint holds.
 *
 * @param point theta, its optimiser, and where the layers of a schedule stand
 * @param average the exponential average of theta
 */
record AveragedPoint(TrainingPoint point, NDArray average) {

  private static final String AVERAGE = "average.theta";

  static AveragedPoint of(State state) {
    Map<String, NDArray> arrays = new HashMap<>(state.arrays());
    NDArray average = arrays.remove(AVERAGE);
    State rest = new State(state.step(), arrays, state.values());
    return new AveragedPoint(TrainingPoint.of(rest), average);
  }

  State state() {
    State state = point.state();
    Map<String, NDArray> arrays = new HashMap<>(state.arrays());
    arrays.put(AVERAGE, average);
    return new State(state.step(), arrays, state.values());
  }

  /** The point after a step, with arrays of its own in the scope of a workspace. */
  AveragedPoint moved(Workspace work, TrainingPoint next, double decay) {
    // The bias of the start goes as in Adam: the first average is the first theta.
    double kept = Math.min(decay, 1 - 1.0 / next.step());
    NDArray theta = work.share(next.iterate().theta());
    NDArray moved = work.share(average).mul(kept).add(theta.mul(1 - kept));
    return new AveragedPoint(next.keptBy(work), work.keep(moved));
  }
}
