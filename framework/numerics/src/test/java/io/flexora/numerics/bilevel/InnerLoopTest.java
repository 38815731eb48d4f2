package io.flexora.numerics.bilevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop against steps that are written out, and its derivative against differences. */
class InnerLoopTest {

  private static final double RATE = 0.05;
  private static final int STEPS = 5;
  private static final List<Tokens> EXAMPLES =
      IntStream.range(0, 7)
          .mapToObj(i -> TableModel.example(i % 3, i % TableModel.IDS, (i * i) % TableModel.IDS))
          .toList();

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final ModelBilevelProblem problem =
      new ModelBilevelProblem(
          new TableModel(), EXAMPLES, EXAMPLES, new ProblemOptions(2, 1, 2, 1), new Seeds(5));
  private final NDArray theta = manager.create(new double[] {0.3, -0.7, 1.1, 0.4});
  private final NDArray alpha = manager.create(new double[] {0.2, -0.5});

  @AfterEach
  void close() {
    manager.close();
  }

  /** Gradient descent. */
  private static final class Descent implements Optimiser {

    @Override
    public Set<String> stateNames() {
      return Set.of();
    }

    @Override
    public Iterate step(NDManager scope, Optimiser.Step step) {
      NDArray moved = step.at().theta().sub(step.rate().times(step.gradient()));
      return new Iterate(moved, Map.of()).attachTo(scope);
    }

    @Override
    public Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
      NDArray gradient = step.rate().times(after.theta()).neg();
      return new Cotangents(new Iterate(after.theta().duplicate(), Map.of()), gradient)
          .attachTo(scope);
    }
  }

  private InnerLoop loop(NDArray gates) {
    UpdateRule rule =
        new UpdateRule(new Descent(), RATE, Schedule.constant(), Clipping.none(), Optional.empty());
    return new InnerLoop(problem, rule, gates);
  }

  private static InnerPosition start(NDArray from) {
    return new InnerPosition(10, 0, new Iterate(from, Map.of()), 0);
  }

  /** Theta after some steps that begin with number 10, and the sum of their losses behind it. */
  private double[] byHand(double[] from, NDArray gates, int steps) {
    double[] at = from.clone();
    double sum = 0;
    for (int k = 0; k < steps; k++) {
      LossGradient found = problem.training(manager, 10 + k, manager.create(at), gates);
      double[] gradient = found.theta().toDoubleArray();
      sum += found.loss();
      for (int i = 0; i < at.length; i++) {
        at[i] -= RATE * gradient[i];
      }
    }
    double[] both = Arrays.copyOf(at, at.length + 1);
    both[at.length] = sum;
    return both;
  }

  @Test
  void stepsFollowTheGradientOfTheirOwnBatch() {
    InnerLoop.Trajectory found = loop(alpha).run(manager, start(theta), STEPS, 0);
    double[] expected = byHand(theta.toDoubleArray(), alpha, STEPS);

    double[] end = found.end().at().theta().toDoubleArray();
    for (int i = 0; i < end.length; i++) {
      assertThat(end[i]).isCloseTo(expected[i], within(1e-14));
    }
    assertThat(found.end().lossSum()).isCloseTo(expected[end.length], within(1e-13));
    assertThat(found.end().number()).isEqualTo(10 + STEPS);
    assertThat(found.end().count()).isEqualTo(STEPS);
    assertThat(found.last()).isEmpty();
  }

  @Test
  void theLastStepsAreKeptTheLatestOnTop() {
    InnerLoop.Trajectory found = loop(alpha).run(manager, start(theta), STEPS, 3);

    assertThat(found.last()).extracting(InnerStep::number).containsExactly(14L, 13L, 12L);
    assertThat(found.last()).extracting(InnerStep::count).containsExactly(4L, 3L, 2L);
    for (InnerStep step : found.last()) {
      double[] at = byHand(theta.toDoubleArray(), alpha, (int) step.count());
      double[] kept = step.at().theta().toDoubleArray();
      for (int i = 0; i < kept.length; i++) {
        assertThat(kept[i]).isCloseTo(at[i], within(1e-14));
      }
      LossGradient again = problem.training(manager, step.number(), step.at().theta(), alpha);
      assertThat(step.gradient().toDoubleArray()).containsExactly(again.theta().toDoubleArray());
    }
  }

  @Test
  void recordsOfGradientsAreTheSameGradients() {
    double[] plain =
        loop(alpha).run(manager, start(theta), STEPS, STEPS).end().at().theta().toDoubleArray();
    double[] recorded =
        loop(alpha)
            .run(manager, start(theta), STEPS, STEPS, STEPS)
            .end()
            .at()
            .theta()
            .toDoubleArray();

    assertThat(recorded).containsExactly(plain);
  }

  @Test
  void stepsThatAreNotKeptLeaveNothing() {
    NDManager scope = manager.newSubManager();
    loop(alpha).run(scope, start(theta), 4, 1);
    int few = scope.getManagedArrays().size();
    NDManager other = manager.newSubManager();
    loop(alpha).run(other, start(theta), 40, 1);

    assertThat(other.getManagedArrays()).hasSameSizeAs(scope.getManagedArrays());
    assertThat(few).isLessThan(10);
  }

  /**
   * The hypergradient of a cotangent of the end: back through the kept steps, {@code u <- u - rate
   * H u} and {@code - rate (d gradient / d alpha)ᵀ u} for the gates.
   */
  @Test
  void theReverseOfTheKeptStepsIsTheDerivativeInThetaAndTheGates() {
    double[] cotangent = {0.5, -1, 2, 0.25};
    InnerLoop.Trajectory found = loop(alpha).run(manager, start(theta), STEPS, STEPS, STEPS);
    NDArray u = manager.create(cotangent);
    NDArray inAlpha = manager.create(new double[2]);
    for (InnerStep step : found.last()) {
      Direction product =
          step.record().hessianProduct(manager, new Direction(u, manager.create(new double[2])));
      u = u.sub(product.theta().mul(RATE));
      inAlpha = inAlpha.sub(product.alpha().mul(RATE));
    }

    assertThat(u.toDoubleArray())
        .containsExactly(
            differences(theta.toDoubleArray(), x -> end(x, alpha.toDoubleArray(), cotangent)),
            within(1e-8));
    assertThat(inAlpha.toDoubleArray())
        .containsExactly(
            differences(alpha.toDoubleArray(), a -> end(theta.toDoubleArray(), a, cotangent)),
            within(1e-8));
  }

  private double end(double[] from, double[] gates, double[] cotangent) {
    double[] at = byHand(from, manager.create(gates), STEPS);
    double sum = 0;
    for (int i = 0; i < cotangent.length; i++) {
      sum += cotangent[i] * at[i];
    }
    return sum;
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> function) {
    List<Double> found = new ArrayList<>();
    for (int i = 0; i < at.length; i++) {
      double[] plus = at.clone();
      double[] minus = at.clone();
      plus[i] += 1e-5;
      minus[i] -= 1e-5;
      found.add((function.applyAsDouble(plus) - function.applyAsDouble(minus)) / 2e-5);
    }
    return found.stream().mapToDouble(d -> d).toArray();
  }
}
