package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NystromSolverTest {

  private static final double[] ALPHA = {0.4, -0.3, 0.2, 0.7, -0.5, 0.1};
  private static final int PARAMETERS = 40;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final Settings settings = new Settings();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A toy at a theta of ones, where the right side is not that of a minimum. */
  private static QuadraticBilevel toy(IntToDoubleFunction eigenvalue) {
    double[] eigenvalues = IntStream.range(0, PARAMETERS).mapToDouble(eigenvalue).toArray();
    return new QuadraticBilevel(eigenvalues, 5).startingAt(ones());
  }

  private static double[] ones() {
    return IntStream.range(0, PARAMETERS).mapToDouble(i -> 1).toArray();
  }

  private static QuadraticBilevel ofRankTen() {
    return toy(i -> i < 10 ? 1 - 0.05 * i : 0);
  }

  /** Eigenvalues from 1 to 1e-8. */
  private static QuadraticBilevel ofFastDecay() {
    return toy(i -> Math.pow(10, -8 * i / 39.0));
  }

  private double error(QuadraticBilevel toy, int rank, Sketch sketch) {
    return error(toy, settings.nystrom(rank, sketch, 1));
  }

  private double error(QuadraticBilevel toy, Solver solver) {
    double[] found = step(solver, toy, 0).gradient().toDoubleArray();
    double[] direct = toy.response(ALPHA, new double[PARAMETERS]);
    double[] truth = toy.implicit(ones(), ALPHA, settings.damping);
    double apart = 0;
    double whole = 0;
    for (int i = 0; i < truth.length; i++) {
      apart += Math.pow(found[i] - truth[i], 2);
      whole += Math.pow(truth[i] - direct[i], 2);
    }
    return Math.sqrt(apart / whole);
  }

  private Hypergradient step(Solver solver, BilevelProblem problem, long outerStep) {
    InnerState start = solver.start(manager, problem);
    return solver.step(manager, problem, start, NativeArrays.of(manager, ALPHA), outerStep);
  }

  @ParameterizedTest
  @EnumSource(Sketch.class)
  void ofFullRankItIsTheSolution(Sketch sketch) {
    settings.damping = 0.01;
    assertThat(error(toy(i -> Math.pow(10, -i / 20.0)), PARAMETERS, sketch)).isLessThan(1e-11);

    settings.damping = 0.1;
    assertThat(error(ofFastDecay(), PARAMETERS, sketch)).isLessThan(2e-13);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20})
  void ofTheRankOfTheHessianItIsTheSolution(int rank) {
    settings.damping = 0.01;

    assertThat(error(ofRankTen(), rank, Sketch.GAUSSIAN)).isLessThan(1e-9);
    assertThat(settings.warnings).isEmpty();
  }

  @Test
  void whatDecaysFastIsFoundWithFewProducts() {
    settings.damping = 0.1;

    assertThat(error(ofFastDecay(), 20, Sketch.GAUSSIAN)).isLessThan(1e-2);
    assertThat(error(ofFastDecay(), 5, Sketch.GAUSSIAN)).isLessThan(1);
    assertThat(settings.warnings).isEmpty();
  }

  /** For one right side; the products of a sketch serve many. */
  @Test
  void conjugateGradientIsNearerWithAsManyProductsUnlessTheyAreTheRank() {
    settings.damping = 0.01;
    requireNearer(ofRankTen());
    requireNearer(toy(i -> Math.pow(10, -2 * i / 39.0)));
    settings.damping = 0.1;
    requireNearer(ofFastDecay());

    settings.damping = 0.01;
    settings.iterations = 10;
    assertThat(error(ofRankTen(), 10, Sketch.GAUSSIAN))
        .isLessThan(error(ofRankTen(), settings.implicit()));
  }

  private void requireNearer(QuadraticBilevel toy) {
    settings.iterations = 5;
    assertThat(error(toy, settings.implicit())).isLessThan(error(toy, 5, Sketch.GAUSSIAN) / 4);
  }

  /** Eigenvalues that it misses are above the damping. */
  @Test
  void whatIsWorseThanNoSolutionIsWarnedOfOnce() {
    settings.damping = 0.01;
    QuadraticBilevel slow = toy(i -> Math.pow(10, -2 * i / 39.0));

    NystromSolver solver = settings.nystrom(5, Sketch.GAUSSIAN, 1);
    Hypergradient found = step(solver, slow, 0);
    step(solver, slow, 1);

    assertThat(found.next().arrays().get(Response.RESIDUAL).getDouble(0)).isGreaterThan(1);
    assertThat(settings.warnings)
        .singleElement()
        .asString()
        .contains("worse than none", "raise damping (0.01)", "rank 5", "solver implicit");
    assertThat(error(slow, 5, Sketch.GAUSSIAN)).isGreaterThan(1);
  }

  private double[] gradientOfSeed(long seed, Sketch sketch, long outerStep) {
    settings.seed = seed;
    NystromSolver solver = settings.nystrom(5, sketch, 1);
    return step(solver, ofRankTen(), outerStep).gradient().toDoubleArray();
  }

  @Test
  void theRunsSeedAndTheOuterStepDecideOnGaussianDirections() {
    settings.damping = 1;
    double[] found = gradientOfSeed(1, Sketch.GAUSSIAN, 0);

    assertThat(gradientOfSeed(1, Sketch.GAUSSIAN, 0)).isEqualTo(found);
    assertThat(gradientOfSeed(2, Sketch.GAUSSIAN, 0)).isNotEqualTo(found);
    assertThat(gradientOfSeed(1, Sketch.GAUSSIAN, 1)).isNotEqualTo(found);
    assertThat(gradientOfSeed(2, Sketch.COLUMNS, 0))
        .isEqualTo(gradientOfSeed(1, Sketch.COLUMNS, 0));
  }

  /** A Hessian with a diagonal alone, of which five columns show every eighth entry. */
  private static BilevelProblem diagonal(double shown, double missed) {
    double[] entries =
        IntStream.range(0, PARAMETERS).mapToDouble(i -> i % 8 == 0 ? shown : missed).toArray();
    return new ForwardingProblem(ofRankTen()) {
      @Override
      public Direction trainingProduct(
          NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
        NDArray inGates = super.trainingProduct(scope, innerStep, theta, alpha, u).alpha();
        return new Direction(NativeArrays.of(scope, entries).mul(u.theta()), inGates);
      }
    };
  }

  private static double residual(Hypergradient found) {
    return found.next().arrays().get(Response.RESIDUAL).getDouble(0);
  }

  @Test
  void aPoorSolutionIsWarnedOfOnceWhereTheDampingIsBelowAllThatTheSketchShows() {
    settings.damping = 0.01;
    NystromSolver solver = settings.nystrom(5, Sketch.COLUMNS, 1);

    assertThat(residual(step(solver, diagonal(1, 0.0095), 0))).isBetween(0.5, 1.0);
    step(solver, diagonal(1, 0.0095), 1);

    assertThat(settings.warnings)
        .singleElement()
        .asString()
        .contains("the smallest eigenvalue that the sketch shows", "raise damping (0.01)");
    assertThat(residual(step(solver, diagonal(1, 0.05), 2))).isGreaterThan(1);
    assertThat(settings.warnings).hasSize(2).last().asString().contains("worse than none");
  }

  @Test
  void aLargeResidualOrALittleDampingAloneIsNotWarnedOf() {
    settings.damping = 0.01;

    assertThat(residual(step(settings.nystrom(5, Sketch.COLUMNS, 1), diagonal(1, 0.004), 0)))
        .isBetween(0.1, 0.5);
    assertThat(residual(step(settings.nystrom(5, Sketch.COLUMNS, 1), diagonal(0.005, 0.0095), 0)))
        .isBetween(0.5, 1.0);

    assertThat(settings.warnings).isEmpty();
  }

  @Test
  void aDampingBelowAllThatIsShownIsNoSignOfABadSolutionByItself() {
    settings.damping = 0.1;
    settings.seed = 67;
    NystromSolver solver = settings.nystrom(5, Sketch.GAUSSIAN, 2);
    Hypergradient found = step(solver, ofFastDecay(), 0);

    assertThat(NystromSketch.of(found.next().arrays()).smallestShown(manager))
        .isCloseTo(0.12, within(0.005));
    assertThat(residual(found)).isCloseTo(0.29, within(0.005));
    assertThat(settings.warnings).isEmpty();
  }

  @Test
  void aSketchIsUsedAgainForAnotherRightSide() {
    settings.damping = 0.01;
    settings.innerSteps = 2;
    CountedProblem counted = new CountedProblem(ofRankTen(), LiveArrays.of(manager));
    NystromSolver solver = settings.nystrom(10, Sketch.GAUSSIAN, 3);
    Hypergradient first = step(solver, counted, 0);
    assertThat(counted.cost().hessianProducts().examples()).isEqualTo(11);

    Hypergradient second =
        solver.step(manager, counted, first.next(), NativeArrays.of(manager, ALPHA), 1);

    assertThat(counted.cost().hessianProducts().examples()).isEqualTo(12);
    double[] theta = second.next().theta().toDoubleArray();
    double[] truth = ofRankTen().implicit(theta, ALPHA, 0.01);
    for (int i = 0; i < truth.length; i++) {
      assertThat(second.gradient().getDouble(i)).isCloseTo(truth[i], within(1e-7));
    }
    solver.step(manager, counted, second.next(), NativeArrays.of(manager, ALPHA), 3);
    assertThat(counted.cost().hessianProducts().examples()).isEqualTo(23);
  }

  @Test
  void keepsNoMoreThanItStates() {
    settings.damping = 0.01;
    CountedProblem counted = new CountedProblem(ofRankTen(), LiveArrays.of(manager));
    NystromSolver solver = settings.nystrom(10, Sketch.GAUSSIAN, 1);

    step(solver, counted, 0);

    assertThat(counted.cost().storedThetas())
        .isBetween(20L, solver.cost(ALPHA.length).storedThetas());
  }

  @Test
  void moreColumnsThanThereAreParametersAreRefused() {
    NystromSolver solver = settings.nystrom(41, Sketch.COLUMNS, 1);
    settings.damping = 1;

    assertThatThrownBy(() -> solver.start(manager, ofRankTen()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("rank: 41 is more than the 40 parameters")
        .hasMessageContaining("write rank: 40 or less");
  }
}
