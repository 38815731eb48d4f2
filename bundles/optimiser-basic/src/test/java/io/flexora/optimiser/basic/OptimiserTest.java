package io.flexora.optimiser.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The expected parameters are those of PyTorch 2.7's optimisers, in float64. */
class OptimiserTest {

  private static final int STEPS = 6;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(
            new Sgd(new SgdOptions(0)),
            0.01,
            new double[] {0.5144582760095676, -1.0289165520191352, 1.7382274568102463, 0.75}),
        Arguments.of(
            new Sgd(new SgdOptions(0.1)),
            0.01,
            new double[] {
              0.5115362778533546, -1.0230725557067093, 1.7289184199285208, 0.7455112350112454
            }),
        Arguments.of(
            new Momentum(new MomentumOptions(0.9, 0.1)),
            0.01,
            new double[] {
              0.5338390727127588, -1.0676781454255175, 1.2356260420102825, 0.7366723836083171
            }),
        Arguments.of(
            new Nesterov(new MomentumOptions(0.9, 0.1)),
            0.01,
            new double[] {
              0.5405187862167231, -1.0810375724334462, 1.1735036391186993, 0.7335550064959936
            }),
        Arguments.of(
            new AdamW(new AdamWOptions(0.8, 0.95, 1e-6, 0.1)),
            0.05,
            new double[] {
              0.749020790281841, -1.2548662811086522, 1.652784326831484, 0.7277793820171993
            }),
        Arguments.of(
            new AdamW(new AdamWOptions(0.8, 0.95, 1e-6, 0.1, false)),
            0.05,
            new double[] {
              0.7295005210273693, -1.2763372818235466, 1.7064600520393256, 0.45555003871298433
            }));
  }

  @ParameterizedTest
  @MethodSource("references")
  void followsPyTorch(Optimiser optimiser, double rate, double[] expected) {
    UpdateRule rule =
        new UpdateRule(optimiser, rate, Schedule.constant(), Clipping.none(), Optional.empty());

    assertThat(train(rule).toDoubleArray()).containsExactly(expected, within(1e-14));
  }

  static Stream<Arguments> schedules() {
    return Stream.of(
        Arguments.of(
            Schedule.Decay.COSINE,
            new double[] {
              0.5584928371893656, -1.0567642255899081, 1.3476865497555042, 0.727751815544531
            }),
        Arguments.of(
            Schedule.Decay.LINEAR,
            new double[] {
              0.5585233982939133, -1.0567985205658894, 1.347842423539049, 0.7277564098792969
            }));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void followsPyTorchWithParameterGroupsScheduleAndClipping(
      Schedule.Decay decay, double[] expected) {
    NDArray multipliers = manager.create(new double[] {1, 1, 10, 10});
    UpdateRule rule =
        new UpdateRule(
            new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.05)),
            0.02,
            new Schedule(decay, 2, STEPS),
            new Clipping(1),
            Optional.of(multipliers));

    assertThat(train(rule).toDoubleArray()).containsExactly(expected, within(1e-12));
  }

  @Test
  void leavesNothingBehind() {
    NDArray theta = manager.create(new double[] {1, 2});
    NDArray gradient = manager.create(new double[] {3, 4});
    UpdateRule rule =
        new UpdateRule(
            new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0)),
            0.1,
            Schedule.constant(),
            new Clipping(1),
            Optional.empty());
    Iterate at = rule.start(manager, theta);
    int before = manager.getManagedArrays().size();

    try (NDManager scope = manager.newSubManager()) {
      Iterate next = rule.step(scope, at, gradient, 0);
      Cotangents back = rule.reverse(scope, at, gradient, 0, next);

      int returned = next.arrays().size() + back.before().arrays().size() + 1;
      assertThat(scope.getManagedArrays()).hasSize(returned);
      assertThat(back.gradient().getManager()).isSameAs(scope);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  static Stream<Optimiser> optimisers() {
    return Stream.of(
        new Sgd(new SgdOptions(0)),
        new Sgd(new SgdOptions(0.3)),
        new Momentum(new MomentumOptions(0.8, 0.3)),
        new Nesterov(new MomentumOptions(0.8, 0.3)),
        new AdamW(new AdamWOptions(0.7, 0.8, 1e-2, 0.3)),
        new AdamW(new AdamWOptions(0.7, 0.8, 1e-2, 0.3, false)));
  }

  /**
   * For random cotangents c and directions d, {@code <reverse(c), d>} has to be the derivative of
   * {@code <c, step>} along d.
   */
  @ParameterizedTest
  @MethodSource("optimisers")
  void reverseIsTheTransposedDerivativeOfAStep(Optimiser optimiser) {
    for (double maxNorm : new double[] {Double.POSITIVE_INFINITY, 0.5}) {
      UpdateRule rule = rule(optimiser, maxNorm);
      Random random = new Random(7);
      Iterate at = random(optimiser, random, true);
      NDArray gradient = vector(random);
      Iterate cotangent = random(optimiser, random, false);
      Iterate direction = random(optimiser, random, false);
      NDArray gradientDirection = vector(random);

      Cotangents back = rule.reverse(manager, at, gradient, 3, cotangent);
      double exact =
          dot(back.before(), direction) + back.gradient().mul(gradientDirection).sum().getDouble();

      double h = 1e-6;
      double plus =
          dot(
              rule.step(
                  manager, moved(at, direction, h), gradient.add(gradientDirection.mul(h)), 3),
              cotangent);
      double minus =
          dot(
              rule.step(
                  manager, moved(at, direction, -h), gradient.sub(gradientDirection.mul(h)), 3),
              cotangent);
      assertThat(exact).isCloseTo((plus - minus) / (2 * h), within(1e-8));
    }
  }

  /** Forwards and backwards are the same derivative: {@code <c, forward(d)> = <reverse(c), d>}. */
  @ParameterizedTest
  @MethodSource("optimisers")
  void forwardIsTheTransposeOfReverse(Optimiser optimiser) {
    for (double maxNorm : new double[] {Double.POSITIVE_INFINITY, 0.5}) {
      UpdateRule rule = rule(optimiser, maxNorm);
      Random random = new Random(11);
      Iterate at = random(optimiser, random, true);
      NDArray gradient = vector(random);
      Iterate cotangent = random(optimiser, random, false);
      Tangents along = new Tangents(random(optimiser, random, false), vector(random));

      Iterate ahead = rule.forward(manager, at, gradient, 3, along);
      Cotangents back = rule.reverse(manager, at, gradient, 3, cotangent);

      assertThat(dot(ahead, cotangent))
          .isCloseTo(
              dot(back.before(), along.before())
                  + back.gradient().mul(along.gradient()).sum().getDouble(),
              within(1e-13));
    }
  }

  @Test
  void forwardOwnsItsResultAndLeavesNothingElse() {
    for (Optimiser optimiser : optimisers().toList()) {
      UpdateRule rule = rule(optimiser, 0.5);
      Random random = new Random(12);
      Iterate at = random(optimiser, random, true);
      Tangents along = new Tangents(random(optimiser, random, false), vector(random));
      NDArray gradient = vector(random);
      int before = manager.getManagedArrays().size();
      try (NDManager scope = manager.newSubManager()) {
        Iterate ahead = rule.forward(scope, at, gradient, 3, along);
        assertThat(scope.getManagedArrays()).hasSize(ahead.arrays().size());
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void theDecayOfAdamIsAPenaltyUnlessItIsDecoupled() {
    assertThat(new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.1, false)).l2Penalty())
        .isEqualTo(0.1);
    assertThatThrownBy(() -> new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.1)).l2Penalty())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("weight_decay: 0.1")
        .hasMessageContaining("write weight_decay: 0, or decoupled_weight_decay: false");
  }

  @Test
  void reverseIsFiniteWhereTheGradientHasAlwaysBeenZero() {
    AdamW adam = new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0));
    NDArray zeros = manager.zeros(new Shape(3), DataType.FLOAT32);
    Iterate at = new Iterate(zeros, adam.initialState(manager, zeros));
    Iterate ones = new Iterate(zeros.onesLike(), adam.initialState(manager, zeros));

    Cotangents back =
        adam.reverse(manager, new Optimiser.Step(at, zeros, LearningRate.of(0.1), 1), ones);

    assertThat(back.before().theta().toFloatArray()).containsOnly(1f);
    assertThat(back.gradient().isNaN().any().getBoolean()).isFalse();
    assertThat(back.before().state("second_moment").toFloatArray()).containsOnly(0f);
  }

  @Test
  void reverseIsFiniteWhereTheSecondMomentIsTiny() {
    AdamW adam = new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0));
    NDArray gradient = manager.create(new float[] {1e-20f, 1e-17f, 1e-10f});
    Iterate at = new Iterate(gradient, adam.initialState(manager, gradient));
    Iterate ones = new Iterate(gradient.onesLike(), adam.initialState(manager, gradient));

    Cotangents back =
        adam.reverse(manager, new Optimiser.Step(at, gradient, LearningRate.of(0.1), 1), ones);

    for (float value : back.gradient().toFloatArray()) {
      assertThat(value).isFinite();
    }
  }

  private NDArray train(UpdateRule rule) {
    NDArray curvature = manager.create(new double[] {2.0, 0.5, 1.0, 0.0});
    NDArray centre = manager.create(new double[] {1.0, -2.0, 0.25, 3.0});
    Iterate at = rule.start(manager, manager.create(new double[] {0.5, -1.0, 2.0, 0.75}));
    for (int step = 0; step < STEPS; step++) {
      NDArray gradient = at.theta().sub(centre).pow(3).mul(curvature);
      at = rule.step(manager, at, gradient, step);
    }
    return at.theta();
  }

  private UpdateRule rule(Optimiser optimiser, double maxNorm) {
    return new UpdateRule(
        optimiser,
        0.1,
        new Schedule(Schedule.Decay.COSINE, 1, 8),
        new Clipping(maxNorm),
        Optional.of(manager.create(new double[] {1, 3, 1, 3, 3})));
  }

  private NDArray vector(Random random) {
    return manager.create(random.doubles(5, -1, 1).toArray());
  }

  /** Second moments of an iterate are positive; those of a cotangent need not be. */
  private Iterate random(Optimiser optimiser, Random random, boolean positive) {
    NDArray theta = vector(random);
    Map<String, NDArray> state = new TreeMap<>();
    for (String name : new TreeSet<>(optimiser.initialState(manager, theta).keySet())) {
      NDArray value = vector(random);
      state.put(name, positive && name.equals("second_moment") ? value.abs() : value);
    }
    return new Iterate(theta, state);
  }

  private static Iterate moved(Iterate at, Iterate direction, double h) {
    Map<String, NDArray> arrays = new TreeMap<>(at.arrays());
    arrays.replaceAll((name, array) -> array.add(direction.arrays().get(name).mul(h)));
    return Iterate.of(arrays);
  }

  private static double dot(Iterate left, Iterate right) {
    return left.arrays().entrySet().stream()
        .mapToDouble(e -> e.getValue().mul(right.arrays().get(e.getKey())).sum().getDouble())
        .sum();
  }
}
