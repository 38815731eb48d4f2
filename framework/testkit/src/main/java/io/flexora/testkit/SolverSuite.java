package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.GatedProblem;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Checks a solver on least squares with gates, in float64.
 *
 * @since 0.1
 */
public abstract class SolverSuite extends ExtensionSuite<Solver> {

  private static final double[] ALPHA = {0.3, -0.5, 0.2, 0.7};
  private static final double H = 1e-5;
  private static final int WARM = 5;
  private static final int MOVES = 40;
  private static final double MOVE = 0.05;

  private final GatedProblem problem = new GatedProblem(ALPHA.length, List.of(0, 3), 5);

  /** For subclasses. */
  protected SolverSuite() {
    super(Solver.class);
  }

  /**
   * Whether the gradient is meant to be the whole derivative of the validation loss after the step
   * in alpha, and not an estimate of it.
   */
  protected boolean exact() {
    return true;
  }

  /** How far an exact gradient may be from the differences of the loss, relative to its length. */
  protected double tolerance() {
    return 1e-6;
  }

  @Test
  void startsAtTheProblemsTheta() {
    try (NDManager root = Engine.manager()) {
      InnerState start = extension().start(root, problem);
      assertThat(start.steps()).as("inner steps of %s at the start", name()).isZero();
      assertThat(start.theta().toDoubleArray())
          .as("theta of %s at the start", name())
          .isEqualTo(problem.initialTheta(root).toDoubleArray());
    }
  }

  @Test
  void itsGradientIsTheDerivativeOfTheValidationLossThroughTheWholeStep() {
    assumeTrue(exact(), "the solver estimates");
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      double[] differences = new double[ALPHA.length];
      for (int i = 0; i < ALPHA.length; i++) {
        double up = step(root, solver, state, moved(i, H)).validationLoss();
        double down = step(root, solver, state, moved(i, -H)).validationLoss();
        differences[i] = (up - down) / (2 * H);
      }
      double[] gradient = step(root, solver, state, ALPHA).gradient().toDoubleArray();
      assertThat(Engine.relativeDistance(gradient, differences))
          .as(
              "distance of the gradient %s of %s from central differences of the validation loss"
                  + " through its %d inner steps, %s",
              gradient, name(), solver.innerSteps(), differences)
          .isLessThan(tolerance());
    }
  }

  @Test
  void descendingItsGradientLowersTheValidationLoss() {
    try (NDManager root = Engine.manager()) {
      double down = lossAfterMoving(root, -1);
      double up = lossAfterMoving(root, 1);
      assertThat(down)
          .as(
              "validation loss of %s after %d steps of the gates down its gradient, which was %s"
                  + " after as many up",
              name(), MOVES, up)
          .isLessThan(up);
    }
  }

  private double lossAfterMoving(NDManager root, int sign) {
    Solver solver = extension();
    InnerState state = warm(root, solver);
    double[] alpha = ALPHA.clone();
    double loss = Double.NaN;
    for (int i = 0; i < MOVES; i++) {
      try (NDManager scope = root.newSubManager()) {
        NDArray gates = NativeArrays.of(scope, alpha);
        Hypergradient found = solver.step(scope, problem, state, gates, WARM + i);
        double[] gradient = found.gradient().toDoubleArray();
        alpha = Engine.plus(alpha, sign * MOVE / Engine.norm(gradient), gradient);
        state = copy(root, found.next());
        loss = found.validationLoss();
      }
    }
    return loss;
  }

  @Test
  void itsGradientSumsToZeroAsAShiftOfAllGatesChangesNothing() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      double[] gradient = step(root, solver, warm(root, solver), ALPHA).gradient().toDoubleArray();
      assertThat(Engine.dot(gradient, new double[] {1, 1, 1, 1}) / Engine.norm(gradient))
          .as("sum of the gradient of %s over its length", name())
          .isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void aStepIsAFunctionOfItsArguments() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      Hypergradient first = step(root, solver, state, ALPHA);
      step(root, solver, first.next(), moved(1, 1));
      assertSame(step(root, solver, state, ALPHA), first, "computed again with the same arguments");
    }
  }

  @Test
  void theNextStateHoldsAllThatTheNextStepNeeds() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      assertSame(
          step(root, extension(), copy(root, state), ALPHA),
          step(root, solver, state, ALPHA),
          "computed by a new solver from a copy of the state");
    }
  }

  private void assertSame(Hypergradient actual, Hypergradient expected, String how) {
    assertThat(actual.gradient().toDoubleArray())
        .as("gradient of %s, %s", name(), how)
        .isEqualTo(expected.gradient().toDoubleArray());
    assertThat(actual.next().theta().toDoubleArray())
        .as("next theta of %s, %s", name(), how)
        .isEqualTo(expected.next().theta().toDoubleArray());
  }

  @Test
  void leavesItsArgumentsAsTheyAre() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      Map<String, double[]> before = values(state);
      NDArray alpha = NativeArrays.of(root, ALPHA);
      try (NDManager scope = root.newSubManager()) {
        solver.step(scope, problem, state, alpha, WARM);
      }
      assertThat(alpha.toDoubleArray()).as("alpha after a step of %s", name()).isEqualTo(ALPHA);
      values(state)
          .forEach(
              (key, now) ->
                  assertThat(now)
                      .as("state '%s' after a step of %s; write into no argument", key, name())
                      .isEqualTo(before.get(key)));
    }
  }

  private static Map<String, double[]> values(InnerState state) {
    Map<String, double[]> values = new TreeMap<>();
    state.arrays().forEach((name, array) -> values.put(name, array.toDoubleArray()));
    return values;
  }

  @Test
  void takesAsManyInnerStepsAsItSays() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      assertThat(step(root, solver, state, ALPHA).next().steps() - state.steps())
          .as("inner steps in the next state of %s, of which innerSteps() tells", name())
          .isEqualTo(solver.innerSteps());
    }
  }

  /**
   * Whether a step may take less than {@link Solver#cost} states, as where an iteration ends by its
   * tolerance.
   */
  protected boolean mayEndEarly() {
    return false;
  }

  @Test
  void takesWhatItStates() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      NDManager own = root.newSubManager();
      InnerState state = copy(own, warm(root, solver));
      CountedProblem counted = new CountedProblem(problem, LiveArrays.of(own));
      solver.step(own, counted, state, NativeArrays.of(own, ALPHA), WARM);
      CostCheck.of(name(), mayEndEarly()).requireSeen(solver.cost(ALPHA.length), counted.cost());
    }
  }

  @Test
  void theValidationLossIsThatOfTheNextTheta() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      Hypergradient found = step(root, solver, warm(root, solver), ALPHA);
      double expected =
          problem.validation(root, WARM, found.next().theta(), NativeArrays.of(root, ALPHA)).loss();
      assertThat(found.validationLoss())
          .as("validation loss of %s at next.theta()", name())
          .isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void trainsTheta() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      assumeTrue(solver.innerSteps() > 0, "the solver takes no inner steps");
      NDArray alpha = NativeArrays.of(root, ALPHA);
      InnerState start = solver.start(root, problem);
      InnerState end = steps(root, solver, start, 50);
      assertThat(problem.trainingLoss(end.theta(), alpha))
          .as("training loss after 50 steps of %s", name())
          .isLessThan(problem.trainingLoss(start.theta(), alpha));
    }
  }

  @Test
  void leavesItsResultsInItsScopeAndNothingElse() {
    try (NDManager root = Engine.manager()) {
      Solver solver = extension();
      InnerState state = warm(root, solver);
      NDArray alpha = NativeArrays.of(root, ALPHA);
      int before = LiveArrays.of(root).count();
      try (NDManager scope = root.newSubManager()) {
        Hypergradient found = solver.step(scope, problem, state, alpha, WARM);
        Set<NDArray> results = Collections.newSetFromMap(new IdentityHashMap<>());
        results.add(found.gradient());
        results.addAll(found.next().arrays().values());
        assertThat(results)
            .as("results of %s, which belong to the scope that was passed in", name())
            .allMatch(array -> array.getManager() == scope);
        assertThat(LiveArrays.of(scope).count())
            .as("native arrays of the scope after a step of %s; its results are this many", name())
            .isEqualTo(results.size());
      }
      assertThat(LiveArrays.of(root).count())
          .as("native arrays alive after the scope of a step of %s was closed", name())
          .isEqualTo(before);
    }
  }

  private static InnerState copy(NDManager owner, InnerState state) {
    Map<String, NDArray> copies = new TreeMap<>();
    state.arrays().forEach((name, array) -> copies.put(name, array.duplicate()));
    copies.values().forEach(array -> array.attach(owner));
    return new InnerState(state.steps(), copies);
  }

  private InnerState warm(NDManager root, Solver solver) {
    return steps(root, solver, solver.start(root, problem), WARM);
  }

  private InnerState steps(NDManager root, Solver solver, InnerState start, int count) {
    InnerState state = start;
    for (int i = 0; i < count; i++) {
      state = solver.step(root, problem, state, NativeArrays.of(root, ALPHA), i).next();
    }
    return state;
  }

  private Hypergradient step(NDManager root, Solver solver, InnerState state, double[] alpha) {
    return solver.step(root, problem, state, NativeArrays.of(root, alpha), WARM);
  }

  private static double[] moved(int gate, double by) {
    double[] moved = ALPHA.clone();
    moved[gate] += by;
    return moved;
  }
}
