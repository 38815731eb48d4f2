package io.flexora.solver.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.selector.flexora.FlexoraOptions;
import io.flexora.selector.flexora.FlexoraSelector;
import io.flexora.selector.flexora.GateForm;
import io.flexora.selector.flexora.SelectionRule;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.solver.hypergradient.UnrolledSolver;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import io.flexora.testkit.host.Extensions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardSolverTest {

  private static final double[] ALPHA = {0.3, -0.5, 0.2, 0.7};
  private static final long OUTER_STEP = 3;
  private static final int MANY = 16;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final GatedProblem problem = new GatedProblem(ALPHA.length, List.of(0, 3), 5);

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void findsWhatTheReversePassFinds(OptimiserKind kind) {
    for (double maxGradNorm : new double[] {0, 0.5}) {
      InnerOptions inner = inner(kind, maxGradNorm);
      InnerState warm = warm(inner);
      for (int steps : new int[] {0, 1, 2, 5}) {
        for (boolean restart : new boolean[] {false, true}) {
          Hypergradient expected = step(unrolled(steps, inner, restart), warm);
          Hypergradient found = step(forward(steps, inner, MANY, restart), warm);

          assertThat(found.gradient().toDoubleArray())
              .containsExactly(expected.gradient().toDoubleArray(), within(1e-12));
          assertThat(found.next().theta().toDoubleArray())
              .isEqualTo(expected.next().theta().toDoubleArray());
          assertThat(Double.compare(found.trainingLoss(), expected.trainingLoss())).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void theGradientOfAGateIsBalancedByTheOthers(OptimiserKind kind) {
    InnerOptions inner = inner(kind, 0.5);
    double[] gradient = gradient(step(forward(4, inner, MANY, false), warm(inner)));

    assertThat(Arrays.stream(gradient).sum()).isCloseTo(0, within(1e-13));
    assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6})
  void takesAProductForEachGateAndInnerStep(int steps) {
    CountedProblem calls = new CountedProblem(problem, LiveArrays.of(manager));
    Solver solver = forward(steps, inner(OptimiserKind.ADAMW, 0), MANY, false);
    InnerState start = solver.start(manager, calls);
    solver.step(manager, calls, start, manager.create(ALPHA), 0);

    Workload seen = calls.cost();
    assertThat(seen.trainingGradients().examples()).isEqualTo(steps);
    assertThat(seen.hessianProducts().examples()).isEqualTo((long) steps * ALPHA.length);
    assertThat(seen.validationGradients().examples()).isOne();
    // Multipliers of a head's learning rate are stated, and this problem has no head.
    assertThat(solver.cost(ALPHA.length).storedThetas()).isEqualTo(seen.storedThetas() + 1);
  }

  @Test
  void moreGatesThanItAcceptsAreRefusedWithWhatToUse() {
    Solver solver = forward(1, inner(OptimiserKind.SGD, 0), 3, false);

    assertThatThrownBy(() -> solver.start(manager, problem))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("4 Hessian products")
        .hasMessageContaining("accepts 3")
        .hasMessageContaining("solver unrolled")
        .hasMessageContaining("max_gates: 4");
    assertThat(solver.cost(3).hessianProducts().examples()).isEqualTo(3);
  }

  /** By what a check asks of a strategy, before a model is loaded. */
  @Test
  void aSearchOfMoreGatesIsRefusedBeforeItBegins() {
    Selector few = flexora(forward(1, inner(OptimiserKind.SGD, 0), 3, false));
    Selector enough = flexora(forward(1, inner(OptimiserKind.SGD, 0), 4, false));
    SelectionBounds bounds = SelectionOnProblem.of(manager, 4, List.of(1));

    assertThatThrownBy(() -> Compatibility.require(few::checkCompatibility, bounds))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("solver forward")
        .hasMessageContaining("max_gates: 4");
    assertThatCode(() -> Compatibility.require(enough::checkCompatibility, bounds))
        .doesNotThrowAnyException();
  }

  private static Selector flexora(Solver solver) {
    return Extensions.of(
        FlexoraSelector.class,
        new FlexoraOptions(
            new GivenComponent<>("forward", solver),
            1,
            0.05,
            new GivenComponent<>("sgd", new Sgd(new SgdOptions(0))),
            true,
            GateForm.SOFTMAX,
            Optional.empty(),
            GateIndex.Layout.LAYER,
            List.of(),
            SelectionRule.POSITIVE,
            Optional.empty(),
            Optional.empty(),
            StartingPoint.FRESH,
            EarlyStopping.OFF,
            new ProblemOptions(8, 1, 8, 1)));
  }

  /** An optimiser that can be differentiated backwards alone. */
  private record BackwardsOnly(Optimiser optimiser) implements Optimiser {

    @Override
    public Set<String> stateNames() {
      return optimiser.stateNames();
    }

    @Override
    public Iterate step(NDManager scope, Optimiser.Step step) {
      return optimiser.step(scope, step);
    }

    @Override
    public Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
      return optimiser.reverse(scope, step, after);
    }
  }

  @Test
  void anOptimiserWithoutAForwardDerivativeIsRefusedByName() {
    Optimiser optimiser = new BackwardsOnly(new Sgd(new SgdOptions(0)));
    UpdateOptions update =
        new UpdateOptions(
            new GivenComponent<>("backwards", optimiser),
            0.1,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT);

    assertThatThrownBy(() -> forward(1, new InnerOptions(update, 0, 0), MANY, false))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("which optimiser backwards does not have")
        .hasMessageContaining("use solver unrolled");
  }

  private InnerState warm(InnerOptions inner) {
    Solver solver = unrolled(3, inner, false);
    NDArray alpha = manager.create(new double[] {0.1, 0, -0.2, 0});
    return solver.step(manager, problem, solver.start(manager, problem), alpha, 0).next();
  }

  private Hypergradient step(Solver solver, InnerState state) {
    return solver.step(manager, problem, state, manager.create(ALPHA), OUTER_STEP);
  }

  private static double[] gradient(Hypergradient found) {
    return found.gradient().toDoubleArray();
  }

  private static Solver forward(int steps, InnerOptions inner, int maxGates, boolean restart) {
    return new ForwardSolver(
        new ForwardOptions(steps, inner, maxGates, Optional.empty(), restart), new Seeds(1));
  }

  private static ForwardSolver random(int steps, InnerOptions inner, int directions) {
    return new ForwardSolver(
        new ForwardOptions(steps, inner, 1, Optional.of(directions), false), new Seeds(7));
  }

  /** By the exact gradient, which is the reverse pass's. */
  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void randomDirectionsFindTheDerivativeAlongThem(OptimiserKind kind) {
    InnerOptions inner = inner(kind, 0.5);
    InnerState warm = warm(inner);
    for (int steps : new int[] {0, 3}) {
      double[] exact = gradient(step(unrolled(steps, inner, false), warm));
      ForwardSolver solver = random(steps, inner, 3);
      double[] expected = new double[exact.length];
      for (double[] v : solver.directions(exact.length, OUTER_STEP)) {
        double along = IntStream.range(0, v.length).mapToDouble(i -> exact[i] * v[i]).sum();
        for (int i = 0; i < v.length; i++) {
          expected[i] += along * v[i] / 3;
        }
      }

      Hypergradient found = step(solver, warm);

      assertThat(gradient(found)).containsExactly(expected, within(1e-12));
      assertThat(found.next().theta().toDoubleArray())
          .isEqualTo(step(unrolled(steps, inner, false), warm).next().theta().toDoubleArray());
    }
  }

  /** The mean of v vᵀ is the identity, so that of the estimates is the gradient. */
  @Test
  void randomDirectionsAreUnbiasedAndOthersInEachOuterStep() {
    ForwardSolver solver = random(1, inner(OptimiserKind.SGD, 0), 2);
    int count = 4000;
    double[][] sums = new double[3][3];
    for (int outerStep = 0; outerStep < count; outerStep++) {
      for (double[] v : solver.directions(3, outerStep)) {
        for (int i = 0; i < 9; i++) {
          sums[i / 3][i % 3] += v[i / 3] * v[i % 3] / (2 * count);
        }
      }
    }
    for (int i = 0; i < 9; i++) {
      assertThat(sums[i / 3][i % 3]).isCloseTo(i / 3 == i % 3 ? 1 : 0, within(0.05));
    }
    assertThat(solver.directions(20, 1).get(0)).isEqualTo(solver.directions(20, 1).get(0));
    assertThat(solver.directions(20, 1).get(0)).isNotEqualTo(solver.directions(20, 2).get(0));
  }

  /** For more gates than an exact gradient is allowed. */
  @Test
  void randomDirectionsTakeAProductForEachOfThem() {
    CountedProblem calls = new CountedProblem(problem, LiveArrays.of(manager));
    Solver solver = random(4, inner(OptimiserKind.ADAMW, 0), 2);
    solver.step(manager, calls, solver.start(manager, calls), manager.create(ALPHA), 0);

    assertThat(calls.cost().hessianProducts().examples()).isEqualTo(8);
    assertThat(solver.cost(ALPHA.length).hessianProducts().examples()).isEqualTo(8);
    assertThat(solver.cost(ALPHA.length).storedThetas()).isEqualTo(calls.cost().storedThetas() + 1);
  }

  private static Solver unrolled(int steps, InnerOptions inner, boolean restart) {
    UnrolledOptions options =
        new UnrolledOptions(steps, inner, Optional.empty(), Products.EXACT, restart, 1);
    return Extensions.of(UnrolledSolver.class, options);
  }

  private static InnerOptions inner(OptimiserKind kind, double maxGradNorm) {
    return new InnerOptions(
        new UpdateOptions(
            kind.with(0.8, new AdamWOptions(0.7, 0.9, 1e-4, 0.1)),
            0.05,
            Optional.of(0.2),
            maxGradNorm,
            Schedule.Decay.COSINE),
        1,
        12);
  }
}
