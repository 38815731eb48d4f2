package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import io.flexora.testkit.fixture.problem.QuadraticProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImplicitSolverTest {

  private static final double[] ALPHA = {0.3, -0.2, 0.5};
  private static final double[] GATES = {0.3, -0.5, 0.2, 0.7};
  private static final QuadraticProblem CONVEX = new QuadraticProblem(2, 1);
  private static final QuadraticProblem SADDLE = new QuadraticProblem(1, 2);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final Settings settings = new Settings();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void conjugateGradientFindsTheClosedFormInAsManyProductsAsThereAreEigenvalues() {
    settings.iterations = 2;
    double[] minimum = CONVEX.minimiser(ALPHA);

    Hypergradient found = step(settings.implicit(), CONVEX, minimum, ALPHA);

    assertThat(gradient(found)).containsExactly(CONVEX.implicit(minimum, 0), within(1e-13));
    assertThat(residual(found)).isLessThan(1e-14);
  }

  @Test
  void dampingIsAddedToTheHessian() {
    settings.damping = 0.7;
    double[] theta = {1.5, -0.3};

    Hypergradient found = step(settings.implicit(), CONVEX, theta, ALPHA);

    assertThat(gradient(found)).containsExactly(CONVEX.implicit(theta, 0.7), within(1e-13));
  }

  /** The bias of a damping: along an eigenvalue h, {@code h / (h + damping)} is left. */
  @ParameterizedTest
  @CsvSource({"0.1, 3", "0.1, 1", "1, 3", "1, 1"})
  void dampingShortensWhatGoesAlongSmallEigenvalues(double damping, double eigenvalue) {
    settings.damping = damping;
    // The target and a step along the eigenvector (1, 1) of 3 or (1, -1) of 1.
    double[] theta = {0.5 + 0.6, -0.25 + (eigenvalue == 3 ? 0.6 : -0.6)};
    double[] undamped = CONVEX.implicit(theta, 0);

    double[] found = gradient(step(settings.implicit(), CONVEX, theta, ALPHA));

    for (int gate = 0; gate < found.length; gate++) {
      assertThat(found[gate])
          .isCloseTo(undamped[gate] * eigenvalue / (eigenvalue + damping), within(1e-13));
    }
  }

  /** Of 40 parameters, with eigenvalues from 0.1 to 1. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1})
  void conjugateGradientFindsTheClosedFormWithDampingToo(double damping) {
    double[] eigenvalues =
        IntStream.range(0, 40).mapToDouble(i -> Math.pow(10, -i / 39.0)).toArray();
    QuadraticBilevel toy = new QuadraticBilevel(eigenvalues, 3);
    double[] alpha = {0.4, -0.3, 0.2, 0.7, -0.5, 0.1};
    double[] minimum = toy.minimiser(alpha);
    settings.damping = damping;

    Hypergradient found = step(settings.implicit(), toy, minimum, alpha);

    double[] expected = toy.implicit(minimum, alpha, damping);
    assertThat(residual(found)).isLessThan(1e-13);
    assertThat(distance(gradient(found), expected))
        .isLessThan(1e-12 * distance(expected, new double[expected.length]));
  }

  @Test
  void theNeumannSeriesTendsToTheClosedForm() {
    settings.method = Method.NEUMANN;
    settings.neumannStep = Optional.of(0.3);
    double[] minimum = CONVEX.minimiser(ALPHA);
    double before = Double.POSITIVE_INFINITY;
    for (int products : new int[] {2, 10, 40}) {
      settings.iterations = products;
      double[] found = gradient(step(settings.implicit(), CONVEX, minimum, ALPHA));
      double error = distance(found, CONVEX.implicit(minimum, 0));
      assertThat(error).isLessThan(before / 4);
      before = error;
    }
    assertThat(before).isLessThan(1e-5);
  }

  /** Sgd with weight decay on least squares: the decay has to be in the Hessian. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 12})
  void theNeumannSeriesIsOneUnrolledStepMoreThanItsProductsAtAMinimum(int products) {
    BilevelProblem problem = leastSquares();
    double[] minimum = trained(problem);
    settings.method = Method.NEUMANN;
    settings.iterations = products;

    double[] found = gradient(step(settings.implicit(), problem, minimum, GATES));
    double[] unrolled = gradient(step(settings.unrolled(products + 1), problem, minimum, GATES));

    assertThat(found).containsExactly(unrolled, within(1e-10));
  }

  @ParameterizedTest
  @EnumSource(
      value = OptimiserKind.class,
      names = {"SGD", "MOMENTUM", "NESTEROV"})
  void unrollingTendsToIt(OptimiserKind kind) {
    BilevelProblem problem = leastSquares();
    double[] minimum = trained(problem);
    double[] implicit = gradient(step(settings.implicit(), problem, minimum, GATES));
    settings.optimiser = kind;
    double before = Double.POSITIVE_INFINITY;
    for (int steps : new int[] {5, 40, 300}) {
      double[] unrolled = gradient(step(settings.unrolled(steps), problem, minimum, GATES));
      double error = distance(unrolled, implicit);
      assertThat(error).isLessThan(before / 3);
      before = error;
    }
    assertThat(before).isLessThan(1e-9);
  }

  /** The derivative of the validation loss at the minimum, by training again at moved gates. */
  @Test
  void isTheDerivativeThroughTheMinimum() {
    BilevelProblem problem = leastSquares();
    double[] gradient = gradient(step(settings.implicit(), problem, trained(problem), GATES));
    for (int gate = 0; gate < GATES.length; gate++) {
      double h = 1e-4;
      double difference = lossOfMinimum(problem, gate, h) - lossOfMinimum(problem, gate, -h);
      assertThat(gradient[gate]).isCloseTo(difference / (2 * h), within(1e-7));
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void theGradientOfAGateIsBalancedByTheOthers(Method method) {
    BilevelProblem problem = leastSquares();
    settings.method = method;
    settings.iterations = 3;
    double[] theta = problem.initialTheta(manager).add(0.3).toDoubleArray();

    double[] gradient = gradient(step(settings.implicit(), problem, theta, GATES));

    assertThat(Arrays.stream(gradient).sum()).isCloseTo(0, within(1e-13));
  }

  @Test
  void theResidualIsThatOfTheSystem() {
    settings.method = Method.NEUMANN;
    settings.iterations = 1;
    double[] theta = {1, -0.5};
    // b = theta - t = (0.5, -0.25); H b = (0.75, 0); q = 0.1 (2 b - 0.1 H b) = (0.0925, -0.05).
    double[] left = {2 * 0.0925 - 0.05, 0.0925 - 2 * 0.05};
    double expected = Math.hypot(0.5 - left[0], -0.25 - left[1]) / Math.hypot(0.5, 0.25);

    Hypergradient found = step(settings.implicit(), CONVEX, theta, ALPHA);

    assertThat(residual(found)).isCloseTo(expected, within(1e-14));
  }

  @Test
  void negativeCurvatureIsRefusedWithTheDampingThatHelps() {
    double[] theta = {1.5, -1.25};

    assertThatThrownBy(() -> step(settings.implicit(), SADDLE, theta, ALPHA))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("met the curvature -1")
        .hasMessageContaining("raise damping by more than 1.00")
        .hasMessageContaining("negative_curvature: stop");

    settings.method = Method.NEUMANN;
    assertThatThrownBy(() -> step(settings.implicit(), SADDLE, theta, ALPHA))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("curvature -1")
        .hasMessageContaining("raise damping by more than 1.00");
  }

  @Test
  void withThatDampingItIsSolved() {
    settings.damping = 1.5;
    double[] theta = {1.5, -1.25};

    Hypergradient found = step(settings.implicit(), SADDLE, theta, ALPHA);

    assertThat(gradient(found)).containsExactly(SADDLE.implicit(theta, 1.5), within(1e-12));
  }

  /** In a direction of negative curvature nothing is known: what is left is first-order. */
  @Test
  void negativeCurvatureStopsConjugateGradientAtTheSolutionSoFar() {
    settings.negativeCurvature = Optional.empty();
    Solver solver = settings.implicit();
    double[] theta = {1.5, -1.25};

    Hypergradient found = step(solver, SADDLE, theta, ALPHA);
    step(solver, SADDLE, theta, ALPHA);

    assertThat(gradient(found)).containsOnly(0);
    assertThat(residual(found)).isEqualTo(1);
    assertThat(settings.warnings)
        .singleElement()
        .asString()
        .contains("met the curvature -1", "is that of first-order", "raise damping by more than");
  }

  /** b = (1, 0) has the curvature 1, the direction (4, -2) after it has none above 0. */
  @Test
  void aLaterStopOfConjugateGradientLeavesASolutionAndIsNotToldOf() {
    settings.negativeCurvature = Optional.of(NegativeCurvature.STOP);

    Hypergradient found = step(settings.implicit(), SADDLE, new double[] {1.5, -0.25}, ALPHA);

    assertThat(gradient(found)).containsExactly(new double[] {1, -2, 0.5}, within(1e-14));
    assertThat(settings.warnings).isEmpty();
  }

  /** Along b, of the eigenvalue -1, a term is 1.1 times the one before. */
  @Test
  void aNeumannSeriesThatGrowsIsSummedAndToldOfOnce() {
    settings.method = Method.NEUMANN;
    settings.iterations = 4;
    settings.negativeCurvature = Optional.empty();
    Solver solver = settings.implicit();
    double[] theta = {1.5, -1.25};

    Hypergradient found = step(solver, SADDLE, theta, ALPHA);
    step(solver, SADDLE, theta, ALPHA);

    assertThat(gradient(found)).containsExactly(alongB(Math.pow(1.1, 5) - 1), within(1e-14));
    assertThat(settings.warnings)
        .singleElement()
        .asString()
        .contains(
            "which grows", "its sum grows with iterations", "raise damping by more than 1.00");
  }

  @Test
  void aNeumannSeriesThatGrowsIsCutWhereThatIsAskedForAndToldOf() {
    settings.method = Method.NEUMANN;
    settings.iterations = 4;
    settings.negativeCurvature = Optional.of(NegativeCurvature.STOP);

    Hypergradient found = step(settings.implicit(), SADDLE, new double[] {1.5, -1.25}, ALPHA);

    assertThat(gradient(found)).containsExactly(alongB(0.1), within(1e-15));
    assertThat(settings.warnings).singleElement().asString().contains("and is cut there");
  }

  @Test
  void conjugateGradientWithoutAProductIsRefused() {
    settings.iterations = 0;

    assertThatThrownBy(settings::implicit)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("iterations: 0 is for method: neumann")
        .hasMessageContaining("write iterations: 1 or more, or method: neumann");
  }

  /** The estimate of a multiple of b = (1, -1) as the solution. */
  private static double[] alongB(double factor) {
    return new double[] {0.75 * factor, -3 * factor, 1.5 * factor};
  }

  @Test
  void conjugateGradientIsNotToContinue() {
    settings.negativeCurvature = Optional.of(NegativeCurvature.CONTINUE);

    assertThatThrownBy(settings::implicit)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative_curvature: continue is for method: neumann")
        .hasMessageContaining("write stop or refuse");
  }

  @Test
  void aStepTooLargeForTheNeumannSeriesIsRefusedWithOneThatFits() {
    settings.method = Method.NEUMANN;
    settings.neumannStep = Optional.of(0.8);

    assertThatThrownBy(() -> step(settings.implicit(), CONVEX, new double[] {1.5, 0.75}, ALPHA))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("neumann_step 0.800")
        .hasMessageContaining("write a neumann_step below 0.333");
  }

  @Test
  void decoupledDecayIsRefused() {
    settings.innerSteps = 1;
    settings.optimiser = OptimiserKind.ADAMW;
    settings.weightDecay = 0.1;

    assertThatThrownBy(settings::implicit)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("weight_decay: 0.1")
        .hasMessageContaining("decoupled_weight_decay: false")
        .hasMessageContaining("sgd, momentum or nesterov");
    assertThatThrownBy(() -> settings.nystrom(1, Sketch.COLUMNS, 1))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("weight_decay: 0.1");
  }

  @Test
  void theDecayOfAdamThatIsNotDecoupledIsAddedToTheHessian() {
    settings.innerSteps = 1;
    settings.optimiser = OptimiserKind.ADAM;
    settings.learningRate = 1e-300;
    settings.weightDecay = 0.4;
    settings.damping = 0.7;
    double[] theta = {1.5, -0.3};
    double[] expected = CONVEX.implicit(theta, 1.1);

    assertThat(gradient(step(settings.implicit(), CONVEX, theta, ALPHA)))
        .containsExactly(expected, within(1e-13));
    assertThat(gradient(step(settings.nystrom(2, Sketch.COLUMNS, 1), CONVEX, theta, ALPHA)))
        .containsExactly(expected, within(1e-13));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void aDecayThatNoStepAppliesIsNoneWhateverItsKind(OptimiserKind kind) {
    settings.innerSteps = 0;
    settings.optimiser = kind;
    settings.weightDecay = 0.1;
    settings.damping = 0.7;
    double[] theta = {1.5, -0.3};
    double[] expected = CONVEX.implicit(theta, 0.7);

    assertThat(gradient(step(settings.implicit(), CONVEX, theta, ALPHA)))
        .containsExactly(expected, within(1e-13));
    assertThat(gradient(step(settings.nystrom(2, Sketch.COLUMNS, 1), CONVEX, theta, ALPHA)))
        .containsExactly(expected, within(1e-13));
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void takesTheProductsOfTheSolutionAndOneForTheGates(Method method) {
    settings.method = method;
    settings.iterations = 5;
    settings.innerSteps = 7;
    settings.optimiser = OptimiserKind.ADAMW;
    settings.learningRate = 0.01;
    settings.negativeCurvature = Optional.of(NegativeCurvature.STOP);
    CountedProblem calls =
        new CountedProblem(
            new GatedProblem(GATES.length, List.of(0, 3), 5), LiveArrays.of(manager));
    Solver solver = settings.implicit();
    InnerState start = solver.start(manager, calls);
    solver.step(manager, calls, start, manager.create(GATES), 0);

    Workload seen = calls.cost();
    assertThat(seen.trainingGradients().examples()).isEqualTo(8);
    assertThat(seen.hessianProducts().examples()).isEqualTo(6);
    assertThat(seen.recordedProducts().examples()).isEqualTo(6);
    assertThat(seen.keptGraphs()).isZero();
    assertThat(seen.validationGradients().examples()).isOne();
    assertThat(seen.storedThetas())
        .isBetween(solver.cost(4).storedThetas() - 2, solver.cost(4).storedThetas());
  }

  /** With a step before each estimate, which applies the decay and moves no minimum. */
  private BilevelProblem leastSquares() {
    settings.innerSteps = 1;
    settings.weightDecay = 0.4;
    return new SameBatch(new GatedProblem(GATES.length, List.of(0, 3), 5));
  }

  private double[] trained(BilevelProblem problem) {
    return minimum(problem, GATES).toDoubleArray();
  }

  /** Gradient descent until nothing moves. */
  private NDArray minimum(BilevelProblem problem, double[] gates) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray alpha = scope.create(gates);
      NDArray theta = problem.initialTheta(scope);
      for (int i = 0; i < 800; i++) {
        LossGradient at = problem.training(scope, 0, theta, alpha);
        theta = theta.sub(at.theta().add(theta.mul(settings.weightDecay)).mul(0.1));
      }
      theta.attach(manager);
      return theta;
    }
  }

  private double lossOfMinimum(BilevelProblem problem, int gate, double by) {
    double[] moved = GATES.clone();
    moved[gate] += by;
    NDArray theta = minimum(problem, moved);
    return problem.validation(manager, 0, theta, manager.create(moved)).loss();
  }

  private Hypergradient step(
      Solver solver, BilevelProblem problem, double[] theta, double[] alpha) {
    Map<String, NDArray> arrays = new TreeMap<>(solver.start(manager, problem).arrays());
    arrays.put(InnerState.THETA, manager.create(theta));
    return solver.step(manager, problem, new InnerState(0, arrays), manager.create(alpha), 0);
  }

  private static double[] gradient(Hypergradient found) {
    return found.gradient().toDoubleArray();
  }

  private static double residual(Hypergradient found) {
    return found.next().arrays().get("residual").getDouble(0);
  }

  private static double distance(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (left[i] - right[i]) * (left[i] - right[i]);
    }
    return Math.sqrt(sum);
  }
}
