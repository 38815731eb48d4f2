package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.measure.Ablation;
import io.flexora.testkit.fixture.problem.GatedProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AblationTest {

  private static final int LAYERS = 4;
  private static final int WIDTH = 3;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final BilevelProblem problem = new GatedProblem(LAYERS, List.of(0, 3), 3);
  private final double[] theta = new Random(1).doubles(LAYERS * WIDTH, -1, 1).toArray();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheRiseOfTheLossWithoutTheLayer() {
    List<Double> rises = rises(problem);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(rises.get(layer)).isCloseTo(loss(with(layer, 0)) - loss(theta), within(1e-12));
    }
  }

  @Test
  void ofALayerThatPutsOutNothingIsNothing() {
    Arrays.fill(theta, 2 * WIDTH, 3 * WIDTH, 0);
    List<Double> rises = rises(problem);
    assertThat(rises.get(2)).isZero();
    assertThat(rises.get(0)).isNotZero();
  }

  /** As DoRA's magnitudes are, which do not begin at 0. */
  @Test
  void putsTheLayerBackToItsInitialValues() {
    BilevelProblem other =
        new OtherProblem(problem) {
          @Override
          public NDArray initialTheta(NDManager scope) {
            return super.initialTheta(scope).add(0.25);
          }
        };
    List<Double> rises = rises(other);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(rises.get(layer)).isCloseTo(loss(with(layer, 0.25)) - loss(theta), within(1e-12));
    }
  }

  private List<Double> rises(BilevelProblem of) {
    return new Ablation().of(manager, of, 5, NativeArrays.of(manager, theta));
  }

  private double[] with(int layer, double value) {
    double[] changed = theta.clone();
    Arrays.fill(changed, layer * WIDTH, (layer + 1) * WIDTH, value);
    return changed;
  }

  private double loss(double[] at) {
    NDArray noGates = NativeArrays.of(manager, new double[LAYERS]);
    return problem.validation(manager, 5, NativeArrays.of(manager, at), noGates).loss();
  }
}
