package io.flexora.formats.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading adapters that others wrote. */
class ImportTest {

  private static final ModelShape SHAPE = shape(4);

  @TempDir Path folder;

  private static ModelShape shape(int layers) {
    List<ModuleShape> modules =
        List.of(
            new ModuleShape("q_proj", "model.layers.%d.self_attn.q_proj", 4, 4),
            new ModuleShape("v_proj", "model.layers.%d.self_attn.v_proj", 4, 4));
    return new ModelShape(
        "llama", layers, 4, 64, modules, List.of(), 1, "float32", 4, "CAUSAL_LM", 9, "base");
  }

  private static PeftAdapter adapter(Map<String, Object> keys, String... places) {
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    for (String place : places) {
      String path = PeftAdapter.PREFIX + "model.layers." + place.replace(".", ".self_attn.");
      tensors.put(
          path + "_proj.lora_A.weight", new PeftAdapter.Values(List.of(1L, 4L), new float[4]));
      tensors.put(
          path + "_proj.lora_B.weight", new PeftAdapter.Values(List.of(4L, 1L), new float[4]));
    }
    return new PeftAdapter(keys, tensors);
  }

  private static Map<String, Object> targets(Object modules, Object layers) {
    return Map.of("target_modules", modules, "layers_to_transform", layers);
  }

  @Test
  void theTensorsTellLayersAndModules() {
    Map<String, Object> keys = targets(List.of("v_proj", "q_proj"), List.of(1, 3));
    PeftLayout layout = PeftLayout.of(SHAPE, adapter(keys, "3.v", "3.q", "1.q", "1.v"));
    assertThat(layout)
        .isEqualTo(new PeftLayout(List.of(1, 3), List.of("q_proj", "v_proj"), List.of()));
  }

  @Test
  void aLayerThatBeginsLikeAnotherIsNoneOfIt() {
    Map<String, Object> keys = targets(List.of("q_proj"), List.of(10));
    assertThat(PeftLayout.of(shape(12), adapter(keys, "10.q")).layers()).containsExactly(10);
  }

  @Test
  void anAdapterOfTheHeadAloneHasNoLayers() {
    assertThat(PeftLayout.of(SHAPE, adapter(Map.of("target_modules", List.of("q_proj")))))
        .isEqualTo(new PeftLayout(List.of(), List.of(), List.of()));
  }

  @Test
  void layersMayHaveDifferentModules() {
    Map<String, Object> keys =
        Map.of(
            "target_modules",
            List.of("model.layers.0.self_attn.q_proj", "model.layers.2.self_attn.v_proj"));
    assertThat(PeftLayout.of(SHAPE, adapter(keys, "0.q", "2.v")))
        .isEqualTo(
            new PeftLayout(
                List.of(0, 2),
                List.of("q_proj", "v_proj"),
                List.of(ChosenModule.of(0, "q_proj"), ChosenModule.of(2, "v_proj"))));
  }

  @Test
  void aConfigurationThatMeansOtherModulesIsRefused() {
    Map<String, Object> more = targets(List.of("q_proj"), List.of(0, 1));
    assertThatThrownBy(() -> PeftLayout.of(SHAPE, adapter(more, "0.q")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            "model.layers.1.self_attn.q_proj is one of its targets, but there are no");
    Map<String, Object> fewer = targets(List.of("q_proj"), List.of(0));
    assertThatThrownBy(() -> PeftLayout.of(SHAPE, adapter(fewer, "0.q", "1.q")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("model.layers.1.self_attn.q_proj is none of its targets");
  }

  /** PEFT names among the targets, too, what EVA gives no rank. */
  @Test
  void aModuleThatEvaGaveNoRankIsLeftAlone() {
    Map<String, Object> keys =
        Map.of(
            "target_modules",
            List.of("q_proj"),
            "layers_to_transform",
            List.of(0, 1),
            "eva_config",
            Map.of("rho", 2.0));
    assertThat(PeftLayout.of(SHAPE, adapter(keys, "0.q")).layers()).containsExactly(0);
    assertThatThrownBy(() -> PeftLayout.of(SHAPE, adapter(keys, "0.q", "0.v")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("model.layers.0.self_attn.v_proj is none of its targets");
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.lora_embedding_A, embed_tokens",
    "model.embed_tokens.lora_embedding_B, embed_tokens",
    "lm_head.lora_A.weight, lm_head",
    "wte.lora_embedding_A, wte"
  })
  void loraOnWhatIsInNoLayerIsRefusedByName(String tensor, String module) {
    Map<String, Object> keys = targets(List.of("q_proj", module), List.of(0));
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>(adapter(keys, "0.q").tensors());
    PeftAdapter.Values factor = new PeftAdapter.Values(List.of(1L, 4L), new float[4]);
    tensors.put(PeftAdapter.PREFIX + tensor, factor);
    assertThatThrownBy(() -> PeftLayout.of(SHAPE, new PeftAdapter(keys, tensors)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("LoRA on " + module + " is not read");
  }

  @ParameterizedTest
  @CsvSource({
    "use_dora, true",
    "lora_bias, true",
    "bias, all",
    "init_lora_weights, pissa",
    "trainable_token_indices, 3",
    "some_new_key, on",
    "use_rslora, true"
  })
  void whatTheMethodDoesNotDoIsRefusedByName(String key, String value) {
    Map<String, Object> keys = plain();
    keys.put(key, value.equals("true") ? (Object) true : value);
    assertThatThrownBy(() -> MethodKeys.requireSame(adapter(keys), new PlainLora()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "the adapter needs what adapter method 'lora' does not do: " + key + ": " + value);
  }

  @Test
  void numbersPatternsAndNotesAreComparedByWhatTheyMean() {
    Map<String, Object> keys = plain();
    keys.put("lora_alpha", 4.0);
    keys.put("bias", "NONE");
    keys.put("init_lora_weights", "gaussian");
    keys.put("peft_version", "0.21.2");
    keys.put("loftq_config", Map.of());
    keys.put("megatron_config", null);
    MethodKeys.requireSame(adapter(keys), new PlainLora());
    keys.put("rank_pattern", Map.of("q_proj", 4));
    assertThatThrownBy(() -> MethodKeys.requireSame(adapter(keys), new PlainLora()))
        .hasMessageContaining("rank_pattern: {q_proj=4}");
  }

  /** PEFT looks at them with an init_lora_weights of their own alone. */
  @Test
  void theOptionsOfAStartThatWasNotTakenAreNoMatter() {
    for (Object start : List.of(true, "gaussian")) {
      Map<String, Object> keys = plain();
      keys.put("init_lora_weights", start);
      keys.put("corda_config", Map.of("corda_method", "kpm"));
      keys.put("eva_config", Map.of("rho", 2.0));
      keys.put("loftq_config", Map.of("loftq_bits", 4));
      keys.put("lora_ga_config", Map.of("direction", "ArB2r"));
      assertThat(MethodKeys.notDone(adapter(keys), new PlainLora())).isEmpty();
    }
    Map<String, Object> keys = plain();
    keys.put("init_lora_weights", "corda");
    keys.put("corda_config", Map.of("corda_method", "kpm"));
    assertThat(MethodKeys.notDone(adapter(keys), new PlainLora()))
        .containsExactly("init_lora_weights: corda");
  }

  @Test
  void aRefusalNamesTheMethodThatWasAsked() {
    Map<String, Object> keys = plain();
    keys.put("lora_bias", true);
    assertThatThrownBy(() -> MethodKeys.requireSame(adapter(keys), new PlainLora(), "mine"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("the adapter needs what adapter method 'mine' does not do: lora_bias: true");
  }

  @Test
  void aMissingNumberIsNotGuessed() {
    Map<String, Object> keys = plain();
    keys.remove("lora_alpha");
    assertThatThrownBy(() -> MethodKeys.requireSame(adapter(keys), new PlainLora()))
        .hasMessageContaining("has no 'lora_alpha'");
    assertThatThrownBy(() -> MethodKeys.type(adapter(Map.of())))
        .hasMessageContaining("no peft_type");
  }

  @Test
  void pickledTensorsAreRefusedWithAdvice() throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    Files.writeString(folder.resolve("adapter_model.bin"), "x");
    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("can run code")
        .hasMessageContaining("safe_serialization=True");
  }

  /** What PEFT saved after 20 steps on a model of 30 layers. */
  @Test
  void whatPeftItselfWroteIsRead() throws IOException {
    String reference = System.getProperty("flexora.reference", "");
    assumeThat(reference).as("the property flexora.reference names no folder").isNotEmpty();
    PeftAdapter adapter = AdapterFolder.read(Path.of(reference, "peft-curve-adapter"));
    assertThat(PeftLayout.of(shape(30), adapter))
        .isEqualTo(
            new PeftLayout(
                IntStream.range(0, 30).boxed().toList(), List.of("q_proj", "v_proj"), List.of()));
    assertThat(MethodKeys.type(adapter)).isEqualTo("lora");
    assertThat(MethodKeys.options(adapter)).containsEntry("r", 8).containsEntry("lora_alpha", 16);
  }

  private static Map<String, Object> plain() {
    Map<String, Object> keys = new TreeMap<>(new PlainLora().configuration());
    keys.put("target_modules", List.of("q_proj"));
    return keys;
  }

  @Test
  void theVersionOfPeftMattersToAMethodThatWritesOne() {
    AdapterMethod versioned =
        new PlainLora() {
          @Override
          public Map<String, Object> configuration() {
            Map<String, Object> keys = super.configuration();
            keys.put("peft_version", "2.0");
            return keys;
          }

          @Override
          public boolean accepts(String key, Object value) {
            return key.equals("peft_version") ? value.equals("3.0") : super.accepts(key, value);
          }
        };
    assertThatThrownBy(() -> MethodKeys.requireSame(written(plain()), versioned))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("peft_version: none");
    Map<String, Object> keys = plain();
    keys.put("peft_version", "1.0");
    assertThatThrownBy(() -> MethodKeys.requireSame(written(keys), versioned))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("peft_version: 1.0");
    assertThatCode(() -> MethodKeys.requireSame(written(keys), new PlainLora()))
        .doesNotThrowAnyException();
    keys.put("peft_version", "3.0");
    assertThatCode(() -> MethodKeys.requireSame(written(keys), versioned))
        .doesNotThrowAnyException();
  }

  @Test
  void aHeadAloneHasTheKeysThatAMethodWritesWithoutSites() {
    AdapterMethod sharing =
        new PlainLora() {
          @Override
          public Map<String, Object> configuration() {
            return withProjection(true);
          }

          @Override
          public Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
            return withProjection(!trained.isEmpty());
          }

          private Map<String, Object> withProjection(boolean saved) {
            Map<String, Object> keys = super.configuration();
            keys.put("save_projection", saved);
            return keys;
          }
        };
    Map<String, Object> keys = plain();
    keys.put("save_projection", false);
    assertThat(MethodKeys.notDone(adapter(keys), sharing)).isEmpty();
    assertThat(MethodKeys.notDone(adapter(keys, "0.q"), sharing))
        .containsExactly("save_projection: false");
  }

  private static PeftAdapter written(Map<String, Object> keys) {
    return new PeftAdapter(keys, new TreeMap<>());
  }

  /** LoRA of rank 1, which is not computed with. */
  private static class PlainLora extends NoMethod implements AdapterForm {

    @Override
    public AdapterForm form() {
      return this;
    }

    @Override
    public boolean accepts(String key, Object value) {
      return key.equals("init_lora_weights") && value.equals("gaussian");
    }

    @Override
    public Map<String, Object> configuration() {
      return new TreeMap<>(
          Map.of(
              "peft_type",
              "LORA",
              "r",
              1,
              "lora_alpha",
              4L,
              "bias",
              "none",
              "use_dora",
              false,
              "use_rslora",
              false,
              "init_lora_weights",
              true,
              "rank_pattern",
              Map.of()));
    }
  }

  private abstract static class NoMethod implements AdapterMethod {

    @Override
    public List<String> targetModules() {
      return new ArrayList<>();
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      throw new UnsupportedOperationException("not computed with");
    }

    @Override
    public float[] initialValues(
        ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
      throw new UnsupportedOperationException("not computed with");
    }

    @Override
    public AdapterScript script() {
      throw new UnsupportedOperationException("not computed with");
    }
  }
}
