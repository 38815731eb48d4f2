package io.flexora.model.decoder.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each family's {@code config.json} means, and what is refused. */
class ConfigShapeTest {
  @TempDir private Path folder;

  /** Keys in single quotes, as a text block with double ones would not fit a line. */
  private DecoderShape read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
    return Decoder.ofFolder(folder).shape();
  }

  /** The configuration classes of transformers 5.24 say the same. */
  @ParameterizedTest
  @CsvSource({
    "llama, 32000, 4096, 11008, 32, 32, 32, 128, 2048, false, SILU, false",
    "mistral, 32000, 4096, 14336, 32, 32, 8, 128, 131072, false, SILU, false",
    "qwen2, 151936, 4096, 22016, 32, 32, 32, 128, 32768, false, SILU, true",
    "qwen3, 151936, 4096, 22016, 32, 32, 32, 128, 32768, false, SILU, false",
    "gemma, 256000, 3072, 24576, 28, 16, 16, 256, 8192, true, GELU_TANH, false",
    "smollm3, 128256, 2048, 11008, 36, 16, 4, 128, 32768, true, SILU, false",
    "granite, 32000, 4096, 11008, 32, 32, 32, 128, 2048, false, SILU, false"
  })
  void absentKeysMeanWhatTransformersTakes(
      String family,
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int positions,
      boolean tied,
      Activation activation,
      boolean biased)
      throws IOException {
    DecoderShape shape = read("{'model_type': '" + family + "'}");

    assertThat(shape.vocabulary()).isEqualTo(vocabulary);
    assertThat(shape.hidden()).isEqualTo(hidden);
    assertThat(shape.intermediate()).isEqualTo(intermediate);
    assertThat(shape.layers()).isEqualTo(layers);
    assertThat(shape.heads()).isEqualTo(heads);
    assertThat(shape.keyValueHeads()).isEqualTo(keyValueHeads);
    assertThat(shape.headSize()).isEqualTo(headSize);
    assertThat(shape.positions()).isEqualTo(positions);
    assertThat(shape.tiedHead()).isEqualTo(tied);
    assertThat(shape.activation()).isEqualTo(activation);
    assertThat(shape.biases().queryKeyValue()).isEqualTo(biased);
    assertThat(shape.biases().output()).isFalse();
    assertThat(shape.norms().epsilon()).isEqualTo(1e-6);
    assertThat(shape.windows()).hasSize(layers).containsOnly(family.equals("mistral") ? 4096 : 0);
    assertThat(shape.rotaries().get(0).frequencies()).hasSize(headSize / 2).startsWith(1f);
  }

  @Test
  void gemmaScalesEmbeddingsAndAddsOneToNorms() throws IOException {
    DecoderShape shape = read("{'model_type': 'gemma', 'hidden_act': 'gelu'}");

    assertThat(shape.scales().embedding()).isEqualTo(Math.sqrt(3072));
    assertThat(shape.norms().offset()).isEqualTo(1);
    assertThat(shape.activation()).isEqualTo(Activation.GELU_TANH);
    assertThat(read("{'model_type': 'llama', 'hidden_act': 'gelu'}").activation())
        .isEqualTo(Activation.GELU);
  }

  @Test
  void windowsAreThoseOfTheLayers() throws IOException {
    assertThat(read("{'model_type': 'mistral', 'sliding_window': null}").windows()).containsOnly(0);
    String qwen = "{'model_type': 'qwen2', 'num_hidden_layers': 3, ";
    assertThat(read(qwen + "'sliding_window': 7, 'max_window_layers': 1}").windows())
        .containsExactly(0, 0, 0);
    String used = qwen + "'use_sliding_window': true, 'sliding_window': 7, ";
    assertThat(read(used + "'max_window_layers': 1}").windows()).containsExactly(0, 7, 7);
    String types = "'layer_types': ['sliding_attention', 'full_attention', 'sliding_attention']}";
    assertThat(read(used + types).windows()).containsExactly(7, 0, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "gemma2, 256000, 2304, 9216, 26, 8, 4, 256, 8192, true, GELU_TANH, false",
    "gemma3_text, 262208, 2304, 9216, 26, 8, 4, 256, 131072, true, GELU_TANH, false",
    "phi3, 32064, 3072, 8192, 32, 32, 32, 96, 4096, false, SILU, false",
    "phi, 51200, 2048, 8192, 24, 32, 32, 64, 2048, false, GELU_TANH, true",
    "olmo2, 50304, 4096, 11008, 32, 32, 32, 128, 2048, false, SILU, false",
    "stablelm, 50304, 2560, 6912, 32, 32, 32, 80, 4096, false, SILU, false",
    "qwen3_moe, 151936, 2048, 768, 24, 32, 4, 64, 32768, false, SILU, false",
    "mixtral, 32000, 4096, 14336, 32, 32, 8, 128, 131072, false, SILU, false",
    "olmoe, 50304, 2048, 2048, 16, 16, 16, 128, 4096, false, SILU, false",
    "granitemoe, 32000, 4096, 11008, 32, 32, 32, 128, 2048, false, SILU, false"
  })
  void otherFamiliesToo(
      String family,
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int positions,
      boolean tied,
      Activation activation,
      boolean biased)
      throws IOException {
    DecoderShape shape = read("{'model_type': '" + family + "'}");

    assertThat(shape)
        .extracting(
            DecoderShape::vocabulary,
            DecoderShape::hidden,
            DecoderShape::intermediate,
            DecoderShape::layers,
            DecoderShape::heads,
            DecoderShape::keyValueHeads,
            DecoderShape::headSize,
            DecoderShape::positions,
            DecoderShape::tiedHead,
            DecoderShape::activation,
            s -> s.biases().queryKeyValue())
        .containsExactly(
            vocabulary,
            hidden,
            intermediate,
            layers,
            heads,
            keyValueHeads,
            headSize,
            positions,
            tied,
            activation,
            biased);
  }

  @Test
  void gemmas2And3HaveWindowsInSomeLayersAndScalesOfTheirOwn() throws IOException {
    DecoderShape two = read("{'model_type': 'gemma2', 'num_hidden_layers': 3}");
    assertThat(two.windows()).containsExactly(4096, 0, 4096);
    assertThat(two.scales().scoreCap()).hasValue(50);
    assertThat(two.scales().logitCap()).hasValue(30);
    assertThat(two.scales().scores()).isEqualTo(1.0 / 16);
    String open = "{'model_type': 'gemma2', 'final_logit_softcapping': null, ";
    assertThat(read(open + "'query_pre_attn_scalar': 144}").scales().scores()).isEqualTo(1.0 / 12);
    assertThat(read(open + "'attn_logit_softcapping': null}").scales().logitCap()).isEmpty();

    String three = "{'model_type': 'gemma3_text', 'num_hidden_layers': 7";
    assertThat(read(three + "}").windows()).containsExactly(4096, 4096, 4096, 4096, 4096, 0, 4096);
    assertThat(read(three + ", 'sliding_window_pattern': 2}").rotaryOfLayer())
        .containsExactly(1, 0, 1, 0, 1, 0, 1);
    DecoderShape older =
        read(
            three
                + ", 'rope_theta': 100, 'rope_local_base_freq': 50, 'rope_scaling':"
                + " {'rope_type': 'linear', 'factor': 2}}");
    assertThat(older.rotaries().get(0).base()).isEqualTo(100);
    assertThat(older.rotaries().get(0).frequencies()).startsWith(0.5f);
    assertThat(older.rotaries().get(1).base()).isEqualTo(50);
    assertThat(older.rotaries().get(1).frequencies()).startsWith(1f);
    DecoderShape newer =
        read(
            three
                + ", 'rope_parameters': {'full_attention': {'rope_theta': 300},"
                + " 'sliding_attention': {'rope_theta': 70}}}");
    assertThat(newer.rotaries().get(0).base()).isEqualTo(300);
    assertThat(newer.rotaries().get(1).base()).isEqualTo(70);
  }

  @Test
  void partsOfHeadsTurnByEitherKey() throws IOException {
    assertThat(read("{'model_type': 'stablelm'}").rotaryDimensions()).isEqualTo(20);
    assertThat(read("{'model_type': 'phi'}").rotaryDimensions()).isEqualTo(32);
    assertThat(read("{'model_type': 'phi3'}").rotaryDimensions()).isEqualTo(96);
    assertThat(read("{'model_type': 'phi3', 'partial_rotary_factor': 0.75}").rotaryDimensions())
        .isEqualTo(72);
    String newer = "{'model_type': 'stablelm', 'rope_parameters': {'partial_rotary_factor': 0.5}}";
    assertThat(read(newer).rotaryDimensions()).isEqualTo(40);
  }

  @Test
  void longRopeHasFrequenciesForLongTexts() throws IOException {
    String phi = "{'model_type': 'phi3', 'hidden_size': 16, 'num_attention_heads': 4, ";
    String factors = "'short_factor': [1.0, 2.0], 'long_factor': [4, 8]";
    String scaling = "'rope_scaling': {'type': 'su', " + factors;
    DecoderShape shape = read(phi + "'max_position_embeddings': 16384, " + scaling + "}}");
    assertThat(shape.rotaries().get(0).frequencies()).containsExactly(1f, 0.005f);
    assertThat(shape.rotaries().get(0).longTexts().orElseThrow().beyond()).isEqualTo(4096);
    assertThat(shape.rotaries().get(0).longTexts().orElseThrow().frequencies())
        .containsExactly(0.25f, 0.00125f);
    assertThat(shape.rotaries().get(0).attentionFactor())
        .isEqualTo(Math.sqrt(1 + Math.log(4) / Math.log(4096)));
    String own = phi + scaling + ", 'attention_factor': 1.5}}";
    assertThat(read(own).rotaries().get(0).attentionFactor()).isEqualTo(1.5);
  }

  @Test
  void someLayersOfSmolLm3HaveNoRotaryPositions() throws IOException {
    String smol = "{'model_type': 'smollm3', 'num_hidden_layers': 5";
    assertThat(read(smol + "}").rotaryOfLayer()).containsExactly(0, 0, 0, -1, 0);
    assertThat(read(smol + ", 'no_rope_layer_interval': 2}").rotaryOfLayer())
        .containsExactly(0, -1, 0, -1, 0);
    String listed = smol + ", 'no_rope_layers': [0, 1, 1, 1, 0]";
    assertThat(read(listed + "}").rotaryOfLayer()).containsExactly(-1, 0, 0, 0, -1);
    assertThat(read(listed + ", 'use_sliding_window': true, 'sliding_window': 9}").windows())
        .containsExactly(9, 0, 0, 0, 9);
  }

  @Test
  void olderRotaryKeysComeBeforeNewerOnes() throws IOException {
    String sizes = "'hidden_size': 64, 'num_attention_heads': 2, ";
    float[] older =
        read("{'model_type': 'llama', "
                + sizes
                + "'rope_theta': 100, 'rope_scaling': {'type': 'linear', 'factor': 2},"
                + " 'rope_parameters': {'rope_type': 'default', 'rope_theta': 7}}")
            .rotaries()
            .get(0)
            .frequencies();

    assertThat(older[0]).isEqualTo(0.5f);
    assertThat(older[1]).isEqualTo((float) (Math.pow(100, -2.0 / 32) / 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'model_type': 'falcon'} | 'model_type' is falcon | llama, mistral, qwen2, qwen3, gemma",
        "{'model_type': 'phi3small'} | 'model_type' is phi3small | families",
        "{'model_type': 'qwen2_moe'} | 'model_type' is qwen2_moe | families",
        "{} | 'model_type' | no key",
        "{'model_type': 'llama', 'architectures': ['LlamaForSequenceClassification']} |"
            + " 'architectures' | LlamaForCausalLM",
        "{'model_type': 'llama', 'rope_scaling': {'type': 'yarn', 'factor': 2}} | yarn | default,"
            + " linear and llama3",
        "{'model_type': 'llama', 'rope_scaling': {'rope_type': 'dynamic', 'factor': 2}} | dynamic |"
            + " llama3",
        "{'model_type': 'qwen2', 'rope_parameters': {'rope_type': 'longrope'}} | longrope | llama3",
        "{'model_type': 'qwen2', 'rope_parameters': {'full_attention': {'rope_theta': 1}}} |"
            + " full_attention | layer to layer",
        "{'model_type': 'llama', 'partial_rotary_factor': 0.5} | 'partial_rotary_factor' is 0.5 |"
            + " a part of a head",
        "{'model_type': 'stablelm', 'partial_rotary_factor': 0.2125} | 'partial_rotary_factor' is"
            + " 0.2125 | an even part",
        "{'model_type': 'phi3', 'rope_scaling': {'type': 'su', 'short_factor': [1]}} |"
            + " 'short_factor' | a list of 48",
        "{'model_type': 'phi3', 'rope_scaling': {'type': 'dynamic', 'factor': 2}} | dynamic |"
            + " longrope",
        "{'model_type': 'smollm3', 'no_rope_layers': [1, 0]} | 'no_rope_layers' | 36 layers",
        "{'model_type': 'granite', 'logits_scaling': 0} | 'logits_scaling' is 0.0 | other than 0",
        "{'model_type': 'gemma2', 'query_pre_attn_scalar': 0} | 'query_pre_attn_scalar' | above 0",
        "{'model_type': 'llama', 'rope_scaling': {'type': 'linear'}} | 'factor' | no key",
        "{'model_type': 'llama', 'rope_scaling': 3} | 'rope_scaling' is 3 | an object",
        "{'model_type': 'llama', 'quantization_config': {'quant_method': 'gptq'}} |"
            + " 'quantization_config' | GGUF",
        "{'model_type': 'llama', 'num_local_experts': 8} | 'num_local_experts' is 8 | experts",
        "{'model_type': 'qwen3_moe', 'mlp_only_layers': [1]} | 'mlp_only_layers' is [1] | without",
        "{'model_type': 'qwen3_moe', 'decoder_sparse_step': 2} | 'decoder_sparse_step' is 2 | without",
        "{'model_type': 'olmoe', 'num_experts_per_tok': 65} | 'num_experts_per_tok' is 65 | 64",
        "{'model_type': 'olmoe', 'num_experts': 4, 'num_local_experts': 5} | is 5 | num_experts has, 4",
        "{'model_type': 'olmoe', 'clip_qkv': -1} | 'clip_qkv' is -1 | above 0",
        "{'model_type': 'mixtral', 'router_jitter_noise': 0.1} | 'router_jitter_noise' is 0.1 | noise",
        "{'model_type': 'granitemoe', 'shared_intermediate_size': 9} | is 9 | all tokens share",
        "{'model_type': 'llama', 'no_rope_layers': [1, 0]} | 'no_rope_layers' | rotary",
        "{'model_type': 'gemma', 'final_logit_softcapping': 30.0} | 'final_logit_softcapping' is"
            + " 30.0 | soft caps",
        "{'model_type': 'gemma', 'use_bidirectional_attention': true} |"
            + " 'use_bidirectional_attention' | later tokens",
        "{'model_type': 'llama', 'hidden_act': 'relu2'} | 'hidden_act' is relu2 | silu",
        "{'model_type': 'mistral', 'layer_types': ['full_attention']} | 'layer_types' |"
            + " sliding_attention",
        "{'model_type': 'qwen2', 'layer_types': ['full_attention']} | 'layer_types' | 32 layers",
        "{'model_type': 'llama', 'hidden_size': 100} | 'hidden_size' is 100 | a multiple",
        "{'model_type': 'llama', 'num_key_value_heads': 5} | 'num_key_value_heads' is 5 | divisor",
        "{'model_type': 'llama', 'head_dim': 9} | 'head_dim' is 9 | even",
        "{'model_type': 'llama', 'num_hidden_layers': 0} | 'num_hidden_layers' is 0 | 1 to",
        "{'model_type': 'llama', 'num_hidden_layers': 2.5} | 'num_hidden_layers' is 2.5 | whole",
        "{'model_type': 'llama', 'vocab_size': 99999999999} | 'vocab_size' is 99999999999 | whole",
        "{'model_type': 'llama', 'vocab_size': 16000000, 'hidden_size': 1048576} | matrix | damaged",
        "{'model_type': 'llama', 'rms_norm_eps': NaN} | 'rms_norm_eps' is NaN | a number",
        "{'model_type': 'llama', 'rope_theta': -1} | 'rope_theta' is -1.0 | above 1",
        "{'model_type': 'llama', 'tie_word_embeddings': 'yes'} | 'tie_word_embeddings' is yes |"
            + " true or false",
        "{'model_type': 'llama', 'rope_theta': 1e308} | 'rope_theta' is 1.0E308 | 1e12 at most",
        "{'model_type': 'llama', 'rope_theta': 0} | 'rope_theta' is 0.0 | above 1",
        "{'model_type': 'llama', 'rope_theta': NaN} | 'rope_theta' is NaN | a number",
        "{'model_type': 'llama', 'rope_theta': 1e999} | 'rope_theta' is Infinity | a number",
        "{'model_type': 'llama', 'rope_parameters': {'rope_theta': 1e300}} | 'rope_theta' is 1.0E300"
            + " | 1e12 at most",
        "{'model_type': 'llama', 'rope_scaling': {'type': 'linear', 'factor': 1e300}} | 'factor' is"
            + " 1.0E300 | to 1e6",
        "{'model_type': 'llama', 'rope_scaling': {'type': 'linear', 'factor': 1e-9}} | 'factor' is"
            + " 1.0E-9 | from 1e-6",
        "{'model_type': 'llama', 'rope_scaling': {'type': 'linear', 'factor': -2}} | 'factor' is"
            + " -2.0 | above 0",
        "{'model_type': 'llama', 'rope_scaling': {'rope_type': 'llama3', 'factor': 8,"
            + " 'low_freq_factor': 1, 'high_freq_factor': 1e9}} | 'high_freq_factor' | to 1e6",
        "{'model_type': 'phi3', 'hidden_size': 16, 'num_attention_heads': 4, 'rope_scaling':"
            + " {'type': 'su', 'short_factor': [1, 1e999], 'long_factor': [1, 1]}} | 'short_factor'"
            + " | 1e6 at most",
        "{'model_type': 'llama', 'sliding_window': -1} | 'sliding_window' is -1 | 1 to",
        "{'model_type': 'mistral', 'sliding_window': 0} | 'sliding_window' is 0 | 1 to",
        "{'model_type': 'qwen2', 'sliding_window': -1} | 'sliding_window' is -1 | 1 to",
        "{'model_type': 'gemma3_text', 'sliding_window': -1} | 'sliding_window' is -1 | 1 to",
        "{'model_type': 'llama', 'pad_token_id': -2} | 'pad_token_id' is -2 | 0 to 31999",
        "{'model_type': 'llama', 'vocab_size': 0} | 'vocab_size' is 0 | 1 to",
        "{'model_type': 'llama', 'hidden_size': -64} | 'hidden_size' is -64 | 1 to",
        "{'model_type': 'llama', 'intermediate_size': 0} | 'intermediate_size' is 0 | 1 to",
        "{'model_type': 'llama', 'num_attention_heads': 0} | 'num_attention_heads' is 0 | 1 to",
        "{'model_type': 'llama', 'num_key_value_heads': -8} | 'num_key_value_heads' is -8 | 1 to",
        "{'model_type': 'llama', 'max_position_embeddings': 0} | 'max_position_embeddings' is 0 | 1"
            + " to",
        "{'model_type': 'llama', 'num_hidden_layers': 1000000} | 'num_hidden_layers' is 1000000 | 1"
            + " to 4096",
        "{'model_type': 'llama', 'rms_norm_eps': 0} | 'rms_norm_eps' is 0.0 | between 0 and 1",
        "{'model_type': 'llama', 'rms_norm_eps': -1e-6} | 'rms_norm_eps' | between 0 and 1",
        "{'model_type': 'llama', 'rms_norm_eps': 1e-300} | 'rms_norm_eps' | float32",
        "{'model_type': 'granite', 'embedding_multiplier': 1e300} | 'embedding_multiplier' | 1e6",
        "{'model_type': 'gemma2', 'query_pre_attn_scalar': 1e300} | 'query_pre_attn_scalar' | 1e6",
        "{'model_type': 'gemma2', 'attn_logit_softcapping': 1e-300} | 'attn_logit_softcapping' |"
            + " 1e-6",
        "[1] | config.json | no JSON object",
        "{'model_type': | config.json | not JSON",
        "{'model_type': 'llama', 'model_type': 'qwen2'} | model_type | Duplicate"
      })
  void whatIsNotComputedIsRefusedByName(String json, String key, String accepted) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(key)
        .hasMessageContaining(accepted);
  }

  @Test
  void expertsAreThoseOfTheKeys() throws IOException {
    String keys = "{'model_type': 'qwen3_moe', 'num_local_experts': 6, 'num_experts_per_tok': 3, ";
    String sparse = "'decoder_sparse_step': 1, 'mlp_only_layers': [], 'norm_topk_prob': true}";
    assertThat(read(keys + sparse).experts()).contains(new DecoderShape.Experts(6, 3, true));
    assertThat(read("{'model_type': 'qwen3_moe'}").experts())
        .contains(new DecoderShape.Experts(128, 8, false));
    assertThat(read("{'model_type': 'olmoe', 'clip_qkv': 8}").scales().clip()).hasValue(8);
    String window = "{'model_type': 'qwen3_moe', 'sliding_window': 7, 'use_sliding_window': ";
    assertThat(read(window + "true}").windows()).containsOnly(7);
    assertThat(read(window + "false}").windows()).containsOnly(0);
  }

  @Test
  void specialTokensOfTheVocabularyAreAccepted() throws IOException {
    String tokens = "'bos_token_id': 0, 'eos_token_id': [1, 31999], 'pad_token_id': -1}";
    assertThat(read("{'model_type': 'llama', " + tokens).vocabulary()).isEqualTo(32000);
    String none = "'bos_token_id': null, 'eos_token_id': null, 'sliding_window': null}";
    assertThat(read("{'model_type': 'llama', " + none).windows()).containsOnly(0);
  }

  @Test
  void aDeepObjectIsRefused() {
    assertThatThrownBy(() -> read("{'a': " + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void aFolderWithoutDescriptionIsRefused() {
    assertThatThrownBy(() -> Decoder.ofFolder(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has no config.json");
  }
}
