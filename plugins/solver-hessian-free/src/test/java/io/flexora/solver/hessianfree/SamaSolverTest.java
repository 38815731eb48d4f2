package io.flexora.solver.hessianfree;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.TruncatedOptions;
import io.flexora.solver.hypergradient.TruncatedSolver;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import io.flexora.testkit.host.Extensions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamaSolverTest {

  private static final double[] GATES = {0.3, -0.5, 0.2, 0.7};

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void isTheDerivativeThroughTheLastStep(OptimiserKind kind) {
    BilevelProblem problem = new GatedProblem(GATES.length, List.of(0, 3), 5);
    InnerOptions inner = Toy.inner(kind, 0.05, 0.5);
    UnrolledOptions unrolled =
        new UnrolledOptions(4, inner, Optional.empty(), Products.EXACT, false, 1);
    Solver truncated = Extensions.of(TruncatedSolver.class, new TruncatedOptions(unrolled, 1));

    Hypergradient expected = second(truncated, problem, GATES);
    Hypergradient found = second(sama(inner, PerturbedTheta.BEFORE_LAST_STEP), problem, GATES);

    assertThat(Toy.error(gradient(found), gradient(expected))).isLessThan(1e-6);
    assertThat(found.next().theta().toDoubleArray())
        .isEqualTo(expected.next().theta().toDoubleArray());
    Hypergradient published = second(sama(inner, PerturbedTheta.AFTER_LAST_STEP), problem, GATES);
    assertThat(Toy.error(gradient(published), gradient(expected))).isBetween(1e-5, 0.5);
  }

  /** Where the mixed derivative is the same everywhere: {@code cα + η BᵀW(θ − t)}. */
  @ParameterizedTest
  @EnumSource(PerturbedTheta.class)
  void hasTheClosedFormOfGradientDescent(PerturbedTheta around) {
    QuadraticBilevel toy = Toy.problem();
    Hypergradient found =
        second(sama(Toy.inner(OptimiserKind.SGD, 0.3, 0), around), toy, Toy.ALPHA);

    double[] q = toy.inTheta(found.next().theta().toDoubleArray());
    for (int i = 0; i < q.length; i++) {
      q[i] *= 0.3;
    }
    assertThat(Toy.error(gradient(found), toy.response(Toy.ALPHA, q))).isLessThan(1e-9);
  }

  /** The identity in place of the inverse: a direction that can be used, of another length. */
  @Test
  void pointsWhereTheHypergradientPointsAndIsTooShort() {
    QuadraticBilevel toy = Toy.problem();
    QuadraticBilevel converged = toy.startingAt(toy.minimiser(Toy.ALPHA));
    double[] truth = toy.hypergradient(Toy.ALPHA);

    double[] found =
        gradient(
            second(
                sama(Toy.inner(OptimiserKind.SGD, 1, 0), PerturbedTheta.AFTER_LAST_STEP),
                converged,
                Toy.ALPHA));

    double along = 0;
    double length = 0;
    double whole = 0;
    for (int i = 0; i < truth.length; i++) {
      along += found[i] * truth[i];
      length += found[i] * found[i];
      whole += truth[i] * truth[i];
    }
    assertThat(along / Math.sqrt(length * whole)).isGreaterThan(0.9);
    assertThat(Math.sqrt(length / whole)).isLessThan(0.6);
  }

  @Test
  void saysThatItTakesDifferencesOfGradients() {
    InnerOptions inner = Toy.inner(OptimiserKind.SGD, 0.3, 0);

    assertThat(sama(inner, PerturbedTheta.BEFORE_LAST_STEP).usesFiniteDifferences()).isTrue();
  }

  private static Solver sama(InnerOptions inner, PerturbedTheta around) {
    return new SamaSolver(new SamaOptions(4, inner, around, Optional.empty(), false));
  }

  /** The second outer step, where the optimiser has a state. */
  private Hypergradient second(Solver solver, BilevelProblem problem, double[] alpha) {
    InnerState start = solver.start(manager, problem);
    InnerState warm =
        solver.step(manager, problem, start, NativeArrays.of(manager, alpha), 0).next();
    return solver.step(manager, problem, warm, NativeArrays.of(manager, alpha), 1);
  }

  private static double[] gradient(Hypergradient found) {
    return found.gradient().toDoubleArray();
  }
}
