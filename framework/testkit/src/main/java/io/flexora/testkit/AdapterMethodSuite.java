package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.testkit.fixture.LiveArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Checks an adapter method on a module of 6 inputs and 5 outputs, in float64.
 *
 * @since 0.1
 */
public abstract class AdapterMethodSuite extends ExtensionSuite<AdapterMethod> {

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 6, 5);
  private static final int ROWS = 4;
  private static final double H = 1e-5;
  private static final long NO_DROPOUT = -1;

  private static final String CALLS =
      """
        def run(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, seed: Tensor) -> Tensor:
          return self.adapt(x, y, weight, p, gate, int(seed))
        def leaves(self, p: List[Tensor]) -> List[Tensor]:
          q = annotate(List[Tensor], [])
          for t in p:
            q.append(torch.detach(t).requires_grad_(True))
          return q
        def pull(self, y: Tensor, xs: List[Tensor], keep: bool) -> List[Tensor]:
          given = annotate(List[Optional[Tensor]], [])
          given.append(torch.ones_like(y))
          results = annotate(List[Tensor], [])
          for g in torch.autograd.grad([y], xs, given, keep, keep, True):
            if g is None:
              results.append(torch.zeros_like(xs[len(results)]))
            else:
              results.append(g)
          return results
        def gradient(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor) -> List[Tensor]:
          q = self.leaves(p)
          z = self.adapt(x, y, weight, q, gate, -1)
          return self.pull(torch.sum(z * z), q, False)
        def product(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, u: List[Tensor]) -> List[Tensor]:
          q = self.leaves(p)
          z = self.adapt(x, y, weight, q, gate, -1)
          first = self.pull(torch.sum(z * z), q, True)
          along = torch.sum(first[0] * u[0])
          for i in range(1, len(first)):
            along = along + torch.sum(first[i] * u[i])
          return self.pull(along, q, False)
      """;

  /** For subclasses. */
  protected AdapterMethodSuite() {
    super(AdapterMethod.class);
  }

  @Test
  void hasTheSameParametersAlways() {
    List<AdapterParameter> parameters = extension().parameters(MODULE);
    assertThat(extension().parameters(MODULE))
        .as("parameters of %s, asked for again", name())
        .isEqualTo(parameters);
    assertThat(parameters).extracting(AdapterParameter::name).isNotEmpty().doesNotHaveDuplicates();
    assertThat(parameters)
        .extracting(AdapterParameter::tensorName)
        .as("names of the tensors of %s in an adapter file", name())
        .doesNotHaveDuplicates();
    assertThat(parameters).allMatch(p -> p.shape().size() > 0);
  }

  @Test
  void drawsAsManyInitialValuesAsThereAreElementsFromTheStreamAlone() {
    for (AdapterParameter parameter : extension().parameters(MODULE)) {
      float[] values = initial(extension(), parameter);
      assertThat(values)
          .as("initial values of '%s' of %s, drawn again", parameter.name(), name())
          .isEqualTo(initial(extension(), parameter));
      assertThat(values.length)
          .as("initial values of '%s' of %s", parameter.name(), name())
          .isEqualTo((int) parameter.shape().size());
    }
  }

  private static float[] initial(AdapterMethod method, AdapterParameter parameter) {
    SplittableRandom random = new Seeds(SEED).stream(parameter.name());
    return method.initialValues(MODULE, parameter, random);
  }

  @Test
  void leavesTheModuleAsItIsAtItsInitialValues() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.initialValues();
      assertThat(at.run(values, 1, NO_DROPOUT))
          .as("output of 'adapt' of %s at the initial values, bit for bit the frozen one", name())
          .isEqualTo(at.frozen.toDoubleArray());
      assertThat(Engine.norm(at.method.weightChange(MODULE, at.weight, values).toDoubleArray()))
          .as("length of the weight change of %s at the initial values", name())
          .isZero();
    }
  }

  @Test
  void itsForwardPassIsThatOfTheChangedMatrix() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      NDArray change = at.method.weightChange(MODULE, at.weight, values);
      double[] expected = at.frozen.add(at.x.matMul(change.transpose())).toDoubleArray();
      assertThat(Engine.relativeDistance(at.run(values, 1, NO_DROPOUT), expected))
          .as("distance of 'adapt' of %s from the module with weightChange added", name())
          .isLessThan(1e-6);
    }
  }

  @Test
  void multipliesItsContributionWithTheGateOnce() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] frozen = at.frozen.toDoubleArray();
      double[] whole = Engine.plus(at.run(values, 1, NO_DROPOUT), -1, frozen);
      for (double gate : new double[] {0, 0.5, 2}) {
        double[] expected = Engine.plus(frozen, gate, whole);
        assertThat(Engine.relativeDistance(at.run(values, gate, NO_DROPOUT), expected))
            .as("distance of 'adapt' of %s at gate %s from y + gate * contribution", name(), gate)
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void itsContributionScalesWithTheParametersThatItNames() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<AdapterParameter> parameters = at.method.parameters(MODULE);
      assumeTrue(
          parameters.stream().anyMatch(at.method::scalesWith), "it scales with no parameter");
      List<NDArray> values = at.randomValues(1);
      double[] frozen = at.frozen.toDoubleArray();
      double[] whole = Engine.plus(at.run(values, 1, NO_DROPOUT), -1, frozen);
      for (double factor : new double[] {0, 0.25, 2}) {
        List<NDArray> scaled = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
          boolean scales = at.method.scalesWith(parameters.get(i));
          scaled.add(values.get(i).mul(scales ? factor : 1));
        }
        double[] expected = Engine.plus(frozen, factor, whole);
        assertThat(Engine.relativeDistance(at.run(scaled, 1, NO_DROPOUT), expected))
            .as(
                "distance of 'adapt' of %s from y + %s * contribution, where the parameters are"
                    + " multiplied by %s that scalesWith names",
                name(), factor, factor)
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void dropsTheSameForTheSameSeed() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      double[] first = at.run(values, 1, 7);
      at.run(values, 1, 8);
      assertThat(at.run(values, 1, 7))
          .as("output of 'adapt' of %s with the dropout seed of an earlier call", name())
          .isEqualTo(first);
    }
  }

  @Test
  void canBeDifferentiatedTwice() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      List<NDArray> values = at.randomValues(1);
      List<NDArray> u = at.randomValues(2);
      double up = at.squares(at.moved(values, u, H));
      double down = at.squares(at.moved(values, u, -H));
      assertThat(Engine.dot(at.gradient(values), flat(u)))
          .as("slope of 'adapt' of %s by its gradient, and by differences", name())
          .isCloseTo((up - down) / (2 * H), org.assertj.core.api.Assertions.withinPercentage(0.01));
      double[] differences =
          Engine.plus(
              at.gradient(at.moved(values, u, H)), -1, at.gradient(at.moved(values, u, -H)));
      for (int i = 0; i < differences.length; i++) {
        differences[i] /= 2 * H;
      }
      assertThat(Engine.relativeDistance(at.product(values, u), differences))
          .as("distance of the second derivative of %s from differences of the first", name())
          .isLessThan(1e-5);
    }
  }

  @Test
  void leavesItsWeightChangeInTheManagerOfItsValuesAndNothingElse() {
    try (NDManager root = Engine.manager()) {
      Setting at = new Setting(root, extension());
      double[] before = at.weight.toDoubleArray();
      try (NDManager scope = root.newSubManager()) {
        List<NDArray> values = at.randomValues(1);
        values.forEach(v -> v.attach(scope));
        int arrays = LiveArrays.of(root).count();
        NDArray change = at.method.weightChange(MODULE, at.weight, values);
        assertThat(change.getShape()).as("shape of the weight change").isEqualTo(new Shape(5, 6));
        assertThat(change.getManager() == scope)
            .as("weight change of %s is attached to the manager of the first value", name())
            .isTrue();
        assertThat(LiveArrays.of(root).count() - arrays)
            .as("native arrays left alive by weightChange of %s, its result among them", name())
            .isEqualTo(1);
      }
      assertThat(at.weight.toDoubleArray())
          .as("the frozen matrix after weightChange of %s", name())
          .isEqualTo(before);
    }
  }

  @Test
  void saysWhatItIsInPeftsWords() {
    assertThat(extension().adapterConfiguration())
        .as("adapter_config.json of %s", name())
        .containsKey("peft_type")
        .isEqualTo(extension().adapterConfiguration());
  }

  private static double[] flat(List<NDArray> arrays) {
    return arrays.stream()
        .flatMapToDouble(a -> java.util.Arrays.stream(a.toDoubleArray()))
        .toArray();
  }

  /** A module with an input, and the adapter's methods compiled. */
  private static final class Setting {

    private final NDManager root;
    private final AdapterMethod method;
    private final TorchScript script;
    private final NDArray x;
    private final NDArray weight;
    private final NDArray frozen;

    Setting(NDManager root, AdapterMethod method) {
      this.root = root;
      this.method = method;
      script = TorchScript.compile(root, method.torchScript() + CALLS);
      x = array(new Shape(ROWS, MODULE.inputs()), 21);
      weight = array(new Shape(MODULE.outputs(), MODULE.inputs()), 22);
      frozen = x.matMul(weight.transpose()).add(array(new Shape(MODULE.outputs()), 23));
    }

    private NDArray array(Shape shape, long seed) {
      return NativeArrays.of(root, Engine.random(seed, shape.size(), 1)).reshape(shape);
    }

    List<NDArray> initialValues() {
      List<NDArray> values = new ArrayList<>();
      for (AdapterParameter parameter : method.parameters(MODULE)) {
        NDArray array =
            NativeArrays.of(root, initial(method, parameter)).reshape(parameter.shape());
        values.add(array.toType(DataType.FLOAT64, false));
      }
      return values;
    }

    List<NDArray> randomValues(long seed) {
      List<NDArray> values = new ArrayList<>();
      for (AdapterParameter parameter : method.parameters(MODULE)) {
        values.add(array(parameter.shape(), 100 * seed + values.size()));
      }
      return values;
    }

    List<NDArray> moved(List<NDArray> values, List<NDArray> u, double by) {
      List<NDArray> moved = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        moved.add(values.get(i).add(u.get(i).mul(by)));
      }
      return moved;
    }

    double[] run(List<NDArray> values, double gate, long seed) {
      return script
          .call("run", arguments(values, gate).with("seed", seed))
          .singletonOrThrow()
          .toDoubleArray();
    }

    double squares(List<NDArray> values) {
      double[] output = run(values, 1, NO_DROPOUT);
      return Engine.dot(output, output);
    }

    double[] gradient(List<NDArray> values) {
      NDList found = script.call("gradient", arguments(values, 1));
      return flat(found);
    }

    double[] product(List<NDArray> values, List<NDArray> u) {
      return flat(script.call("product", arguments(values, 1).with("u", u)));
    }

    private Arguments arguments(List<NDArray> values, double gate) {
      return new Arguments(root)
          .with("x", x)
          .with("y", frozen)
          .with("weight", weight)
          .with("p", values)
          .with("gate", NativeArrays.of(root, new double[] {gate}, new Shape()));
    }
  }
}
