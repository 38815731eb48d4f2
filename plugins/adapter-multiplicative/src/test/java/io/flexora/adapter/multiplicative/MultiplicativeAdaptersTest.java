package io.flexora.adapter.multiplicative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.AdapterChange;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MultiplicativeAdaptersTest {

  private static final List<String> DEFAULT_FEED_FORWARD =
      List.of("down_proj", "output.dense", "mlp.c_proj", "dense_4h_to_h", "fc2", "fc_out");

  private static Ia3Adapter ia3() {
    return new Ia3Adapter(new Ia3Options(List.of(), DEFAULT_FEED_FORWARD));
  }

  private static OftOptions oft(int size, int blocks, boolean series) {
    return new OftOptions(size, blocks, false, series, 5, List.of());
  }

  private static ModuleShape module(String name, String path, int inputs, int outputs) {
    return new ModuleShape(name, "model.layers.%d." + path, inputs, outputs);
  }

  @Test
  void ia3TakesKeysValuesAndTheFeedForwardNetworkOfAnyFamily() {
    List<ModuleShape> llama =
        List.of(
            module("q_proj", "self_attn.q_proj", 8, 8),
            module("k_proj", "self_attn.k_proj", 8, 4),
            module("v_proj", "self_attn.v_proj", 8, 4),
            module("o_proj", "self_attn.o_proj", 8, 8),
            module("up_proj", "mlp.up_proj", 8, 12),
            module("down_proj", "mlp.down_proj", 12, 8));
    assertThat(ia3().defaultTargets(llama)).containsExactly("k_proj", "v_proj", "down_proj");
    List<ModuleShape> gpt2 =
        List.of(
            module("c_attn", "attn.c_attn", 8, 24),
            module("attn.c_proj", "attn.c_proj", 8, 8),
            module("c_fc", "mlp.c_fc", 8, 12),
            module("mlp.c_proj", "mlp.c_proj", 12, 8));
    assertThat(ia3().defaultTargets(gpt2)).containsExactly("c_attn", "mlp.c_proj");
  }

  /** PEFT's configuration of IA3 knows no layers_to_transform, nor which input is scaled. */
  @Test
  void ia3NamesTheFeedForwardModulesOfAFileByTheirWholePaths() {
    AdapterSite keys = new AdapterSite(3, module("k_proj", "self_attn.k_proj", 8, 4));
    AdapterSite down = new AdapterSite(3, module("down_proj", "mlp.down_proj", 12, 8));
    Map<AdapterSite, List<AdapterArray>> trained = Map.of(keys, ones(keys), down, ones(down));
    assertThat(ia3().form().configuration(trained))
        .containsEntry("feedforward_modules", List.of("model.layers.3.mlp.down_proj"));
    assertThat(ia3().form().namesLayers()).isFalse();
  }

  private static List<AdapterArray> ones(AdapterSite site) {
    AdapterParameter l = ia3().parameters(site.module()).get(0);
    return List.of(
        new AdapterArray(l, ia3().initialValues(site.module(), l, new SplittableRandom(1))));
  }

  @Test
  void blocksOfOftHaveTheSizeNextToTheOneThatIsAskedFor() {
    assertThat(oft(8, 0, true).blockSize(32)).isEqualTo(8);
    assertThat(oft(32, 0, true).blockSize(48)).isEqualTo(24);
    assertThat(oft(9, 0, true).blockSize(36)).isEqualTo(9);
    assertThat(oft(5, 0, true).blockSize(24)).isEqualTo(4);
    assertThat(oft(64, 0, true).blockSize(24)).isEqualTo(24);
    assertThat(oft(2, 0, true).blockSize(7)).isEqualTo(7);
    assertThat(oft(0, 4, true).blockSize(32)).isEqualTo(8);
    assertThat(oft(0, 2, true).blockSize(7)).isEqualTo(7);
    assertThatThrownBy(() -> oft(8, 4, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("r is 4", "oft_block_size is 8");
    OftAdapter small = new OftAdapter(oft(0, 7, true));
    assertThatThrownBy(() -> small.parameters(module("odd", "odd", 7, 7)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("'odd'", "7 inputs", "blocks of 1");
  }

  @Test
  void theSeriesThatOldVersionsOfPeftHadIsNotTakenForTheOneOfToday() {
    OftAdapter oft = new OftAdapter(oft(8, 0, true));
    for (String version : List.of("0.18.0", "0.19.1.dev0@5d602fdb", "0.21.2", "0.100.0", "1.0.0")) {
      assertThat(oft.form().accepts("peft_version", version)).as(version).isTrue();
    }
    for (String version : List.of("none", "0.1.8", "0.17.1")) {
      assertThat(oft.form().accepts("peft_version", version)).as(version).isFalse();
    }
    assertThat(new OftAdapter(oft(8, 0, false)).form().configuration())
        .doesNotContainKey("peft_version");
  }

  /** Its blocks are orthogonal, so the rows of a matrix keep their lengths. */
  @Test
  void theTransformOfOftKeepsTheLengthsOfRows() {
    ModuleShape module = module("up", "up", 12, 5);
    OftAdapter oft = new OftAdapter(oft(4, 0, false));
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      NDArray weight = random(manager, 1, new Shape(5, 12));
      Shape shape = oft.parameters(module).get(0).shape();
      List<NDArray> values = List.of(random(manager, 2, shape));
      NDArray turned =
          weight.add(new AdapterChange(manager, oft).ofMatrix(manager, weight, values, List.of()));
      assertThat(turned.square().sum(new int[] {1}).toDoubleArray())
          .containsExactly(weight.square().sum(new int[] {1}).toDoubleArray(), within(1e-12));
      assertThat(turned.sub(weight).abs().max().getDouble()).isGreaterThan(0.1);
    }
  }

  private static NDArray random(NDManager manager, long seed, Shape shape) {
    double[] values = new SplittableRandom(seed).doubles(shape.size(), -1, 1).toArray();
    return NativeArrays.of(manager, values, shape);
  }
}
