package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LiveArrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an outer step keeps alive, counted whenever the solver asks its problem for something. */
class StoredStatesTest {

  /** AdamW's theta and two moments, and the gradient. */
  private static final int VECTORS_OF_A_STEP = 4;

  private static final int VECTORS_OF_AN_ITERATE = 3;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final BilevelProblem net = new GatedNetProblem(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aStepMoreIsNoMoreThanItsStateMore() {
    int four = peak(unrolled(4, Optional.empty()));

    assertThat(four).isGreaterThan(4 * VECTORS_OF_A_STEP);
    assertThat(peak(unrolled(8, Optional.empty())) - four).isBetween(1, 4 * VECTORS_OF_A_STEP);
    assertThat(peak(unrolled(24, Optional.empty())) - four).isBetween(1, 20 * VECTORS_OF_A_STEP);
  }

  @Test
  void aStepThatIsNotDifferentiatedThroughLeavesNothing() {
    assertThat(peak(truncated(24, 2))).isEqualTo(peak(truncated(6, 2)));
  }

  /** Of a segment that is not on its way back, the beginning alone: theta and two moments. */
  @Test
  void aSegmentThatIsTakenAgainLeavesItsBeginning() {
    int three = peak(unrolled(15, Optional.of(5)));

    assertThat(peak(unrolled(25, Optional.of(5))) - three).isEqualTo(2 * VECTORS_OF_AN_ITERATE);
    assertThat(peak(unrolled(25, Optional.of(5))))
        .isLessThan(peak(unrolled(25, Optional.empty())) / 2);
  }

  private static Solver unrolled(int steps, Optional<Integer> checkpointEvery) {
    InnerOptions inner = Inner.everything(OptimiserKind.ADAMW, 0.05);
    return new UnrolledSolver(
        new UnrolledOptions(steps, inner, checkpointEvery, Products.EXACT, false, 1));
  }

  private static Solver truncated(int steps, int truncation) {
    InnerOptions inner = Inner.everything(OptimiserKind.ADAMW, 0.05);
    return new TruncatedSolver(
        new TruncatedOptions(
            new UnrolledOptions(steps, inner, Optional.empty(), Products.EXACT, false, 1),
            truncation));
  }

  /** The most arrays that were alive at a time in one outer step, above those before it. */
  private int peak(Solver solver) {
    try (NDManager scope = manager.newSubManager()) {
      InnerState start = solver.start(scope, net);
      NDArray alpha = scope.create(new double[] {0.3, -0.2, 0.5});
      Counted counted = new Counted(net, LiveArrays.of(manager));
      int before = counted.live.count();
      solver.step(scope, counted, start, alpha, 0);
      return counted.most - before;
    }
  }

  /** Another problem, counting before and after each of its answers. */
  private static final class Counted extends ForwardingProblem {
    private final LiveArrays live;
    private int most;

    Counted(BilevelProblem problem, LiveArrays live) {
      super(problem);
      this.live = live;
    }

    private <T> T counting(Supplier<T> answer) {
      most = Math.max(most, live.count());
      T found = answer.get();
      most = Math.max(most, live.count());
      return found;
    }

    @Override
    public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
      return counting(() -> super.training(scope, innerStep, theta, alpha));
    }

    @Override
    public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
      return counting(() -> super.validation(scope, outerStep, theta, alpha));
    }

    @Override
    public Direction trainingProduct(
        NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
      return counting(() -> super.trainingProduct(scope, innerStep, theta, alpha, u));
    }
  }
}
