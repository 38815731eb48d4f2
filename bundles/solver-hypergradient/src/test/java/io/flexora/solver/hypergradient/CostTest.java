package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.GatedProblem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        new TruncatedOptions(
            new UnrolledOptions(STEPS, INNER, Optional.empty(), Products.EXACT, false, 1), 3);
    requireCost(new TruncatedSolver(options), STEPS, 3);
  }

  @Test
  void dartsTakesThreeGradientsAndNoProduct() {
    requireCost(new DartsSolver(new DartsOptions(INNER, Optional.empty())), 3, 0);
  }

  /** A model that computes in 16 bits is refused then. */
  @Test
  void saysWhetherItTakesDifferencesOfGradients() {
    UnrolledOptions differences =
        new UnrolledOptions(STEPS, INNER, Optional.empty(), Products.FINITE_DIFFERENCES, false, 1);

    assertThat(new UnrolledSolver(differences).usesFiniteDifferences()).isTrue();
    assertThat(new TruncatedSolver(new TruncatedOptions(differences, 1)).usesFiniteDifferences())
        .isTrue();
    assertThat(new DartsSolver(new DartsOptions(INNER, Optional.empty())).usesFiniteDifferences())
        .isTrue();
    assertThat(new TruncatedSolver(new TruncatedOptions(differences, 0)).usesFiniteDifferences())
        .as("no step is differentiated through")
        .isFalse();
    assertThat(unrolled(Optional.empty(), Products.EXACT).usesFiniteDifferences()).isFalse();
    assertThat(
            new FirstOrderSolver(new FirstOrderOptions(STEPS, INNER, false))
                .usesFiniteDifferences())
        .isFalse();
  }

  private void requireCost(Solver solver, int gradients, int products) {
    CountedProblem calls = new CountedProblem(new GatedNetProblem(manager), LiveArrays.of(manager));
    InnerState start = solver.start(manager, calls);
    solver.step(manager, calls, start, manager.create(new double[] {0.3, -0.2, 0.5}), 0);

    Workload seen = calls.cost();
    assertThat(seen.trainingGradients().examples()).isEqualTo(gradients);
    assertThat(seen.hessianProducts().examples()).isEqualTo(products);
    assertThat(seen.validationGradients().examples()).isOne();
    assertThat(solver.cost(3)).isEqualTo(seen);
  }

  @ParameterizedTest
  @EnumSource
  void statesWhatItTakesWhateverItsOptions(Products products) {
    for (InnerOptions inner : List.of(Inner.plain(OptimiserKind.SGD, 0.01), INNER)) {
      for (int steps : new int[] {0, 1, 2, 7}) {
        for (int every : new int[] {1, 2, 3, 100}) {
          for (boolean restart : new boolean[] {false, true}) {
            for (int graphs : new int[] {0, 1, 3}) {
              UnrolledOptions options =
                  new UnrolledOptions(steps, inner, Optional.of(every), products, restart, graphs);
              requireStated(new UnrolledSolver(options));
              for (int depth = 0; depth <= Math.min(steps, 5); depth++) {
                requireStated(new TruncatedSolver(new TruncatedOptions(options, depth)));
              }
            }
          }
        }
      }
    }
  }

  private void requireStated(Solver solver) {
    try (NDManager own = manager.newSubManager()) {
      CountedProblem calls =
          new CountedProblem(new GatedProblem(4, List.of(0, 3), 5), LiveArrays.of(own));
      InnerState start = solver.start(own, calls);
      solver.step(own, calls, start, own.create(new double[] {0.3, -0.5, 0.2, 0.7}), 0);
      assertThat(solver.cost(4)).isEqualTo(calls.cost());
    }
  }

  private static Solver unrolled(Optional<Integer> checkpointEvery, Products products) {
    return new UnrolledSolver(
        new UnrolledOptions(STEPS, INNER, checkpointEvery, products, false, 1));
  }
}
