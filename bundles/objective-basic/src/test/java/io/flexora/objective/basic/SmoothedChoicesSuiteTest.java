package io.flexora.objective.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.testkit.ObjectiveSuite;
import org.junit.jupiter.api.Test;

class SmoothedChoicesSuiteTest extends ObjectiveSuite {

  private static final double NONE = Double.NEGATIVE_INFINITY;

  @Override
  protected String configuration() {
    return "{use: choices, label_smoothing: 0.2}";
  }

  private static NDArray rows(NDManager scope, double... values) {
    return NativeArrays.of(scope, values, new Shape(2, 3));
  }

  /** What torch.nn.functional.cross_entropy gives with label_smoothing 0.2 in float64. */
  @Test
  void smoothsAsPyTorchDoes() {
    assertThat(loss(0)).isCloseTo(0.6669927625812926, within(1e-12));
    assertThat(loss(NONE)).isCloseTo(0.5015911513860285, within(1e-12));
  }

  /**
   * The loss of two questions, the second with two answers or three.
   *
   * @param last 0 if the last answer is there
   */
  private double loss(double last) {
    try (NDManager scope = TorchEngine.start().newManager(Device.cpu());
        TorchScript script =
            TorchScript.compile(
                scope, new ChoicesObjective(new SmoothingOptions(0.2)).torchScript())) {
      Arguments arguments =
          new Arguments(scope)
              .with("tokens", NativeArrays.of(scope, new double[] {0}))
              .with("choices", rows(scope, -1.25, -0.5, -2, -0.75, -3, last == 0 ? -1.5 : 0))
              .with("lengths", rows(scope, 1, 1, 1, 1, 1, 1))
              .with("exists", rows(scope, 0, 0, 0, 0, 0, last))
              .with("right", rows(scope, NONE, 0, NONE, 0, NONE, NONE))
              .with("reference", rows(scope, 0, 0, 0, 0, 0, 0))
              .with("prompts", NativeArrays.of(scope, new double[] {0, 0}))
              .with("share", NativeArrays.of(scope, new double[] {1}));
      return script.call("loss_of", arguments).singletonOrThrow().getDouble();
    }
  }
}
