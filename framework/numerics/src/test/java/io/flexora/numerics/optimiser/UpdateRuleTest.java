package io.flexora.numerics.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps by closed forms, their derivatives by central differences in float64. */
class UpdateRuleTest {

  private static final int SIZE = 5;
  private static final double RATE = 0.3;
  private static final double[] MULTIPLIERS = {1, 2, 0.5, 0, 1.5};
  private static final long STEP = 3;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SplittableRandom random = new SplittableRandom(4);
  private final double[] theta = drawn();
  private final double[] momentum = drawn();
  private final double[] gradient = drawn();

  private double[] drawn() {
    return random.doubles(SIZE, -1, 1).toArray();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private UpdateRule rule(double maxNorm) {
    return new UpdateRule(
        new NonlinearMomentum(),
        RATE,
        new Schedule(Schedule.Decay.LINEAR, 0, 10),
        new Clipping(maxNorm),
        Optional.of(array(MULTIPLIERS)));
  }

  private NDArray array(double... values) {
    return NativeArrays.of(manager, values);
  }

  private Iterate iterate(double[] x, double[] m) {
    return new Iterate(array(x), Map.of(NonlinearMomentum.MOMENTUM, array(m)));
  }

  private static double[] of(Iterate iterate, boolean ofState) {
    return (ofState ? iterate.state(NonlinearMomentum.MOMENTUM) : iterate.theta()).toDoubleArray();
  }

  private static double norm(double... values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }

  /** The step by its formulas: x' and then m'. */
  private static double[][] closedForm(double[] x, double[] m, double[] g, double maxNorm) {
    double factor = Math.min(1, maxNorm / norm(g));
    double rate = RATE * (1 - STEP / 10.0);
    double[] theta = new double[x.length];
    double[] momentum = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      momentum[i] =
          NonlinearMomentum.DECAY * m[i] + factor * g[i] + NonlinearMomentum.BEND * x[i] * x[i];
      theta[i] = x[i] - rate * MULTIPLIERS[i] * momentum[i] * momentum[i] / (STEP + 1);
    }
    return new double[][] {theta, momentum};
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, 100, 0.5})
  void aStepClipsScalesAndMoves(double maxNorm) {
    Iterate next = rule(maxNorm).step(manager, iterate(theta, momentum), array(gradient), STEP);
    double[][] expected = closedForm(theta, momentum, gradient, maxNorm);

    assertThat(of(next, false)).containsExactly(expected[0], within(1e-14));
    assertThat(of(next, true)).containsExactly(expected[1], within(1e-14));
    assertThat(rule(1).learningRate(5)).isEqualTo(RATE / 2);
  }

  @Test
  void theStateBeginsWithZeros() {
    Iterate start = rule(1).start(manager, array(theta));

    assertThat(of(start, false)).containsExactly(theta);
    assertThat(of(start, true)).containsOnly(0);
  }

  /** A number that all of a step decides: its product with a cotangent. */
  private double product(double[] x, double[] m, double[] g, double maxNorm, double[][] cotangent) {
    Iterate next = rule(maxNorm).step(manager, iterate(x, m), array(g), STEP);
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += cotangent[0][i] * of(next, false)[i] + cotangent[1][i] * of(next, true)[i];
    }
    return sum;
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> function) {
    double width = 1e-5;
    double[] found = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] plus = at.clone();
      double[] minus = at.clone();
      plus[i] += width;
      minus[i] -= width;
      found[i] = (function.applyAsDouble(plus) - function.applyAsDouble(minus)) / (2 * width);
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, 100, 0.5})
  void theReverseOfAStepIsItsDerivative(double maxNorm) {
    double[][] after = {drawn(), drawn()};
    Cotangents found =
        rule(maxNorm)
            .reverse(
                manager,
                iterate(theta, momentum),
                array(gradient),
                STEP,
                iterate(after[0], after[1]));

    assertThat(of(found.before(), false))
        .containsExactly(
            differences(theta, x -> product(x, momentum, gradient, maxNorm, after)), within(1e-8));
    assertThat(of(found.before(), true))
        .containsExactly(
            differences(momentum, m -> product(theta, m, gradient, maxNorm, after)), within(1e-8));
    assertThat(found.gradient().toDoubleArray())
        .containsExactly(
            differences(gradient, g -> product(theta, momentum, g, maxNorm, after)), within(1e-8));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, 0.5})
  void theForwardDerivativeIsTheTransposeOfTheReverse(double maxNorm) {
    double[][] along = {drawn(), drawn(), drawn()};
    double[][] after = {drawn(), drawn()};
    UpdateRule rule = rule(maxNorm);
    Iterate at = iterate(theta, momentum);
    Iterate pushed =
        rule.forward(
            manager,
            at,
            array(gradient),
            STEP,
            new Tangents(iterate(along[0], along[1]), array(along[2])));
    Cotangents pulled =
        rule.reverse(manager, at, array(gradient), STEP, iterate(after[0], after[1]));

    double forward = dot(of(pushed, false), after[0]) + dot(of(pushed, true), after[1]);
    double reverse =
        dot(of(pulled.before(), false), along[0])
            + dot(of(pulled.before(), true), along[1])
            + dot(pulled.gradient().toDoubleArray(), along[2]);
    assertThat(forward).isCloseTo(reverse, within(1e-13));
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  @Test
  void partsMoveByTheirOwnCountAndTheRestStays() {
    UpdateRule rule = rule(Double.POSITIVE_INFINITY);
    Parts parts = new Parts(List.of(new Parts.Part(0, 2, 1), new Parts.Part(3, 4, STEP + 1)));
    Iterate next = rule.step(manager, iterate(theta, momentum), array(gradient), STEP, parts);
    double[][] whole = closedForm(theta, momentum, gradient, Double.POSITIVE_INFINITY);
    double[] zeros = new double[SIZE];
    double[][] anew = closedForm(theta, zeros, gradient, Double.POSITIVE_INFINITY);

    for (int i : new int[] {0, 1}) {
      // The first step of a part begins with the optimiser's initial state.
      assertThat(of(next, true)[i]).isCloseTo(anew[1][i], within(1e-14));
      double moved = (theta[i] - anew[0][i]) * (STEP + 1);
      assertThat(of(next, false)[i]).isCloseTo(theta[i] - moved, within(1e-14));
    }
    assertThat(of(next, false)[3]).isCloseTo(whole[0][3], within(1e-14));
    assertThat(of(next, true)[3]).isCloseTo(whole[1][3], within(1e-14));
    for (int i : new int[] {2, 4}) {
      assertThat(of(next, false)[i]).isEqualTo(theta[i]);
      assertThat(of(next, true)[i]).isEqualTo(momentum[i]);
    }
  }

  @Test
  void onePartIsTheWholeStep() {
    UpdateRule rule = rule(0.5);
    Parts all = new Parts(List.of(new Parts.Part(0, SIZE, STEP + 1)));
    Iterate at = iterate(theta, momentum);

    Iterate expected = rule.step(manager, at, array(gradient), STEP);
    Iterate found = rule.step(manager, at, array(gradient), STEP, all);

    assertThat(of(found, false)).containsExactly(of(expected, false));
    assertThat(of(found, true)).containsExactly(of(expected, true));
  }

  @Test
  void partsClipByTheirNormAlone() {
    Parts parts = new Parts(List.of(new Parts.Part(1, 3, STEP + 1)));

    assertThat(parts.norm(array(gradient)))
        .isCloseTo(norm(gradient[1], gradient[2]), within(1e-15));
  }

  @Test
  void partsOutOfOrderAreRefused() {
    assertThatThrownBy(() -> new Parts(List.of())).hasMessage("no parts");
    for (List<Parts.Part> wrong :
        List.of(
            List.of(new Parts.Part(2, 4, 1), new Parts.Part(3, 5, 1)),
            List.of(new Parts.Part(2, 2, 1)),
            List.of(new Parts.Part(0, 2, 0)))) {
      assertThatThrownBy(() -> new Parts(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("parts are not in order");
    }
  }

  @Test
  void aStepLeavesNothingBehind() {
    try (NDManager scope = manager.newSubManager()) {
      Iterate at = iterate(theta, momentum);
      NDArray along = array(gradient);
      int before = manager.getManagedArrays().size();
      Iterate next = rule(0.5).step(scope, at, along, STEP);

      // The rule itself has one array of multipliers; the scope's arrays are the manager's, too.
      assertThat(manager.getManagedArrays()).hasSize(before + 1 + next.arrays().size());
      assertThat(scope.getManagedArrays()).hasSize(next.arrays().size());
      assertThat(of(at, false)).containsExactly(theta);
      assertThat(along.toDoubleArray()).containsExactly(gradient);
    }
  }
}
