package io.flexora.adapter.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.CompleteScript;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StructuredAdaptersTest {

  private static final ModuleShape UP = new ModuleShape("up", "layer.%d.up", 6, 10);

  private static final String CALL =
      """
        def call(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, seed: Tensor) -> Tensor:
          return self.adapt(x, y, weight, p, annotate(List[Tensor], []), gate, int(seed))
      """;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray random(long seed, Shape shape) {
    double[] values = new SplittableRandom(seed).doubles(shape.size(), -1, 1).toArray();
    return NativeArrays.of(manager, values, shape);
  }

  private List<NDArray> values(AdapterMethod method, ModuleShape module) {
    List<NDArray> values = new ArrayList<>();
    for (AdapterParameter parameter : method.parameters(module)) {
      values.add(random(values.size(), parameter.shape()));
    }
    return values;
  }

  /** The contribution of the adapter to zeros, as a model's text would compute it. */
  private NDArray contribution(
      AdapterMethod method, ModuleShape module, NDArray x, List<NDArray> p, long seed) {
    NDArray weight = random(9, new Shape(module.outputs(), module.inputs()));
    Arguments arguments =
        new Arguments(manager)
            .with("x", x)
            .with("y", x.matMul(weight.transpose()).mul(0))
            .with("weight", weight)
            .with("p", p)
            .with("gate", NativeArrays.of(manager, new double[] {1}, new Shape()))
            .with("seed", seed);
    return TorchScript.compile(manager, CompleteScript.of(method.script()) + CALL)
        .call("call", arguments)
        .singletonOrThrow();
  }

  private static LokrAdapter lokr(int rank, boolean both, int factor) {
    LycorisOptions shared = new LycorisOptions(rank, 8, 0, 0, List.of());
    return new LokrAdapter(new LokrOptions(shared, both, factor, false));
  }

  @Test
  void dividesNumbersAsPeftDoes() {
    // What factorization of peft/tuners/lokr/layer.py gives.
    int[][] expected = {
      {32, -1, 4, 8},
      {256, -1, 16, 16},
      {128, -1, 8, 16},
      {127, -1, 1, 127},
      {128, 4, 4, 32},
      {24, 5, 4, 6},
      {512, 32, 32, 16},
      {7, 0, 1, 7},
      {12, 7, 3, 4}
    };
    for (int[] row : expected) {
      assertThat(LokrAdapter.factorised(row[0], row[1])).containsExactly(row[2], row[3]);
    }
  }

  /** A left product [5, 2] [2, 2] with a right matrix [2, 3] has the shapes of the other form. */
  @Test
  void theFormOfThreeArraysIsKnownWhereTheirShapesWouldFitBoth() {
    LokrAdapter lokr = lokr(2, true, 5);
    assertThat(lokr.parameters(UP))
        .extracting(AdapterParameter::name)
        .containsExactly("w1_a", "w1_b", "w2");
    List<NDArray> values = values(lokr, UP);
    NDArray x = random(7, new Shape(4, 6));
    NDArray change =
        new AdapterChange(manager, lokr)
            .ofMatrix(manager, random(9, new Shape(10, 6)), values, List.of());
    assertThat(contribution(lokr, UP, x, values, -1).toDoubleArray())
        .containsExactly(x.matMul(change.transpose()).toDoubleArray(), within(1e-12));
  }

  /** A row of the change makes one output of all tokens. */
  @Test
  void rankDropoutLeavesOutWholeRowsAndKeepsTheirMean() {
    ModuleShape module = new ModuleShape("wide", "layer.%d.wide", 4, 2_000);
    LycorisOptions options = new LycorisOptions(1, 1, 0.25, 0, List.of());
    LohaAdapter loha = new LohaAdapter(options);
    List<NDArray> ones = values(loha, module).stream().map(v -> v.mul(0).add(1)).toList();
    NDArray x = random(7, new Shape(3, 4));
    NDArray whole = contribution(loha, module, x, ones, -1);
    NDArray dropped = contribution(loha, module, x, ones, 5);
    double[] shares = dropped.div(whole).toDoubleArray();
    long left = 0;
    for (int output = 0; output < 2_000; output++) {
      assertThat(shares[output])
          .isCloseTo(shares[2_000 + output], within(1e-12))
          .isCloseTo(shares[4_000 + output], within(1e-12));
      left += shares[output] == 0 ? 0 : 1;
    }
    assertThat(left / 2_000.0).isCloseTo(0.75, within(0.05));
    assertThat(dropped.div(whole).mean().getDouble()).isCloseTo(1, within(1e-9));
  }

  @Test
  void moduleDropoutLeavesOutAllOrNothing() {
    LycorisOptions options = new LycorisOptions(2, 1, 0, 0.5, List.of());
    LohaAdapter loha = new LohaAdapter(options);
    List<NDArray> values = values(loha, UP);
    NDArray x = random(7, new Shape(3, 6));
    double[] whole = contribution(loha, UP, x, values, -1).toDoubleArray();
    int gone = 0;
    for (int seed = 0; seed < 40; seed++) {
      double[] found = contribution(loha, UP, x, values, seed).toDoubleArray();
      if (found[0] == 0) {
        assertThat(DoubleStream.of(found)).allMatch(value -> value == 0);
        gone++;
      } else {
        assertThat(found).containsExactly(whole, within(1e-12));
      }
    }
    assertThat(gone).isBetween(8, 32);
  }

  @Test
  void moreSharesThanInputsAreRefusedByName() {
    assertThatThrownBy(() -> miss(64, MissOptions.Form.TRUE, 1).parameters(UP))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("r is 64", "'up'", "6 inputs");
    assertThatThrownBy(() -> miss(3, MissOptions.Form.BAT, 1).parameters(UP))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("init_weights: bat", "'up' of 10 by 6", "r: 3");
    assertThatThrownBy(() -> miss(3, MissOptions.Form.MINI, 4).parameters(UP))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("init_weights: mini", "'up' of 10 by 6", "mini_r: 4");
  }

  private static MissAdapter miss(int r, MissOptions.Form form, int miniR) {
    return new MissAdapter(new MissOptions(r, form, miniR, 0, List.of()));
  }

  /** PEFT saves false where M was drawn at random. */
  @Test
  void missReadsARandomStartAsTheFormThatItHas() {
    assertThat(miss(4, MissOptions.Form.TRUE, 1).form().accepts("init_weights", false)).isTrue();
    assertThat(miss(4, MissOptions.Form.TRUE, 1).form().accepts("init_weights", "bat")).isFalse();
    assertThat(miss(4, MissOptions.Form.TRUE, 1).form().accepts("mini_r", false)).isFalse();
    assertThat(miss(4, MissOptions.Form.MINI, 5).form().accepts("init_weights", false)).isFalse();
    assertThat(miss(2, MissOptions.Form.BAT, 1).form().accepts("init_weights", false)).isFalse();
  }

  @Test
  void everyFormOfMissComputesTheChangeThatItSays() {
    for (MissAdapter miss :
        List.of(
            miss(4, MissOptions.Form.TRUE, 1),
            miss(4, MissOptions.Form.MINI, 5),
            miss(2, MissOptions.Form.BAT, 1))) {
      List<NDArray> values = values(miss, UP);
      NDArray weight = random(9, new Shape(UP.outputs(), UP.inputs()));
      NDArray x = random(7, new Shape(2, 3, 6));
      NDArray change =
          new AdapterChange(manager, miss).ofMatrix(manager, weight, values, List.of());
      assertThat(contribution(miss, UP, x, values, -1).toDoubleArray())
          .containsExactly(x.matMul(change.transpose()).toDoubleArray(), within(1e-12));
    }
  }

  /**
   * Block p, q of the change, entry a, b: the sum over c of W[pa, qc] M[p, c, b], plus M[p, a, b].
   */
  @Test
  void theFormBatMultipliesTheBlocksOfTheMatrix() {
    MissAdapter miss = miss(2, MissOptions.Form.BAT, 1);
    NDArray weight = random(9, new Shape(10, 6));
    NDArray m = values(miss, UP).get(0);
    NDArray change =
        new AdapterChange(manager, miss).ofMatrix(manager, weight, List.of(m), List.of());
    for (int output = 0; output < 10; output++) {
      for (int input = 0; input < 6; input++) {
        int p = output / 2;
        double expected = m.getDouble(p, output % 2, input % 2);
        for (int c = 0; c < 2; c++) {
          expected += weight.getDouble(output, input / 2 * 2 + c) * m.getDouble(p, c, input % 2);
        }
        assertThat(change.getDouble(output, input)).isCloseTo(expected, within(1e-14));
      }
    }
  }
}
