package io.flexora.formats.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.ability.GgufModules;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServingToolTest {

  private static final String QUERY = "model.layers.%d.self_attn.q_proj";

  private static ModelShape shape(String family) {
    List<ModuleShape> modules =
        List.of(
            new ModuleShape("q_proj", QUERY, 4, 4),
            new ModuleShape("v_proj", "model.layers.%d.self_attn.v_proj", 4, 4));
    return new ModelShape(
            family, 2, 4, 64, modules, List.of(), 1, "float32", 4, "CAUSAL_LM", 9, "base")
        .withAbilities(Set.of(GgufModules.class));
  }

  private static Map<String, Object> keys(int rank, double alpha) {
    Map<String, Object> keys = new HashMap<>();
    keys.put("peft_type", "LORA");
    keys.put("target_modules", List.of("q_proj", "v_proj"));
    keys.put("r", rank);
    keys.put("lora_alpha", alpha);
    return keys;
  }

  /** LoRA on q and v of layer 0 and on q of layer 1, whose rank may be another. */
  private static PeftAdapter adapter(Map<String, Object> keys, int rank, int last) {
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    put(tensors, "model.layers.0.self_attn.q_proj", rank);
    put(tensors, "model.layers.0.self_attn.v_proj", rank);
    put(tensors, "model.layers.1.self_attn.q_proj", last);
    return new PeftAdapter(keys, tensors);
  }

  private static void put(Map<String, PeftAdapter.Values> tensors, String path, int rank) {
    PeftAdapter.Values a = new PeftAdapter.Values(List.of((long) rank, 4L), new float[4 * rank]);
    PeftAdapter.Values b = new PeftAdapter.Values(List.of(4L, (long) rank), new float[4 * rank]);
    tensors.put(PeftAdapter.PREFIX + path + ".lora_A.weight", a);
    tensors.put(PeftAdapter.PREFIX + path + ".lora_B.weight", b);
  }

  private static ServingTool.Applied applied(ServingTool tool, PeftAdapter adapter) {
    return tool.applied(shape("llama"), adapter);
  }

  @ParameterizedTest
  @EnumSource
  void plainLoraIsAppliedByAll(ServingTool tool) {
    assertThat(applied(tool, adapter(keys(2, 4), 2, 2)))
        .isEqualTo(new ServingTool.Applied(tool, 3, 3, List.of()));
  }

  /** Of the same scale in PEFT; llama.cpp divides alpha 4 by rank 1. */
  @Test
  void aRankOfItsOwnWithTheSameScaleIsAnotherScaleInLlamaCpp() {
    Map<String, Object> keys = keys(2, 4);
    keys.put("rank_pattern", Map.of("layers.1.self_attn.q_proj", 1));
    keys.put("alpha_pattern", Map.of("layers.1.self_attn.q_proj", 2));
    PeftAdapter adapter = adapter(keys, 2, 1);
    assertThat(applied(ServingTool.PEFT, adapter).applied()).isEqualTo(3);
    assertThat(applied(ServingTool.VLLM, adapter).applied()).isEqualTo(3);
    ServingTool.Applied llama = applied(ServingTool.LLAMA_CPP, adapter);
    assertThat(llama.applied()).isEqualTo(2);
    assertThat(llama.text())
        .isEqualTo(
            "llama.cpp applies 2 of 3 modules: 1 have another scale there (it divides lora_alpha"
                + " by the rank of each module; --to gguf-lora is exact)");
  }

  /** PEFT: 4 / 1; llama.cpp: the same; vLLM: 4 / 2, whatever the rank. */
  @Test
  void aRankOfItsOwnWithTheSameAlphaIsAnotherScaleInVllm() {
    Map<String, Object> keys = keys(2, 4);
    keys.put("rank_pattern", Map.of("layers.1.self_attn.q_proj", 1));
    PeftAdapter adapter = adapter(keys, 2, 1);
    assertThat(applied(ServingTool.LLAMA_CPP, adapter).applied()).isEqualTo(3);
    ServingTool.Applied vllm = applied(ServingTool.VLLM, adapter);
    assertThat(vllm.applied()).isEqualTo(2);
    assertThat(vllm.text()).contains("1 have another scale there");
  }

  @Test
  void theScaleByTheRootOfTheRankIsUnknownToLlamaCpp() {
    Map<String, Object> keys = keys(4, 4);
    keys.put("use_rslora", true);
    PeftAdapter adapter = adapter(keys, 4, 4);
    assertThat(applied(ServingTool.VLLM, adapter).applied()).isEqualTo(3);
    assertThat(applied(ServingTool.LLAMA_CPP, adapter).applied()).isZero();
  }

  @Test
  void whatAToolRefusesIsAppliedNowhere() {
    Map<String, Object> head = keys(2, 4);
    head.put("modules_to_save", List.of("classifier"));
    assertThat(applied(ServingTool.PEFT, adapter(head, 2, 2)).applied()).isEqualTo(3);
    assertThat(applied(ServingTool.VLLM, adapter(head, 2, 2)).text())
        .isEqualTo(
            "vLLM applies 0 of 3 modules: it does not read a trained head (modules_to_save:"
                + " [classifier])");

    Map<String, Object> dora = keys(2, 4);
    dora.put("use_dora", true);
    assertThat(applied(ServingTool.LLAMA_CPP, adapter(dora, 2, 2)).text())
        .endsWith("it does not read DoRA");

    Map<String, Object> vera = keys(2, 4);
    vera.put("peft_type", "VERA");
    assertThat(applied(ServingTool.VLLM, adapter(vera, 2, 2)).text())
        .endsWith("it reads LoRA, not VERA");

    assertThat(ServingTool.VLLM.applied(shape("mixtral"), adapter(keys(2, 4), 2, 2)).notes())
        .isEmpty();
    assertThat(ServingTool.VLLM.applied(shape("stablelm"), adapter(keys(2, 4), 2, 2)).text())
        .endsWith("it has no adapters for models of type stablelm");
  }

  @Test
  void modulesThatTheModelLacksAndTargetsThatAreNotNamedAreCounted() {
    PeftAdapter adapter = adapter(keys(2, 4), 2, 2);
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>(adapter.tensors());
    put(tensors, "lm_head", 2);
    PeftAdapter more = new PeftAdapter(adapter.configuration(), tensors);
    assertThat(applied(ServingTool.PEFT, more).text())
        .isEqualTo("PEFT applies 3 of 4 modules: the model has no module lm_head");
    assertThat(applied(ServingTool.VLLM, more).applied()).isZero();

    Map<String, Object> keys = keys(2, 4);
    keys.put("target_modules", List.of("v_proj"));
    assertThat(applied(ServingTool.PEFT, adapter(keys, 2, 2)).text())
        .isEqualTo(
            "PEFT applies 1 of 3 modules: target_modules leaves out"
                + " model.layers.0.self_attn.q_proj");
  }

  @Test
  void aRankAboveTheDefaultOfVllmIsNoted() {
    assertThat(applied(ServingTool.VLLM, adapter(keys(32, 4), 32, 32)).text())
        .isEqualTo("vLLM applies 3 of 3 modules: start it with --max-lora-rank 32 or more");
  }

  @Test
  void toolsAreFoundByNameInAnyCase() {
    assertThat(ServingTool.named("vllm")).isEqualTo(ServingTool.VLLM);
    assertThat(ServingTool.named("llama.cpp")).isEqualTo(ServingTool.LLAMA_CPP);
    assertThatThrownBy(() -> ServingTool.named("vlm"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tool 'vlm' (--check) is not known")
        .hasMessageContaining("vllm");
  }
}
