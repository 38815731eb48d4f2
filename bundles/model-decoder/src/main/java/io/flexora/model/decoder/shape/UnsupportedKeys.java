package io.flexora.model.decoder.shape;

import io.flexora.transformers.config.ConfigFile;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keys of a {@code config.json} that change the computation into one that is not done here. */
final class UnsupportedKeys {
  private static final String EXPERTS = "mixtures of experts are not supported";
  private static final String DENSE_LAYERS =
      "layers without experts beside layers with them are not supported";
  private static final String SHARED = "experts that all tokens share are not supported";
  private static final String NO_ROTARY = "layers without rotary positions are not supported";
  private static final String CAPS = "soft caps are not supported";
  private static final String SCALES = "scaled logits and residuals are not supported";

  private static final String QUANTISATION = "quantization_config";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(
              QUANTISATION,
              "weights quantised by GPTQ, AWQ and others, and by bitsandbytes in eight bits, are not"
                  + " supported; take the checkpoint in BF16, F16 or F32, in four bits by"
                  + " bitsandbytes, or a GGUF file"),
          Map.entry("compression_config", "compressed weights are not supported"),
          Map.entry("num_experts", EXPERTS),
          Map.entry("num_local_experts", EXPERTS),
          Map.entry("n_routed_experts", EXPERTS),
          Map.entry("mlp_only_layers", DENSE_LAYERS),
          Map.entry("decoder_sparse_step", DENSE_LAYERS),
          Map.entry("n_shared_experts", SHARED),
          Map.entry("num_shared_experts", SHARED),
          Map.entry("shared_intermediate_size", SHARED),
          Map.entry("shared_expert_intermediate_size", SHARED),
          Map.entry("router_jitter_noise", "noise on what a router reads is not supported"),
          Map.entry("no_rope_layers", NO_ROTARY),
          Map.entry("no_rope_layer_interval", NO_ROTARY),
          Map.entry("final_logit_softcapping", CAPS),
          Map.entry("attn_logit_softcapping", CAPS),
          Map.entry("query_pre_attn_scalar", "another scale of attention scores is not supported"),
          Map.entry("attention_multiplier", "another scale of attention scores is not supported"),
          Map.entry("embedding_multiplier", SCALES),
          Map.entry("residual_multiplier", SCALES),
          Map.entry("logits_scaling", SCALES),
          Map.entry("logit_scale", SCALES),
          Map.entry("clip_qkv", "clipped queries, keys and values are not supported"),
          Map.entry("use_bidirectional_attention", "attention to later tokens is not supported"),
          Map.entry("attention_sink_size", "attention sinks are not supported"),
          Map.entry("per_layer_config", "layers of different shapes are not supported"),
          Map.entry("block_configs", "layers of different shapes are not supported"),
          Map.entry("use_qk_norm", "norms of queries and keys are not supported here"),
          Map.entry("qk_layernorm", "norms of queries and keys are not supported here"));

  private UnsupportedKeys() {}

  /**
   * Refuses a description that has one.
   *
   * @param read keys that the family reads
   */
  static void refuse(ConfigFile config, Set<String> read) {
    for (String key : config.names()) {
      String why = read.contains(key) ? null : REFUSED.get(key);
      if (why != null) {
        config
            .value(key)
            .filter(value -> says(value, why) && !isFourBit(key, value))
            .ifPresent(
                value -> {
                  throw config.unsupported(key, value, why);
                });
      }
    }
  }

  /** What bitsandbytes stores in four bits is read with the weights. */
  private static boolean isFourBit(String key, Object value) {
    return key.equals(QUANTISATION)
        && value instanceof Map<?, ?> of
        && "bitsandbytes".equals(of.get("quant_method"))
        && Boolean.TRUE.equals(of.get("load_in_4bit"));
  }

  /**
   * Whether a value says anything: false and no experts do not, nor does a scale or step of one.
   */
  private static boolean says(Object value, String why) {
    if (value instanceof Number number) {
      return number.doubleValue() != (why.equals(SCALES) || why.equals(DENSE_LAYERS) ? 1 : 0);
    }
    boolean nothing =
        value.equals(false)
            || (value instanceof List<?> list && list.isEmpty())
            || (value instanceof Map<?, ?> map && map.isEmpty());
    return !nothing;
  }
}
