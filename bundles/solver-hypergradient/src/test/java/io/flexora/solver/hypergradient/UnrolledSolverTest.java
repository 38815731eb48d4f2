package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.problem.QuadraticProblem;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnrolledSolverTest {

  private static final double[] ALPHA = {0.3, -0.2, 0.5};
  private static final double NO_CLIPPING = 0;
  private static final double CLIPPING = 0.05;
  private static final long OUTER_STEP = 4;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final BilevelProblem net = new GatedNetProblem(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SGD, 1", "SGD, 2", "SGD, 5",
    "MOMENTUM, 1", "MOMENTUM, 2", "MOMENTUM, 5",
    "NESTEROV, 1", "NESTEROV, 2", "NESTEROV, 5",
    "ADAMW, 1", "ADAMW, 2", "ADAMW, 5"
  })
  void agreesWithDifferencesOfTheWholeTrajectory(OptimiserKind kind, int steps) {
    requireExact(unrolled(steps, Inner.plain(kind, 0.1)), cold(kind));
    requireExact(unrolled(steps, Inner.everything(kind, NO_CLIPPING)), cold(kind));
    requireExact(unrolled(steps, Inner.everything(kind, CLIPPING)), cold(kind));
  }

  /** Adam with the weight decay in the gradient, whose derivative goes through both moments. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void agreesWithDifferencesWhereTheDecayIsNotDecoupled(int steps) {
    AdamWOptions coupled = new AdamWOptions(0.7, 0.9, 1e-4, 0.1, false);
    Component<Optimiser> adam = OptimiserKind.ADAMW.with(0.8, coupled);

    for (double maxGradNorm : new double[] {NO_CLIPPING, CLIPPING}) {
      Solver solver = unrolled(steps, Inner.everything(adam, maxGradNorm));
      requireExact(solver, solver.start(manager, net));
    }
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void agreesWhenItGoesOnFromAnEarlierStep(OptimiserKind kind) {
    Solver solver = unrolled(3, Inner.everything(kind, CLIPPING));
    InnerState warm = solver.start(manager, net);
    for (int outer = 0; outer < 2; outer++) {
      NDArray alpha = manager.create(new double[] {0.1 * outer, 0, -0.1});
      warm = solver.step(manager, net, warm, alpha, outer).next();
    }

    assertThat(warm.steps()).isEqualTo(6);
    requireExact(solver, warm);
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void agreesWhenItStartsAgainInEachStep(OptimiserKind kind) {
    InnerOptions inner = Inner.everything(kind, NO_CLIPPING);
    Solver solver = unrolled(2, inner, Optional.empty(), Products.EXACT, true);
    InnerState state = solver.start(manager, net);
    InnerState later = solver.step(manager, net, state, manager.create(ALPHA), 0).next();
    InnerState elsewhere = new InnerState(later.steps(), state.arrays());

    requireExact(solver, later);
    assertThat(gradient(solver, later)).isEqualTo(gradient(solver, elsewhere));
  }

  @Test
  void withoutInnerStepsIsFirstOrder() {
    InnerOptions inner = Inner.plain(OptimiserKind.ADAMW, 0.1);

    assertThat(gradient(unrolled(0, inner), cold(OptimiserKind.ADAMW)))
        .isEqualTo(gradient(firstOrder(0, inner), cold(OptimiserKind.ADAMW)));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void withoutALearningRateIsFirstOrder(OptimiserKind kind) {
    InnerOptions inner = Inner.plain(kind, 0);

    assertThat(gradient(unrolled(3, inner), cold(kind)))
        .containsExactly(gradient(firstOrder(3, inner), cold(kind)), within(1e-16));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void truncatedEqualsTheExactOneFromWhereTheTailBegins(OptimiserKind kind) {
    InnerOptions inner = Inner.everything(kind, CLIPPING);
    Hypergradient head =
        firstOrder(3, inner).step(manager, net, cold(kind), manager.create(ALPHA), 0);

    double[] truncated = gradient(truncated(5, 2, inner), cold(kind));

    assertThat(truncated).isEqualTo(gradient(unrolled(2, inner), head.next()));
    assertThat(truncated).isNotEqualTo(gradient(unrolled(5, inner), cold(kind)));
    assertThat(gradient(truncated(5, 5, inner), cold(kind)))
        .isEqualTo(gradient(unrolled(5, inner), cold(kind)));
    assertThat(gradient(truncated(5, 0, inner), cold(kind)))
        .isEqualTo(gradient(firstOrder(5, inner), cold(kind)));
  }

  /** Of an eigenvalue h, T steps of gradient descent see {@code 1 - (1 - rate h)^T}. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void whatTruncationLeavesOutAtAMinimumFallsOffExponentially(int truncation) {
    QuadraticProblem quadratic = new QuadraticProblem(2, 1);
    double[] target = {0.5, -0.25};
    double[] minimum = quadratic.minimiser(ALPHA);
    double along = (minimum[0] - target[0] + minimum[1] - target[1]) / 2;
    double across = (minimum[0] - target[0] - minimum[1] + target[1]) / 2;
    // The parts along the eigenvectors (1, 1) of 3 and (1, -1) of 1.
    double[] ofThree = quadratic.implicit(new double[] {target[0] + along, target[1] + along}, 0);
    double[] ofOne = quadratic.implicit(new double[] {target[0] + across, target[1] - across}, 0);
    InnerState start = new InnerState(0, Map.of(InnerState.THETA, manager.create(minimum)));
    Solver solver = truncated(6, truncation, Inner.plain(OptimiserKind.SGD, 0.2));

    double[] found =
        solver.step(manager, quadratic, start, manager.create(ALPHA), 0).gradient().toDoubleArray();

    for (int gate = 0; gate < found.length; gate++) {
      double expected =
          (1 - Math.pow(0.4, truncation)) * ofThree[gate]
              + (1 - Math.pow(0.8, truncation)) * ofOne[gate];
      assertThat(found[gate]).isCloseTo(expected, within(1e-13));
    }
  }

  @Test
  void firstOrderIsTheDerivativeAtTheThetaOfTheEnd() {
    InnerOptions inner = Inner.everything(OptimiserKind.ADAMW, CLIPPING);
    Hypergradient step = step(firstOrder(3, inner), cold(OptimiserKind.ADAMW));

    requireExact(firstOrder(0, inner), step.next());
    assertThat(step.gradient().toDoubleArray())
        .isEqualTo(gradient(firstOrder(0, inner), step.next()));
  }

  @Test
  void moreStepsThanThereAreCannotBeDifferentiatedThrough() {
    assertThatThrownBy(() -> truncated(5, 9, Inner.plain(OptimiserKind.SGD, 0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("truncation: 9 is more than inner_steps: 5")
        .hasMessageContaining("inner_steps: 9 or more");
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void stepsTakenAgainGiveTheSameBitForBit(OptimiserKind kind) {
    InnerOptions inner = Inner.everything(kind, CLIPPING);
    InnerState start = unrolled(3, inner).start(manager, net);
    Hypergradient all = step(unrolled(7, inner), start);
    Hypergradient tail = step(truncated(7, 5, inner), start);

    for (int every : new int[] {1, 2, 3, 5, 7, 9}) {
      requireSame(step(checkpointed(7, every, inner), start), all);
      Optional<Integer> checkpoints = Optional.of(every);
      requireSame(step(truncated(7, 5, inner, checkpoints), start), tail);
    }
  }

  private static void requireSame(Hypergradient actual, Hypergradient expected) {
    assertThat(actual.gradient().toDoubleArray()).isEqualTo(expected.gradient().toDoubleArray());
    assertThat(actual.trainingLoss()).isEqualTo(expected.trainingLoss());
    assertThat(actual.validationLoss()).isEqualTo(expected.validationLoss());
    expected
        .next()
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(actual.next().arrays().get(name).toDoubleArray())
                    .as(name)
                    .isEqualTo(array.toDoubleArray()));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void finiteDifferenceProductsAgreeWithExactOnes(OptimiserKind kind) {
    InnerOptions inner = Inner.everything(kind, NO_CLIPPING);
    double[] exact = gradient(unrolled(4, inner), cold(kind));

    Solver solver = unrolled(4, inner, Optional.empty(), Products.FINITE_DIFFERENCES, false);
    double[] differences = gradient(solver, cold(kind));

    assertThat(WholeTrajectory.distance(differences, exact))
        .isLessThan(1e-6 * WholeTrajectory.norm(exact));
  }

  /** As DARTS takes its differences, of one step. */
  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void thePerturbationIsThatOfTheDifferences(OptimiserKind kind) {
    InnerOptions inner = Inner.plain(kind, 0.1);
    Solver darts = new DartsSolver(new DartsOptions(inner, Optional.of(0.1)));

    double[] found = gradient(differences(inner, Optional.of(0.1)), cold(kind));

    assertThat(found).isEqualTo(gradient(darts, cold(kind)));
    assertThat(found).isNotEqualTo(gradient(differences(inner, Optional.empty()), cold(kind)));
  }

  private static Solver differences(InnerOptions inner, Optional<Double> perturbation) {
    UnrolledOptions options =
        new UnrolledOptions(
            1, inner, Optional.empty(), Products.FINITE_DIFFERENCES, perturbation, false, 1);
    return new TruncatedSolver(new TruncatedOptions(options, 1));
  }

  @Test
  void aPerturbationOfExactProductsIsRefused() {
    InnerOptions inner = Inner.plain(OptimiserKind.SGD, 0.1);

    assertThatThrownBy(
            () ->
                new UnrolledOptions(
                    1, inner, Optional.empty(), Products.EXACT, Optional.of(0.1), false, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("perturbation: 0.1 belongs to products: finite-differences")
        .hasMessageContaining("leave perturbation out");
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void theGradientOfAGateIsBalancedByTheOthers(OptimiserKind kind) {
    double[] gradient = gradient(unrolled(4, Inner.everything(kind, CLIPPING)), cold(kind));

    assertThat(Arrays.stream(gradient).sum()).isCloseTo(0, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"SGD", "MOMENTUM", "NESTEROV"})
  void tendsToTheImplicitHypergradientOfAQuadratic(OptimiserKind kind) {
    QuadraticProblem quadratic = new QuadraticProblem(2, 1);
    double[] implicit = quadratic.implicit(quadratic.minimiser(ALPHA), 0);
    double before = Double.POSITIVE_INFINITY;
    for (int steps : new int[] {5, 20, 60}) {
      Solver solver = unrolled(steps, Inner.plain(kind, 0.2));
      InnerState start = solver.start(manager, quadratic);
      Hypergradient step = solver.step(manager, quadratic, start, manager.create(ALPHA), 0);
      double error = WholeTrajectory.distance(step.gradient().toDoubleArray(), implicit);
      assertThat(error).isLessThan(before / 2);
      before = error;
    }
    assertThat(before).isLessThan(1e-2);

    Solver solver = unrolled(500, Inner.plain(kind, 0.2));
    InnerState start = solver.start(manager, quadratic);
    Hypergradient step = solver.step(manager, quadratic, start, manager.create(ALPHA), 0);
    assertThat(step.gradient().toDoubleArray()).containsExactly(implicit, within(1e-10));
  }

  @Test
  void ownsItsResultsAndLeavesNothingElse() {
    Solver solver = unrolled(3, Inner.everything(OptimiserKind.ADAMW, CLIPPING));
    InnerState start = cold(OptimiserKind.ADAMW);
    NDArray alpha = manager.create(ALPHA);
    int before = manager.getManagedArrays().size();
    double[] theta = start.theta().toDoubleArray();

    try (NDManager scope = manager.newSubManager()) {
      Hypergradient step = solver.step(scope, net, start, alpha, 0);

      assertThat(scope.getManagedArrays()).hasSize(1 + step.next().arrays().size());
      assertThat(step.next().theta().getManager()).isSameAs(scope);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(start.theta().toDoubleArray()).isEqualTo(theta);
  }

  @Test
  void withoutInnerStepsTheCallerKeepsItsState() {
    InnerState start = cold(OptimiserKind.ADAMW);
    try (NDManager scope = manager.newSubManager()) {
      NDArray alpha = scope.create(ALPHA);
      Solver solver = unrolled(0, Inner.plain(OptimiserKind.ADAMW, 0.1));
      assertThat(solver.step(scope, net, start, alpha, 0).next().theta()).isEqualTo(start.theta());
      assertThat(solver.step(scope, net, start, alpha, 0).trainingLoss()).isNaN();
    }
    assertThat(start.theta().toDoubleArray()).hasSize(52);
  }

  private void requireExact(Solver solver, InnerState state) {
    new WholeTrajectory(solver, net, state, OUTER_STEP).requireGradient(manager, ALPHA);
  }

  private double[] gradient(Solver solver, InnerState state) {
    return step(solver, state).gradient().toDoubleArray();
  }

  private Hypergradient step(Solver solver, InnerState state) {
    return solver.step(manager, net, state, manager.create(ALPHA), OUTER_STEP);
  }

  private InnerState cold(OptimiserKind kind) {
    return unrolled(1, Inner.plain(kind, 0.1)).start(manager, net);
  }

  private static Solver unrolled(int steps, InnerOptions inner) {
    return unrolled(steps, inner, Optional.empty(), Products.EXACT, false);
  }

  private static Solver checkpointed(int steps, int every, InnerOptions inner) {
    return unrolled(steps, inner, Optional.of(every), Products.EXACT, false);
  }

  private static Solver truncated(int steps, int depth, InnerOptions inner) {
    return truncated(steps, depth, inner, Optional.empty());
  }

  private static Solver truncated(
      int steps, int depth, InnerOptions inner, Optional<Integer> checkpointEvery) {
    return new TruncatedSolver(
        new TruncatedOptions(
            new UnrolledOptions(steps, inner, checkpointEvery, Products.EXACT, false, 1), depth));
  }

  private static Solver unrolled(
      int steps,
      InnerOptions inner,
      Optional<Integer> checkpointEvery,
      Products products,
      boolean restart) {
    return new UnrolledSolver(
        new UnrolledOptions(steps, inner, checkpointEvery, products, restart, 1));
  }

  private static Solver firstOrder(int steps, InnerOptions inner) {
    return new FirstOrderSolver(new FirstOrderOptions(steps, inner, false));
  }
}
