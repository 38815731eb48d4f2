package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.GatedCubic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Checks an optimiser on steps of six parameters, in float64: above all its derivatives, against
 * central differences of its own steps.
 *
 * @since 0.1
 */
public abstract class OptimiserSuite extends ExtensionSuite<Optimiser> {

  private static final double RATE = 0.05;
  private static final double[] MULTIPLIERS = {1, 3, 1, 0.5, 3, 1};
  private static final int STEPS = 5;
  private static final double[] GATES = {0.9, -0.6, 1.2};
  private static final double H = 1e-5;

  private final GatedCubic problem = new GatedCubic();

  /** For subclasses. */
  protected OptimiserSuite() {
    super(Optimiser.class);
  }

  /** How far a derivative may be from central differences, relative to its size. */
  protected double tolerance() {
    return 1e-6;
  }

  @Test
  void itsStateIsWhatItStates() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      assertThat(optimiser.stateNames())
          .as("names of the state of %s", name())
          .allMatch(name -> name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"), "words joined by _")
          .doesNotContain("theta");
      for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
        NDArray theta = Engine.array(root, problem.theta(), type);
        Iterate start = new Iterate(theta, optimiser.initialState(root, theta));
        requireState(optimiser, start, type, "at the start");
        LearningRate rate = LearningRate.of(RATE);
        Optimiser.Step step =
            new Optimiser.Step(start, Engine.array(root, random(1), type), rate, 1);
        requireState(optimiser, optimiser.step(root, step), type, "after a step");
        requireState(optimiser, optimiser.reverse(root, step, start).before(), type, "reversed");
      }
    }
  }

  private void requireState(Optimiser optimiser, Iterate at, DataType type, String when) {
    assertThat(at.state().keySet())
        .as("state of %s %s, of which stateNames() tells", name(), when)
        .isEqualTo(optimiser.stateNames());
    assertThat(at.arrays().values())
        .as("arrays of %s %s, each of theta's shape and of type %s", name(), when, type)
        .allMatch(a -> a.getShape().equals(new Shape(MULTIPLIERS.length)))
        .allMatch(a -> a.getDataType() == type);
  }

  @Test
  void aStepIsAFunctionOfItsArguments() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      for (Optimiser.Step step : steps(root, optimiser)) {
        Iterate first = optimiser.step(root, step);
        optimiser.step(root, new Optimiser.Step(first, step.gradient().neg(), step.rate(), 9));
        assertSame(optimiser.step(root, step), first, "taken again from the same arguments");
        assertSame(extension().step(root, step), first, "taken by a new optimiser");
      }
    }
  }

  private void assertSame(Iterate actual, Iterate expected, String how) {
    expected
        .arrays()
        .forEach(
            (key, array) ->
                assertThat(actual.arrays().get(key).toDoubleArray())
                    .as("%s of a step of %s, %s", key, name(), how)
                    .isEqualTo(array.toDoubleArray()));
  }

  @Test
  void leavesItsArgumentsAsTheyAre() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      Optimiser.Step step = steps(root, optimiser).get(2);
      Iterate after = random(root, step.at(), 3);
      List<NDArray> given = new ArrayList<>(step.at().arrays().values());
      given.addAll(after.arrays().values());
      given.add(step.gradient());
      step.rate().multipliers().ifPresent(given::add);
      List<double[]> before = given.stream().map(NDArray::toDoubleArray).toList();
      optimiser.step(root, step);
      optimiser.reverse(root, step, after);
      forward(optimiser, root, step, new Tangents(after, step.gradient()));
      for (int i = 0; i < given.size(); i++) {
        assertThat(given.get(i).toDoubleArray())
            .as("an argument after a step of %s; write into no argument", name())
            .isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void leavesItsResultsInItsScopeAndNothingElse() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      Optimiser.Step step = steps(root, optimiser).get(2);
      Iterate after = random(root, step.at(), 3);
      int before = LiveArrays.of(root).count();
      try (NDManager scope = root.newSubManager()) {
        List<NDArray> results = new ArrayList<>(optimiser.step(scope, step).arrays().values());
        Cotangents back = optimiser.reverse(scope, step, after);
        results.addAll(back.before().arrays().values());
        results.add(back.gradient());
        forward(optimiser, scope, step, new Tangents(after, step.gradient()))
            .ifPresent(ahead -> results.addAll(ahead.arrays().values()));
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

  @Test
  void aMultiplierIsAFactorOfTheRateOfItsElement() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      for (Optimiser.Step step : steps(root, optimiser)) {
        double[] together = optimiser.step(root, step).theta().toDoubleArray();
        for (int i = 0; i < together.length; i++) {
          LearningRate alone = LearningRate.of(RATE * MULTIPLIERS[i]);
          Optimiser.Step own = new Optimiser.Step(step.at(), step.gradient(), alone, step.count());
          assertThat(together[i])
              .as("theta[%d] after a step of %s with the factor %s", i, name(), MULTIPLIERS[i])
              .isCloseTo(optimiser.step(root, own).theta().toDoubleArray()[i], within(1e-12));
        }
      }
    }
  }

  @Test
  void aPartOfThetaMovesByItself() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      for (Optimiser.Step step : steps(root, optimiser)) {
        Iterate whole = optimiser.step(root, step);
        Iterate low = optimiser.step(root, part(step, "0:2"));
        Iterate high = optimiser.step(root, part(step, "2:6"));
        whole
            .arrays()
            .forEach(
                (key, array) ->
                    assertThat(
                            NDArrays.concat(
                                    new NDList(low.arrays().get(key), high.arrays().get(key)))
                                .toDoubleArray())
                        .as("%s after steps of %s on two parts of theta", key, name())
                        .containsExactly(array.toDoubleArray(), within(1e-12)));
      }
    }
  }

  private static Optimiser.Step part(Optimiser.Step step, String range) {
    NDIndex index = new NDIndex(range);
    Map<String, NDArray> arrays = new TreeMap<>(step.at().arrays());
    arrays.replaceAll((key, array) -> array.get(index));
    LearningRate rate =
        new LearningRate(step.rate().value(), step.rate().multipliers().map(m -> m.get(index)));
    return new Optimiser.Step(Iterate.of(arrays), step.gradient().get(index), rate, step.count());
  }

  /**
   * For random cotangents c and directions d: {@code <reverse(c), d> = d/dt <c, step(at + t d)>}.
   */
  @Test
  void itsReverseIsTheTransposedDerivativeOfItsStep() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      for (Optimiser.Step step : steps(root, optimiser)) {
        Iterate cotangent = random(root, step.at(), 20 + step.count());
        Tangents along = along(root, step, 40 + step.count());
        double exact = dot(optimiser.reverse(root, step, cotangent), along);
        double differences =
            derivative(t -> dot(cotangent, optimiser.step(root, moved(step, along, t))));
        assertThat(exact)
            .as(
                "derivative of step %d of %s by reverse(), for %s by differences",
                step.count(), name(), differences)
            .isCloseTo(differences, within(tolerance() * Math.max(1, Math.abs(differences))));
      }
    }
  }

  /** Backwards and forwards are the same derivative: {@code <reverse(c), d> = <c, forward(d)>}. */
  @Test
  void itsForwardDerivativeIsTheTransposeOfItsReverse() {
    try (NDManager root = Engine.manager()) {
      assumeTrue(extension() instanceof ForwardDifferentiable, "no forward derivative");
      ForwardDifferentiable optimiser = (ForwardDifferentiable) extension();
      for (Optimiser.Step step : steps(root, optimiser)) {
        Iterate cotangent = random(root, step.at(), 20 + step.count());
        Tangents along = along(root, step, 40 + step.count());
        double reverse = dot(optimiser.reverse(root, step, cotangent), along);
        assertThat(dot(cotangent, optimiser.forward(root, step, along)))
            .as("derivative of step %d of %s by forward(), as by reverse()", step.count(), name())
            .isCloseTo(reverse, within(1e-9 * Math.max(1, Math.abs(reverse))));
      }
    }
  }

  @Test
  void itsDerivativesAreFiniteWhereTheGradientHasAlwaysBeenZero() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      NDArray theta = Engine.array(root, problem.theta(), DataType.FLOAT32);
      Iterate start = new Iterate(theta, optimiser.initialState(root, theta));
      Optimiser.Step step = new Optimiser.Step(start, theta.zerosLike(), LearningRate.of(RATE), 1);
      Cotangents back = optimiser.reverse(root, step, ones(start));
      List<NDArray> results = new ArrayList<>(back.before().arrays().values());
      results.add(back.gradient());
      forward(optimiser, root, step, new Tangents(ones(start), theta.onesLike()))
          .ifPresent(ahead -> results.addAll(ahead.arrays().values()));
      for (NDArray result : results) {
        assertThat(Engine.values(result))
            .as("derivatives of %s where state and gradient are 0", name())
            .satisfies(values -> assertThat(Arrays.stream(values)).allMatch(Double::isFinite));
      }
    }
  }

  private static Iterate ones(Iterate like) {
    Map<String, NDArray> arrays = new TreeMap<>(like.arrays());
    arrays.replaceAll((key, array) -> array.onesLike());
    return Iterate.of(arrays);
  }

  @Test
  void theGradientThroughAnInnerLoopIsThatOfTheWholeTrajectory() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      double[] differences = new double[GATES.length];
      for (int gate = 0; gate < GATES.length; gate++) {
        double[] unit = new double[GATES.length];
        unit[gate] = 1;
        differences[gate] =
            derivative(
                t -> {
                  Deque<Optimiser.Step> taken = new ArrayDeque<>();
                  double[] gates = Engine.plus(GATES, t, unit);
                  return problem.validation(train(root, optimiser, gates, taken));
                });
      }
      double[] gradient = hypergradient(root, optimiser);
      assertThat(Engine.norm(Engine.plus(gradient, -1, differences)))
          .as(
              "distance of the gradient %s through %d steps of %s from central differences of the"
                  + " validation loss, %s",
              gradient, STEPS, name(), differences)
          .isLessThan(tolerance() * Math.max(1, Engine.norm(differences)));
    }
  }

  /** Trains theta and remembers the steps, the last one on top. */
  private double[] train(
      NDManager root, Optimiser optimiser, double[] gates, Deque<Optimiser.Step> taken) {
    NDArray theta = NativeArrays.of(root, problem.theta());
    Iterate at = new Iterate(theta, optimiser.initialState(root, theta));
    for (int k = 1; k <= STEPS; k++) {
      double[] gradient = problem.gradient(at.theta().toDoubleArray(), gates);
      Optimiser.Step step = new Optimiser.Step(at, NativeArrays.of(root, gradient), rate(root), k);
      taken.push(step);
      at = optimiser.step(root, step);
    }
    return at.theta().toDoubleArray();
  }

  private double[] hypergradient(NDManager root, Optimiser optimiser) {
    Deque<Optimiser.Step> taken = new ArrayDeque<>();
    double[] end = problem.validationGradient(train(root, optimiser, GATES, taken));
    Map<String, NDArray> state = new TreeMap<>();
    for (String key : optimiser.stateNames()) {
      state.put(key, NativeArrays.of(root, new double[end.length]));
    }
    Iterate cotangent = new Iterate(NativeArrays.of(root, end), state);
    double[] sum = new double[GATES.length];
    for (Optimiser.Step step : taken) {
      Cotangents back = optimiser.reverse(root, step, cotangent);
      double[] theta = step.at().theta().toDoubleArray();
      double[] u = back.gradient().toDoubleArray();
      double[] pulled = problem.hessianProduct(theta, GATES, u);
      sum = Engine.plus(sum, 1, problem.mixedProduct(theta, GATES, u));
      cotangent =
          new Iterate(
              back.before().theta().add(NativeArrays.of(root, pulled)), back.before().state());
    }
    return sum;
  }

  @Test
  void lowersTheLoss() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      NDArray theta = NativeArrays.of(root, problem.theta());
      Iterate at = new Iterate(theta, optimiser.initialState(root, theta));
      for (int k = 1; k <= 100; k++) {
        double[] gradient = problem.gradient(at.theta().toDoubleArray(), GATES);
        LearningRate rate = LearningRate.of(0.01);
        at = optimiser.step(root, new Optimiser.Step(at, NativeArrays.of(root, gradient), rate, k));
      }
      assertThat(problem.training(at.theta().toDoubleArray(), GATES))
          .as("training loss after 100 steps of %s", name())
          .isLessThan(problem.training(problem.theta(), GATES));
    }
  }

  @Test
  void restsWhereTheGradientOfTheLossIsThatOfItsPenalty() {
    try (NDManager root = Engine.manager()) {
      Optimiser optimiser = extension();
      OptionalDouble penalty = penalty(optimiser);
      assumeTrue(penalty.isPresent(), "its steps end at no minimum of loss and penalty");
      NDArray theta = NativeArrays.of(root, problem.theta());
      Iterate at = new Iterate(theta, optimiser.initialState(root, theta));
      for (int k = 1; k <= STEPS; k++) {
        NDArray gradient = theta.mul(-penalty.getAsDouble());
        at = optimiser.step(root, new Optimiser.Step(at, gradient, rate(root), k));
      }
      assertThat(at.theta().toDoubleArray())
          .as(
              "theta after steps of %s with the gradient -%s theta, where its l2Penalty() says that"
                  + " it rests",
              name(), penalty.getAsDouble())
          .containsExactly(problem.theta(), within(1e-12));
    }
  }

  private static OptionalDouble penalty(Optimiser optimiser) {
    try {
      return OptionalDouble.of(optimiser.l2Penalty());
    } catch (FlexoraException e) {
      return OptionalDouble.empty();
    }
  }

  /** Steps from the initial state on, with random gradients; in one of them some are 0. */
  private List<Optimiser.Step> steps(NDManager root, Optimiser optimiser) {
    NDArray theta = NativeArrays.of(root, problem.theta());
    Iterate at = new Iterate(theta, optimiser.initialState(root, theta));
    List<Optimiser.Step> steps = new ArrayList<>();
    for (int k = 1; k <= STEPS; k++) {
      double[] gradient = random(k);
      if (k == 3) {
        gradient[0] = 0;
        gradient[4] = 0;
      }
      steps.add(new Optimiser.Step(at, NativeArrays.of(root, gradient), rate(root), k));
      at = optimiser.step(root, steps.get(k - 1));
    }
    return steps;
  }

  private static LearningRate rate(NDManager root) {
    return new LearningRate(RATE, Optional.of(NativeArrays.of(root, MULTIPLIERS)));
  }

  /** Values of either sign, none of them near 0, where an optimiser may have no derivative. */
  private static double[] random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, MULTIPLIERS.length)
        .mapToDouble(i -> random.nextDouble(0.3, 1) * (random.nextBoolean() ? 1 : -1))
        .toArray();
  }

  private static Iterate random(NDManager root, Iterate like, long seed) {
    Map<String, NDArray> arrays = new TreeMap<>();
    for (String key : like.arrays().keySet()) {
      arrays.put(key, NativeArrays.of(root, random(seed + 100L * arrays.size())));
    }
    return Iterate.of(arrays);
  }

  /** A direction; that of the state is relative to it, since a state may have to stay positive. */
  private static Tangents along(NDManager root, Optimiser.Step step, long seed) {
    Map<String, NDArray> arrays = new TreeMap<>(random(root, step.at(), seed).arrays());
    arrays.replaceAll(
        (key, array) -> key.equals("theta") ? array : array.mul(step.at().state(key).abs()));
    return new Tangents(Iterate.of(arrays), NativeArrays.of(root, random(seed + 1)));
  }

  private static Optimiser.Step moved(Optimiser.Step step, Tangents along, double t) {
    Map<String, NDArray> arrays = new TreeMap<>(step.at().arrays());
    arrays.replaceAll((key, array) -> array.add(along.before().arrays().get(key).mul(t)));
    NDArray gradient = step.gradient().add(along.gradient().mul(t));
    return new Optimiser.Step(Iterate.of(arrays), gradient, step.rate(), step.count());
  }

  /** Central differences of fourth order at 0. */
  private static double derivative(DoubleUnaryOperator function) {
    double near = function.applyAsDouble(H) - function.applyAsDouble(-H);
    double far = function.applyAsDouble(2 * H) - function.applyAsDouble(-2 * H);
    return (8 * near - far) / (12 * H);
  }

  private static double dot(Cotangents back, Tangents along) {
    return dot(back.before(), along.before())
        + Engine.dot(back.gradient().toDoubleArray(), along.gradient().toDoubleArray());
  }

  private static double dot(Iterate left, Iterate right) {
    return left.arrays().entrySet().stream()
        .mapToDouble(
            e ->
                Engine.dot(
                    e.getValue().toDoubleArray(), right.arrays().get(e.getKey()).toDoubleArray()))
        .sum();
  }

  private static Optional<Iterate> forward(
      Optimiser optimiser, NDManager scope, Optimiser.Step step, Tangents along) {
    return optimiser instanceof ForwardDifferentiable differentiable
        ? Optional.of(differentiable.forward(scope, step, along))
        : Optional.empty();
  }
}
