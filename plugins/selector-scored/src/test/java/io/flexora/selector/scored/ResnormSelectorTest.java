package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On two layers of a module with two inputs and two outputs. */
class ResnormSelectorTest {

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 2, 2);
  private static final double DAMPING = 1e-9;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** A matrix by which the inputs of all tokens are multiplied, which leaves the model the same. */
  private final class Layers extends ForwardingContext {

    private final double[][] basis;
    private final boolean white;

    Layers(double[][] basis, boolean white) {
      super(SelectionOnProblem.of(manager, 2, List.of(0)));
      this.basis = basis;
      this.white = white;
    }

    @Override
    public Checkpoints checkpoints() {
      return new MemoryCheckpoints();
    }

    @Override
    public List<ModuleShape> targets() {
      return List.of(MODULE);
    }

    private double[][] tokens(Tokens example, int layer) {
      if (white) {
        return new double[][] {{1, 1}, {1, -1}};
      }
      Random random = new Random(10L * example.ids()[0] + layer);
      return new double[][] {
        changed(random.nextGaussian(), random.nextGaussian()),
        changed(random.nextGaussian(), 3 * random.nextGaussian())
      };
    }

    private double[] changed(double x, double y) {
      return new double[] {basis[0][0] * x + basis[0][1] * y, basis[1][0] * x + basis[1][1] * y};
    }

    /** Of each token, the product of (1, layer + 2) and its input. */
    private double[] gradient(Tokens example, int layer) {
      double[] sum = new double[4];
      for (double[] x : tokens(example, layer)) {
        for (int i = 0; i < 4; i++) {
          sum[i] += (i < 2 ? 1 : layer + 2) * x[i % 2] * (x[0] > 0 ? 1 : 0.5);
        }
      }
      return sum;
    }

    @Override
    public void weightGradients(
        NDManager scope,
        List<Integer> layers,
        List<List<Tokens>> batches,
        WeightGradientVisitor visitor) {
      for (List<Tokens> batch : batches) {
        for (int layer : layers) {
          visitor.visit(
              scope,
              new AdapterSite(layer, MODULE),
              NativeArrays.of(scope, gradient(batch.get(0), layer), new Shape(2, 2)));
        }
      }
    }

    @Override
    public void activations(
        List<List<Tokens>> batches, CountedTokens tokens, ActivationVisitor visitor) {
      for (List<Tokens> batch : batches) {
        for (int layer = 0; layer < 2; layer++) {
          double[][] x = tokens(batch.get(0), layer);
          double[] rows = {x[0][0], x[0][1], x[1][0], x[1][1]};
          visitor.visit(
              manager,
              new AdapterSite(layer, MODULE),
              NativeArrays.of(manager, rows, new Shape(2, 2)));
        }
      }
    }
  }

  private static List<Double> scores(Layers layers, int together) {
    ResnormOptions options = new ResnormOptions("1", 16, DAMPING, together);
    return new ResnormSelector(options, new Seeds(1)).select(layers).scores().get("resnorm");
  }

  private static final double[][] UNIT = {{1, 0}, {0, 1}};

  /** The second moment of (1, 1) and (1, -1) is the identity, and each gradient is (2, 0). */
  @Test
  void isTheLengthOfTheGradientWhereInputsAreWhite() {
    List<Double> scores = scores(new Layers(UNIT, true), 2);

    assertThat(scores.get(0)).isCloseTo(2 * Math.sqrt(1 + 4), within(1e-8));
    assertThat(scores.get(1)).isCloseTo(2 * Math.sqrt(1 + 9), within(1e-8));
  }

  /** The gradient is multiplied by the basis, too. */
  @Test
  void noInvertibleChangeOfTheInputsChangesIt() {
    List<Double> plain = scores(new Layers(UNIT, false), 2);
    double[][] shear = {{1, 0}, {0.5, 4}};

    List<Double> found = scores(new Layers(shear, false), 1);

    assertThat(found.get(0)).isCloseTo(plain.get(0), within(1e-6));
    assertThat(found.get(1)).isCloseTo(plain.get(1), within(1e-6));
  }

  /** With G = (g, a g): the length of g in the metric of the inverse, by Cramer's rule. */
  @Test
  void isTheClosedFormOfTwoInputs() {
    Layers layers = new Layers(UNIT, false);
    List<Tokens> examples = layers.trainingExamples().subList(0, 64);
    double[] g = new double[2];
    double[] s = new double[3];
    for (Tokens example : examples) {
      double[] gradient = layers.gradient(example, 1);
      g[0] += gradient[0] / 64;
      g[1] += gradient[1] / 64;
      for (double[] x : layers.tokens(example, 1)) {
        s[0] += x[0] * x[0] / 128;
        s[1] += x[0] * x[1] / 128;
        s[2] += x[1] * x[1] / 128;
      }
    }
    double inverse =
        (g[0] * g[0] * s[2] - 2 * g[0] * g[1] * s[1] + g[1] * g[1] * s[0])
            / (s[0] * s[2] - s[1] * s[1]);

    ResnormOptions all = new ResnormOptions("1", 64, DAMPING, 8);
    double found =
        new ResnormSelector(all, new Seeds(1)).select(layers).scores().get("resnorm").get(1);
    assertThat(found).isCloseTo(Math.sqrt(inverse * (1 + 9)), within(1e-7));
  }
}
