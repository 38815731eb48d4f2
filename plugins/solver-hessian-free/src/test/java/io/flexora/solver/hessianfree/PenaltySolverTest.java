package io.flexora.solver.hessianfree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.problem.CountedProblem;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PenaltySolverTest {

  private static final int CONVERGED = 500;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final QuadraticBilevel toy = Toy.problem();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Both copies in closed form. */
  private double[] closedForm(double lambda) {
    double[] y = toy.penalised(Toy.ALPHA, 1, lambda);
    double[] z = toy.minimiser(Toy.ALPHA);
    double[] q = new double[z.length];
    for (int i = 0; i < q.length; i++) {
      q[i] = lambda * (z[i] - y[i]);
    }
    return toy.response(Toy.ALPHA, q);
  }

  @ParameterizedTest
  @CsvSource({"1", "10", "100"})
  void hasTheClosedFormWhereTheCopiesHaveConverged(double lambda) {
    double[] found = step(options(CONVERGED, lambda, 0, false), toy, 0);

    assertThat(Toy.error(found, closedForm(lambda))).isLessThan(1e-9);
  }

  @Test
  void thePenaltyGrowsWithTheOuterSteps() {
    double[] found = step(options(CONVERGED, 4, 2, false), toy, 3);

    assertThat(Toy.error(found, closedForm(10))).isLessThan(1e-9);
  }

  @Test
  void theBiasFallsAsOneOverThePenaltyAndWithRichardsonAsOneOverItsSquare() {
    double[] truth = toy.hypergradient(Toy.ALPHA);
    double[] plain = new double[2];
    double[] extrapolated = new double[2];
    for (int i = 0; i < 2; i++) {
      double lambda = i == 0 ? 1000 : 10_000;
      plain[i] = Toy.error(step(options(CONVERGED, lambda, 0, false), toy, 0), truth);
      extrapolated[i] = Toy.error(step(options(CONVERGED, lambda, 0, true), toy, 0), truth);
    }
    assertThat(Math.log10(plain[0] / plain[1])).isCloseTo(1, within(0.1));
    assertThat(Math.log10(extrapolated[0] / extrapolated[1])).isCloseTo(2, within(0.1));
    assertThat(extrapolated[0]).isLessThan(plain[0] / 5);
  }

  /**
   * With a decay of 0.1, y is lambda / (1 + 1.1 lambda) and z 1 / 1.1: the estimate tends to 1 /
   * 1.21, the derivative through the minimum of the training loss and its decay.
   */
  @ParameterizedTest
  @CsvSource({"SGD, 10", "MOMENTUM, 10", "NESTEROV, 10", "SGD, 1000", "SGD, 1000000"})
  void weightDecayIsPartOfTheTrainingLoss(OptimiserKind kind, double lambda) {
    InnerOptions inner = Toy.inner(kind, 0.2, 0, 0.1);
    PenaltyOptions options = new PenaltyOptions(CONVERGED, inner, lambda, 0, false, false);

    double found = onScalar(options, 0.5).gradient().getDouble(0);

    assertThat(found).isCloseTo(lambda / (1.1 * (1 + 1.1 * lambda)), within(1e-14 * lambda));
    assertThat(found).isCloseTo(1 / 1.21, within(0.76 / lambda));
  }

  /** The gradient of y is 0.01; the decay, taken from it, would turn its sign and so the step. */
  @Test
  void decoupledWeightDecayIsLeftToTheOptimiser() {
    InnerOptions inner = Toy.inner(OptimiserKind.ADAMW, 0.01, 0, 0.1);
    PenaltyOptions options = new PenaltyOptions(1, inner, 1, 0, false, false);

    double y = onScalar(options, 0.51).next().theta().getDouble(0);

    double expected = 0.51 - 0.01 * (0.1 * 0.51 + 0.01 / (0.01 + 1e-8));
    assertThat(y).isCloseTo(expected, within(1e-14));
  }

  /** Of the decay 0.1 y has half; with all of it the gradient would be positive. */
  @Test
  void theDecayOfAdamThatIsNotDecoupledIsPartOfTheTrainingLoss() {
    InnerOptions inner = Toy.inner(OptimiserKind.ADAM, 0.01, 0, 0.1);
    PenaltyOptions options = new PenaltyOptions(1, inner, 1, 0, false, false);

    double y = onScalar(options, 0.465).next().theta().getDouble(0);

    double gradient = (0.465 - 1 + 0.465 + 0.1 * 0.465) / 2;
    double expected = 0.465 - 0.01 * gradient / (Math.abs(gradient) + 1e-8);
    assertThat(y).isCloseTo(expected, within(1e-14));
  }

  private Hypergradient onScalar(PenaltyOptions options, double theta) {
    BilevelProblem problem = new ScalarProblem(theta);
    PenaltySolver solver = new PenaltySolver(options);
    InnerState start = solver.start(manager, problem);
    return solver.step(manager, problem, start, NativeArrays.of(manager, new double[] {1}), 0);
  }

  /** With another batch in one of the two, what is between them would be multiplied by lambda. */
  @Test
  void bothTrainingGradientsAreOfTheSameBatch() {
    BilevelProblem problem = new GatedProblem(4, List.of(0, 3), 5);
    double[] alpha = {0.3, -0.5, 0.2, 0.7};
    PenaltyOptions still =
        new PenaltyOptions(3, Toy.inner(OptimiserKind.SGD, 1e-300, 0), 1e6, 0, true, false);
    PenaltySolver moving =
        new PenaltySolver(
            new PenaltyOptions(3, Toy.inner(OptimiserKind.SGD, 0.05, 0), 1, 0, true, false));
    InnerState warm =
        moving
            .step(
                manager,
                problem,
                moving.start(manager, problem),
                NativeArrays.of(manager, alpha),
                0)
            .next();
    InnerState same =
        new InnerState(
            warm.steps(),
            new PenaltySolver(still).start(manager, new Moved(problem, warm.theta())).arrays());

    Hypergradient found =
        new PenaltySolver(still).step(manager, problem, same, NativeArrays.of(manager, alpha), 1);

    double[] direct =
        problem
            .validation(manager, 1, warm.theta(), NativeArrays.of(manager, alpha))
            .alpha()
            .orElseThrow()
            .toDoubleArray();
    assertThat(found.gradient().toDoubleArray()).containsExactly(direct, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"false, 12, 6", "true, 18, 12"})
  void takesTheGradientsThatItSays(boolean richardson, int training, int validation) {
    CountedProblem counted =
        new CountedProblem(new GatedProblem(4, List.of(0, 3), 5), LiveArrays.of(manager));
    PenaltySolver solver = new PenaltySolver(options(5, 10, 0, richardson));
    solver.step(
        manager,
        counted,
        solver.start(manager, counted),
        NativeArrays.of(manager, new double[4]),
        0);

    Workload cost = counted.cost();
    assertThat(cost.trainingGradients().examples()).isEqualTo(training);
    assertThat(cost.validationGradients().examples()).isEqualTo(validation);
    assertThat(cost.hessianProducts().examples()).isZero();
  }

  private static PenaltyOptions options(
      int steps, double penalty, double growth, boolean richardson) {
    return new PenaltyOptions(
        steps, Toy.inner(OptimiserKind.SGD, 0.9, 0), penalty, growth, richardson, false);
  }

  private double[] step(PenaltyOptions options, BilevelProblem problem, long outerStep) {
    PenaltySolver solver = new PenaltySolver(options);
    InnerState start = solver.start(manager, problem);
    return solver
        .step(manager, problem, start, NativeArrays.of(manager, Toy.ALPHA), outerStep)
        .gradient()
        .toDoubleArray();
  }
}
