package io.flexora.model.decoder.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a decoder's tensors in GGUF and in Hugging Face form. */
public final class GgufNames {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");
  private static final Pattern LAYER =
      Pattern.compile("model\\.layers\\.(\\d{1,6})\\.([\\w.]+)\\.(weight|bias)");

  private static final Map<String, String> WHOLE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");
  private static final Map<String, String> OF_LAYER =
      Map.ofEntries(
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"));
  private static final Map<String, String> WHOLE_BACK = reversed(WHOLE);
  private static final Map<String, String> OF_LAYER_BACK = reversed(OF_LAYER);

  private GgufNames() {}

  private static Map<String, String> reversed(Map<String, String> map) {
    Map<String, String> reversed = new LinkedHashMap<>();
    map.forEach((key, value) -> reversed.put(value, key));
    return reversed;
  }

  /** The name in Hugging Face form; empty if it has none. */
  public static Optional<String> toHuggingFace(String name) {
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      return Optional.ofNullable(OF_LAYER.get(block.group(2)))
          .map(
              m ->
                  "model.layers."
                      + Integer.parseInt(block.group(1))
                      + "."
                      + m
                      + "."
                      + block.group(3));
    }
    return Optional.ofNullable(WHOLE.get(name));
  }

  /**
   * The name in GGUF.
   *
   * @throws IllegalArgumentException if it is no tensor of a decoder in Hugging Face form
   */
  public static String toGguf(String name) {
    Matcher layer = LAYER.matcher(name);
    String found =
        layer.matches() && OF_LAYER_BACK.containsKey(layer.group(2))
            ? "blk."
                + layer.group(1)
                + "."
                + OF_LAYER_BACK.get(layer.group(2))
                + "."
                + layer.group(3)
            : WHOLE_BACK.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no tensor of a decoder: " + name);
    }
    return found;
  }
}
