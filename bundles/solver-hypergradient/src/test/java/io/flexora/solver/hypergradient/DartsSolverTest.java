package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DartsSolverTest {

  private static final double[] ALPHA = {0.3, -0.2, 0.5};
  private static final long OUTER_STEP = 4;
  private static final double CLIPPING = 0.05;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final BilevelProblem net = new GatedNetProblem(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  /** The lines of DARTS's architect, with the velocity of earlier steps. */
  @Test
  void isTheFormulaOfDartsWithMomentumAndWeightDecay() {
    double xi = 0.05;
    double momentum = 0.8;
    double decay = 0.1;
    InnerOptions inner = momentum(xi, momentum, decay);
    Solver solver = darts(inner, Optional.empty());
    InnerState state = warm(solver);
    NDArray alpha = manager.create(ALPHA);
    NDArray theta = state.theta();

    NDArray gradient = net.training(manager, state.steps(), theta, alpha).theta();
    NDArray velocity = state.arrays().get("velocity").mul(momentum);
    NDArray moved = theta.sub(velocity.add(gradient).add(theta.mul(decay)).mul(xi));
    LossGradient validation = net.validation(manager, OUTER_STEP, moved, alpha);
    NDArray v = validation.theta();
    double r = 0.01 / v.norm().getDouble();
    NDArray plus = alphaGradient(state.steps(), theta.add(v.mul(r)));
    NDArray minus = alphaGradient(state.steps(), theta.sub(v.mul(r)));
    NDArray expected = validation.alpha().orElseThrow().sub(plus.sub(minus).div(2 * r).mul(xi));

    Hypergradient found = solver.step(manager, net, state, alpha, OUTER_STEP);

    assertThat(found.gradient().toDoubleArray())
        .containsExactly(expected.toDoubleArray(), within(1e-13));
    assertThat(found.next().theta().toDoubleArray())
        .containsExactly(moved.toDoubleArray(), within(1e-14));
    assertThat(found.validationLoss()).isCloseTo(validation.loss(), within(1e-14));
  }

  /** Halving the perturbation has to quarter the distance from one unrolled step. */
  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void isOneUnrolledStepToTheSecondOrderOfThePerturbation(OptimiserKind kind) {
    InnerOptions inner = Inner.everything(kind, CLIPPING);
    InnerState state = warm(darts(inner, Optional.empty()));
    double[] exact =
        gradient(
            new UnrolledSolver(
                new UnrolledOptions(1, inner, Optional.empty(), Products.EXACT, false, 1)),
            state);

    double far = distance(inner, 0.1, state, exact);
    double near = distance(inner, 0.05, state, exact);

    assertThat(far).isGreaterThan(1e-10);
    assertThat(far / near).isCloseTo(4, within(0.2));
    assertThat(distance(inner, 1e-4, state, exact)).isLessThan(1e-7 * WholeTrajectory.norm(exact));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void withoutALearningRateIsFirstOrder(OptimiserKind kind) {
    InnerOptions inner = Inner.plain(kind, 0);
    Solver firstOrder = new FirstOrderSolver(new FirstOrderOptions(1, inner, false));
    InnerState start = firstOrder.start(manager, net);

    assertThat(gradient(darts(inner, Optional.empty()), start))
        .containsExactly(gradient(firstOrder, start), within(1e-16));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void theGradientOfAGateIsBalancedByTheOthers(OptimiserKind kind) {
    Solver solver = darts(Inner.everything(kind, CLIPPING), Optional.of(0.01));

    assertThat(Arrays.stream(gradient(solver, warm(solver))).sum()).isCloseTo(0, within(1e-15));
  }

  private double distance(
      InnerOptions inner, double perturbation, InnerState state, double[] exact) {
    double[] found = gradient(darts(inner, Optional.of(perturbation)), state);
    return WholeTrajectory.distance(found, exact);
  }

  private NDArray alphaGradient(long step, NDArray theta) {
    return net.training(manager, step, theta, manager.create(ALPHA)).alpha().orElseThrow();
  }

  private double[] gradient(Solver solver, InnerState state) {
    return solver
        .step(manager, net, state, manager.create(ALPHA), OUTER_STEP)
        .gradient()
        .toDoubleArray();
  }

  private InnerState warm(Solver solver) {
    InnerState state = solver.start(manager, net);
    for (int outer = 0; outer < 3; outer++) {
      state = solver.step(manager, net, state, manager.create(ALPHA), outer).next();
    }
    return state;
  }

  private static Solver darts(InnerOptions inner, Optional<Double> perturbation) {
    return new DartsSolver(new DartsOptions(inner, perturbation));
  }

  private static InnerOptions momentum(double rate, double momentum, double decay) {
    return new InnerOptions(
        new UpdateOptions(
            OptimiserKind.MOMENTUM.with(momentum, new AdamWOptions(0.9, 0.999, 1e-8, decay)),
            rate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }
}
