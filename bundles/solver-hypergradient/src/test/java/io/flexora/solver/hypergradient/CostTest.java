package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.CountedProblem;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an outer step costs, as the solvers' documentation says it. */
class CostTest {

  private static final int STEPS = 10;
  private static final InnerOptions INNER = Inner.plain(OptimiserKind.ADAMW, 0.01);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void firstOrderTakesAGradientAStep() {
    requireCost(new FirstOrderSolver(new FirstOrderOptions(STEPS, INNER, false)), STEPS, 0);
  }

  @Test
  void unrolledTakesAGradientAndAProductAStep() {
    requireCost(unrolled(Optional.empty(), Products.EXACT), STEPS, STEPS);
  }

  @Test
  void finiteDifferencesTakeTwoGradientsForAProduct() {
    requireCost(unrolled(Optional.empty(), Products.FINITE_DIFFERENCES), 3 * STEPS, 0);
  }

  /** Of segments of 4, 4 and 2 steps the last one is kept. */
  @Test
  void checkpointsTakeAGradientMoreForEachStepThatIsTakenAgain() {
    requireCost(unrolled(Optional.of(4), Products.EXACT), STEPS + 8, STEPS);
  }

  @Test
  void truncatedTakesAProductForEachOfTheLastSteps() {
    TruncatedOptions options =
        new TruncatedOptions(STEPS, 3, INNER, Optional.empty(), Products.EXACT, false);
    requireCost(new TruncatedSolver(options), STEPS, 3);
  }

  @Test
  void dartsTakesThreeGradientsAndNoProduct() {
    requireCost(new DartsSolver(new DartsOptions(INNER, Optional.empty())), 3, 0);
  }

  private void requireCost(Solver solver, int gradients, int products) {
    CountedProblem calls = new CountedProblem(new GatedNetProblem(manager));
    InnerState start = solver.start(manager, calls.problem());
    solver.step(manager, calls.problem(), start, manager.create(new double[] {0.3, -0.2, 0.5}), 0);

    assertThat(calls.gradients()).isEqualTo(gradients);
    assertThat(calls.products()).isEqualTo(products);
    assertThat(calls.validations()).isOne();
  }

  private static Solver unrolled(Optional<Integer> checkpointEvery, Products products) {
    return new UnrolledSolver(new UnrolledOptions(STEPS, INNER, checkpointEvery, products, false));
  }
}
