package io.flexora.adapter.dora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.CompleteScript;
import io.flexora.testkit.fixture.model.GivenSites;
import io.flexora.testkit.host.Extensions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DoRA on a matrix of 5 by 6 that is to become another one near by, in float64. */
class DoraAdapterTest {

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 6, 5);
  private static final AdapterSite SITE = new AdapterSite(0, MODULE);
  private static final double SCALING = 1.5;
  private static final double RATE = 0.02;
  private static final int STEPS = 20;

  private static final String GRADIENT =
      """
        def gradient(self, x: Tensor, wanted: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor) -> List[Tensor]:
          q = annotate(List[Tensor], [])
          for t in p:
            q.append(torch.detach(t).requires_grad_(True))
          y = torch.linear(x, weight)
          away = self.adapt(x, y, weight, q, annotate(List[Tensor], []), gate, -1) - wanted
          total = torch.sum(away * away) * 0.5
          given = annotate(List[Optional[Tensor]], [])
          given.append(torch.ones_like(total))
          results = annotate(List[Tensor], [])
          for g in torch.autograd.grad([total], q, given, False, False, True):
            if g is not None:
              results.append(g)
          return results
      """;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final NDArray frozen =
      random(1, 5, 6).toType(DataType.FLOAT32, false).toType(DataType.FLOAT64, false);
  private final NDArray x = random(2, 7, 6);
  private final NDArray wanted = x.matMul(frozen.add(random(3, 5, 6).mul(0.5)).transpose());

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray random(long seed, long... shape) {
    Shape of = new Shape(shape);
    double[] values = new SplittableRandom(seed).doubles(of.size(), -1, 1).toArray();
    return NativeArrays.of(manager, values, of);
  }

  /** A model of one module. */
  private static final class OneModule extends GivenSites {

    private final NDManager manager;
    private final NDArray matrix;

    OneModule(NDManager manager, NDArray matrix) {
      super(List.of(SITE), 4);
      this.manager = manager;
      this.matrix = matrix;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      return NativeArrays.convert(scope, matrix, DataType.FLOAT32);
    }
  }

  private static DoraAdapter dora(boolean detachNorm) {
    String options = "{lora_rank: 2, lora_alpha: 3, detach_norm: %s}".formatted(detachNorm);
    return Extensions.of(DoraAdapter.class, DoraOptions.class, options);
  }

  private AdapterStart start(DoraAdapter dora) {
    return dora.initialisation().orElseThrow().start(new OneModule(manager, frozen));
  }

  /** A, B and m as they start. */
  private List<NDArray> startValues(DoraAdapter dora) {
    return start(dora).parameters().get(SITE).stream()
        .map(array -> NativeArrays.of(manager, array.values(), array.parameter().shape()))
        .map(array -> array.toType(DataType.FLOAT64, false))
        .toList();
  }

  private List<NDArray> gradient(TorchScript script, List<NDArray> values) {
    Arguments arguments =
        new Arguments(manager)
            .with("x", x)
            .with("wanted", wanted)
            .with("weight", frozen)
            .with("p", values)
            .with("gate", NativeArrays.of(manager, new double[] {1}, new Shape()));
    return script.call("gradient", arguments);
  }

  /** The length of each row. */
  private static double[] lengths(NDArray matrix) {
    return matrix.square().sum(new int[] {1}).sqrt().toDoubleArray();
  }

  @Test
  void theTrainedLengthsStartAtThoseOfTheRowsOfTheMatrix() {
    assertThat(startValues(dora(true)).get(2).toDoubleArray())
        .containsExactly(lengths(frozen), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRowsOfTheAdaptedMatrixAreAsLongAsTheirTrainedLengths(boolean detachNorm) {
    DoraAdapter dora = dora(detachNorm);
    List<NDArray> values = startValues(dora);
    NDArray before = values.get(2);
    try (TorchScript script =
        TorchScript.compile(manager, CompleteScript.of(dora.script()) + GRADIENT)) {
      for (int step = 0; step <= STEPS; step++) {
        NDArray adapted =
            frozen.add(
                new AdapterChange(manager, dora).ofMatrix(manager, frozen, values, List.of()));
        assertThat(lengths(adapted))
            .as("lengths of the rows after %d steps", step)
            .containsExactly(values.get(2).toDoubleArray(), within(1e-12));
        values = moved(values, gradient(script, values));
      }
    }
    assertThat(values.get(2).sub(before).abs().max().getDouble()).isGreaterThan(1e-2);
    assertThat(values.get(1).abs().max().getDouble()).isGreaterThan(1e-2);
  }

  private static List<NDArray> moved(List<NDArray> values, List<NDArray> gradient) {
    List<NDArray> moved = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      moved.add(values.get(i).sub(gradient.get(i).mul(RATE)));
    }
    return moved;
  }

  /**
   * With V = W + s B A, n the lengths of its rows, u the rows of length 1 and G the gradient in the
   * adapted matrix, that in m is G · u and that in V is m/n G, of which an exact one leaves out
   * what is along u.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theGradientIsThatOfAConstantNormUnlessItIsToBeExact(boolean detachNorm) {
    NDArray a = random(6, 2, 6);
    NDArray b = random(7, 5, 2);
    NDArray m = random(8, 5).add(2);
    NDArray v = frozen.add(b.matMul(a).mul(SCALING));
    NDArray n = v.square().sum(new int[] {1}, true).sqrt();
    NDArray u = v.div(n);
    NDArray adapted = u.mul(m.reshape(5, 1));
    NDArray g = x.matMul(adapted.transpose()).sub(wanted).transpose().matMul(x);
    NDArray along = g.mul(u).sum(new int[] {1}, true);
    NDArray ofV = (detachNorm ? g : g.sub(u.mul(along))).mul(m.reshape(5, 1).div(n));
    DoraAdapter dora = dora(detachNorm);
    try (TorchScript script =
        TorchScript.compile(manager, CompleteScript.of(dora.script()) + GRADIENT)) {
      List<NDArray> found = gradient(script, List.of(a, b, m));
      assertClose(found.get(0), b.transpose().matMul(ofV).mul(SCALING));
      assertClose(found.get(1), ofV.matMul(a.transpose()).mul(SCALING));
      assertClose(found.get(2), along);
    }
  }

  private static void assertClose(NDArray found, NDArray expected) {
    assertThat(found.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(1e-11));
  }

  /** PEFT counts vectors with B. */
  @Test
  void theRatioOfLearningRatesIsThatOfBAndOfTheLengths() {
    DoraAdapter plain = Extensions.of(DoraAdapter.class, DoraOptions.class, "{lora_rank: 2}");
    DoraAdapter plus =
        Extensions.of(
            DoraAdapter.class, DoraOptions.class, "{lora_rank: 2, loraplus_lr_ratio: 16}");
    assertThat(plain.parameters(MODULE))
        .extracting(AdapterParameter::learningRateFactor)
        .containsExactly(1.0, 1.0, 1.0);
    assertThat(plus.parameters(MODULE))
        .extracting(AdapterParameter::learningRateFactor)
        .containsExactly(1.0, 16.0, 16.0);
    assertThat(start(plus).shapes(SITE)).isEqualTo(plus.parameters(MODULE));
    assertThat(plus.form().configuration()).isEqualTo(plain.form().configuration());
  }
}
