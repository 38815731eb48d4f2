package io.flexora.optimiser.lion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.Test;

class LionTest {

  private static final double[] START = {0.5, -1.0, 2.0, 0.75};
  private static final double[] CURVATURE = {2.0, 0.5, 1.0, 0.0};
  private static final double[] CENTRE = {1.0, -2.0, 0.25, 3.0};
  private static final double RATE = 0.01;
  private static final double DECAY = 0.1;

  /** The published algorithm, element by element: interpolate, move, then renew the momentum. */
  private static double[] published(int steps) {
    double[] theta = START.clone();
    double[] momentum = new double[theta.length];
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < theta.length; i++) {
        double gradient = CURVATURE[i] * Math.pow(theta[i] - CENTRE[i], 3);
        double update = 0.9 * momentum[i] + 0.1 * gradient;
        theta[i] -= RATE * (Math.signum(update) + DECAY * theta[i]);
        momentum[i] = 0.99 * momentum[i] + 0.01 * gradient;
      }
    }
    return theta;
  }

  @Test
  void followsThePublishedAlgorithm() {
    Lion lion = new Lion(new LionOptions(0.9, 0.99, DECAY));
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      NDArray theta = manager.create(START);
      Iterate at = new Iterate(theta, lion.initialState(manager, theta));
      for (int step = 1; step <= 40; step++) {
        NDArray gradient =
            at.theta().sub(manager.create(CENTRE)).pow(3).mul(manager.create(CURVATURE));
        at = lion.step(manager, new Optimiser.Step(at, gradient, LearningRate.of(RATE), step));
      }
      assertThat(at.theta().toDoubleArray()).containsExactly(published(40), within(1e-12));
    }
  }
}
