package io.flexora.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.CompleteScript;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoraAdapterTest {
  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 64, 3);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static LoraAdapter lora(int rank, double alpha, double dropout, boolean rslora) {
    return new LoraAdapter(new LoraOptions(rank, alpha, dropout, rslora, List.of()));
  }

  private NDArray random(long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    return manager.create(random.doubles(new Shape(shape).size(), -1, 1).toArray()).reshape(shape);
  }

  /** Calls the adapter as a model's text would. */
  private NDArray adapt(LoraAdapter lora, NDArray x, NDArray y, List<NDArray> p, long seed) {
    String call =
        """
          def call(self, x: Tensor, y: Tensor, p: List[Tensor], gate: Tensor, seed: Tensor) -> Tensor:
            return self.adapt(x, y, y, p, annotate(List[Tensor], []), gate, int(seed))
        """;
    TorchScript script = TorchScript.compile(manager, CompleteScript.of(lora.script()) + call);
    Arguments arguments =
        new Arguments(manager)
            .with("x", x)
            .with("y", y)
            .with("p", p)
            .with("gate", manager.create(1.5))
            .with("seed", seed);
    return script.call("call", arguments).singletonOrThrow();
  }

  @Test
  void theScalingIsAlphaOverRankOrOverItsRoot() {
    assertThat(new LoraOptions(8, 16, 0, false, List.of()).scaling(8)).isEqualTo(2);
    assertThat(new LoraOptions(4, 8, 0, true, List.of()).scaling(4)).isEqualTo(4);
    assertThat(new LoraOptions(1, 8, 0, true, List.of()).scaling(1))
        .isEqualTo(new LoraOptions(1, 8, 0, false, List.of()).scaling(1));
  }

  @Test
  void theForwardPassIsTheMergedMatrixTimesTheGate() {
    for (boolean rslora : new boolean[] {false, true}) {
      LoraAdapter lora = lora(4, 8, 0, rslora);
      List<NDArray> p = List.of(random(1, 4, 64), random(2, 3, 4));
      NDArray x = random(3, 5, 64);
      NDArray y = random(4, 5, 3);
      NDArray change =
          new AdapterChange(manager, lora).ofMatrix(manager, random(5, 3, 64), p, List.of());
      double[] expected = y.add(x.matMul(change.transpose()).mul(1.5)).toDoubleArray();
      assertThat(adapt(lora, x, y, p, -1).toDoubleArray()).containsExactly(expected, within(1e-12));
    }
  }

  @Test
  void startsUniformInAAndAtZeroInB() {
    LoraAdapter lora = lora(8, 16, 0, false);
    List<AdapterParameter> parameters = lora.parameters(MODULE);
    assertThat(parameters)
        .extracting(AdapterParameter::tensorName)
        .containsExactly("lora_A.weight", "lora_B.weight");
    float[] a = lora.initialValues(MODULE, parameters.get(0), new SplittableRandom(1));
    double bound = 1 / Math.sqrt(64);
    double variance =
        IntStream.range(0, a.length).mapToDouble(i -> a[i] * a[i]).average().orElseThrow();
    assertThat(a).hasSize(8 * 64);
    assertThat(IntStream.range(0, a.length)).allMatch(i -> Math.abs(a[i]) <= bound);
    assertThat(variance).isCloseTo(bound * bound / 3, within(bound * bound / 30));
    assertThat(lora.initialValues(MODULE, parameters.get(1), new SplittableRandom(1)))
        .hasSize(24)
        .containsOnly(0);
  }

  @Test
  void dropoutKeepsTheMeanOfTheInputAndFollowsItsSeed() {
    LoraAdapter lora = lora(1, 1, 0.25, false);
    List<NDArray> p = List.of(manager.ones(new Shape(1, 64)), manager.ones(new Shape(1, 1)));
    List<NDArray> wide = p.stream().map(v -> v.toType(DataType.FLOAT64, false)).toList();
    NDArray x = manager.create(new double[4_000 * 64]).add(1).reshape(4_000, 64);
    NDArray y = manager.create(new double[4_000]).reshape(4_000, 1);
    NDArray first = adapt(lora, x, y, wide, 3);
    assertThat(first.mean().getDouble()).isCloseTo(1.5 * 64, within(0.5));
    assertThat(adapt(lora, x, y, wide, 3)).isEqualTo(first);
    assertThat(adapt(lora, x, y, wide, 4)).isNotEqualTo(first);
    assertThat(adapt(lora, x, y, wide, -1).toDoubleArray()).containsOnly(1.5 * 64);
  }

  @Test
  void readsWhatFitsTheModelAsItIsAndNothingElse() {
    LoraAdapter lora = lora(8, 16, 0, false);
    for (Object own : List.of(false, "gaussian", "Gaussian", "eva", "mica", "orthogonal")) {
      assertThat(lora.form().accepts("init_lora_weights", own)).as(own.toString()).isTrue();
    }
    for (String changed : List.of("lora_ga", "pissa", "olora", "loftq", "corda")) {
      assertThat(lora.form().accepts("init_lora_weights", changed)).as(changed).isFalse();
    }
  }

  @Test
  void writesTheKeysThatPeftReads() {
    assertThat(lora(8, 16, 0.05, true).form().configuration())
        .containsEntry("peft_type", "LORA")
        .containsEntry("r", 8)
        .containsEntry("lora_alpha", 16L)
        .containsEntry("lora_dropout", 0.05)
        .containsEntry("use_rslora", true)
        .containsEntry("fan_in_fan_out", false);
  }
}
