package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.problem.QuadraticBilevel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConjugateGradientTest {

  private static final int PARAMETERS = 40;
  private static final int RANK = 10;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private ShiftedHessian ofRankTen(long seed) {
    double[] eigenvalues =
        IntStream.range(0, PARAMETERS).mapToDouble(i -> i < RANK ? 1 - 0.05 * i : 0).toArray();
    QuadraticBilevel toy = new QuadraticBilevel(eigenvalues, seed);
    NDArray alpha = NativeArrays.of(manager, new double[toy.gates()]);
    NDArray theta = toy.initialTheta(manager);
    return new ShiftedHessian(toy.trainingRecord(manager, 0, theta, alpha), alpha, 0);
  }

  /** What is left after as many products as the rank is rounding, along which nothing is curved. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aSingularSystemThatIsSolvedIsLeftAsItIs(long seed) {
    ShiftedHessian system = ofRankTen(seed);
    NDArray ones = NativeArrays.of(manager, new double[PARAMETERS]).add(1);
    NDArray solution = system.times(manager, ones).theta();
    NDArray b = system.times(manager, solution).theta();
    List<String> told = new ArrayList<>();

    NDArray found =
        new ConjugateGradient(PARAMETERS, 0, NegativeCurvature.REFUSE, new OneTimeNotice(told::add))
            .solve(manager, system, b);

    assertThat(found.toDoubleArray()).containsExactly(solution.toDoubleArray(), within(1e-13));
    assertThat(told).isEmpty();
  }
}
