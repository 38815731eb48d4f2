package io.flexora.solver.hessianfree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.solver.hypergradient.UnrolledSolver;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.host.Extensions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroOrderSolverTest {

  private static final int SEEDS = 50;
  private static final double[] GATES = {0.3, -0.5, 0.2, 0.7};

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final BilevelProblem gated = new GatedProblem(GATES.length, List.of(0, 3), 5);

  @AfterEach
  void close() {
    manager.close();
  }

  /** {@code sqrt((n + 1) / q)}, where n is one less for directions that sum to 0. */
  @ParameterizedTest
  @CsvSource({"false, 8", "false, 32", "true, 8", "true, 32"})
  void itsErrorIsThatOfRandomDirections(boolean centered, int directions) {
    BilevelProblem problem = centered ? gated : Toy.problem();
    double[] alpha = centered ? GATES : Toy.ALPHA;
    double[] truth = unrolled(problem, alpha);
    double squares = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Solver solver = new ZeroOrderSolver(options(directions, 1e-4, centered), new Seeds(seed));
      double error = Toy.error(gradient(solver, problem, alpha, 0), truth);
      squares += error * error;
    }
    int dimensions = centered ? alpha.length - 1 : alpha.length;
    assertThat(Math.sqrt(squares / SEEDS) / Math.sqrt((dimensions + 1.0) / directions))
        .isBetween(0.8, 1.2);
  }

  /** Both sides see the same batches: along a single direction it is the derivative along it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aDirectionHasTheDerivativeAlongIt(int gate) {
    double[] unit = new double[GATES.length];
    unit[gate] = 1;
    Solver solver = new ZeroOrderSolver(options(1, 1e-4, false), (step, index, gates) -> unit);

    double[] found = gradient(solver, gated, GATES, 0);

    assertThat(found[gate]).isCloseTo(unrolled(gated, GATES)[gate], within(1e-7));
    assertThat(Arrays.stream(found).filter(x -> x != 0).count()).isOne();
  }

  @Test
  void directionsAreThoseOfTheSeedAndTheStep() {
    GaussianDirections directions = new GaussianDirections(new Seeds(7), true);
    double[] first = directions.direction(3, 1, 9);

    assertThat(first).isEqualTo(new GaussianDirections(new Seeds(7), true).direction(3, 1, 9));
    assertThat(first)
        .isNotEqualTo(directions.direction(4, 1, 9))
        .isNotEqualTo(directions.direction(3, 2, 9))
        .isNotEqualTo(new GaussianDirections(new Seeds(8), true).direction(3, 1, 9));
    assertThat(Arrays.stream(first).sum()).isCloseTo(0, within(1e-14));
    assertThat(Arrays.stream(new GaussianDirections(new Seeds(7), false).direction(3, 1, 9)).sum())
        .isNotCloseTo(0, within(1e-3));
  }

  @Test
  void moreGatesThanItAcceptsAreRefusedWithWhatToUse() {
    ZeroOrderOptions few =
        new ZeroOrderOptions(1, Toy.inner(OptimiserKind.SGD, 0.05, 0), 4, 0.05, true, 3, false);

    Solver solver = new ZeroOrderSolver(few, new Seeds(1));
    assertThatThrownBy(() -> solver.start(manager, gated))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the gradient in 4 gates from 4 random directions")
        .hasMessageContaining("about 100 % of its length")
        .hasMessageContaining("max_gates: 4");
    assertThatThrownBy(() -> solver.cost(4))
        .as("a check asks for the cost alone")
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("max_gates: 4");
    assertThat(solver.cost(3).trainingGradients().examples()).isEqualTo(9);
  }

  @Test
  void saysThatItTakesDifferencesOfLosses() {
    assertThat(new ZeroOrderSolver(options(8, 0.05, true), new Seeds(1)).usesFiniteDifferences())
        .isTrue();
  }

  private static ZeroOrderOptions options(int directions, double sigma, boolean centered) {
    return new ZeroOrderOptions(
        2, Toy.inner(OptimiserKind.SGD, 0.05, 0), directions, sigma, centered, 64, false);
  }

  private double[] unrolled(BilevelProblem problem, double[] alpha) {
    UnrolledOptions options =
        new UnrolledOptions(
            2, Toy.inner(OptimiserKind.SGD, 0.05, 0), Optional.empty(), Products.EXACT, false, 1);
    return gradient(Extensions.of(UnrolledSolver.class, options), problem, alpha, 0);
  }

  private double[] gradient(Solver solver, BilevelProblem problem, double[] alpha, long outerStep) {
    try (NDManager scope = manager.newSubManager()) {
      InnerState start = solver.start(scope, problem);
      return solver
          .step(scope, problem, start, NativeArrays.of(scope, alpha), outerStep)
          .gradient()
          .toDoubleArray();
    }
  }
}
