package io.flexora.model.gpt2;

import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.rotary.Rotary;
import io.flexora.transformers.rotary.RotaryConfig;
import io.flexora.transformers.rotary.RotaryRule;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/**
 * A description from the {@code config.json} of a checkpoint, as transformers 5 reads it. Source:
 * {@code GPT2Config}, {@code GPTNeoXConfig}.
 */
final class GptConfig {

  private static final int MOST_LAYERS = 4096;
  private static final int MOST_WIDTH = 1 << 20;
  private static final int MOST_TOKENS = 1 << 24;
  private static final RotaryRule ROTARY =
      RotaryRule.PLAIN.withBase("rotary_emb_base", 10_000).withPart("rotary_pct", 0.25);

  private final ConfigFile config;

  GptConfig(ConfigFile config) {
    this.config = config;
  }

  CausalDescription read() {
    String type = config.text("model_type").orElseThrow(() -> config.missing("model_type"));
    refuse("quantization_config", "weights that are quantised are not supported");
    return switch (type) {
      case "gpt2" -> gpt2();
      case "gpt_neox" -> neox();
      default ->
          throw config.unsupported(
              "model_type", type, "the families that this backend computes are gpt2, gpt_neox");
    };
  }

  private Gpt gpt2() {
    requireArchitecture("gpt2", List.of("GPT2LMHeadModel", "GPT2Model"));
    refuse("add_cross_attention", "attention to another model's states is not supported");
    int layers = size("n_layer", "num_hidden_layers", 12, MOST_LAYERS);
    int hidden = size("n_embd", "hidden_size", 768, MOST_WIDTH);
    int heads = heads(size("n_head", "num_attention_heads", 12, MOST_WIDTH), hidden, "n_embd");
    double scale = config.flag("scale_attn_weights", true) ? headScale(hidden, heads) : 1;
    boolean byLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
    // reorder_and_upcast_attn says in which order and type of numbers the same is computed.
    config.flag("reorder_and_upcast_attn", false);
    return new Gpt(
        "gpt2",
        GptNames.GPT2,
        layers,
        hidden,
        heads,
        config.size("n_inner", OptionalInt.of(4 * hidden), 4 * MOST_WIDTH),
        vocabulary(50257),
        size("n_positions", "max_position_embeddings", 1024, MOST_TOKENS),
        config.flag("tie_word_embeddings", true),
        epsilon("layer_norm_epsilon"),
        activation("activation_function", "gelu_new"),
        IntStream.range(0, layers).mapToObj(i -> byLayer ? scale / (i + 1) : scale).toList(),
        Optional.empty(),
        false,
        true);
  }

  private Gpt neox() {
    requireArchitecture("gpt_neox", List.of("GPTNeoXForCausalLM"));
    int layers = config.size("num_hidden_layers", OptionalInt.of(44), MOST_LAYERS);
    int hidden = config.size("hidden_size", OptionalInt.of(6144), MOST_WIDTH);
    int asked = config.size("num_attention_heads", OptionalInt.of(64), MOST_WIDTH);
    int heads = heads(asked, hidden, "hidden_size");
    int positions = config.size("max_position_embeddings", OptionalInt.of(2048), MOST_TOKENS);
    return new Gpt(
        "gpt_neox",
        GptNames.NEOX,
        layers,
        hidden,
        heads,
        config.size("intermediate_size", OptionalInt.of(24576), 4 * MOST_WIDTH),
        vocabulary(50432),
        positions,
        config.flag("tie_word_embeddings", false),
        epsilon("layer_norm_eps"),
        activation("hidden_act", "gelu"),
        Collections.nCopies(layers, headScale(hidden, heads)),
        Optional.of(frequencies(hidden / heads, positions)),
        config.flag("use_parallel_residual", true),
        config.flag("attention_bias", true));
  }

  private void requireArchitecture(String type, List<String> wanted) {
    List<?> seen =
        config.value("architectures").orElse(List.of()) instanceof List<?> list ? list : List.of();
    if (!seen.isEmpty() && seen.stream().noneMatch(wanted::contains)) {
      throw config.unsupported(
          "architectures", seen, "a model of type " + type + " has to be a " + wanted.get(0));
    }
  }

  private void refuse(String key, String why) {
    config
        .value(key)
        .filter(value -> !value.equals(false))
        .ifPresent(
            value -> {
              throw config.unsupported(key, value, why);
            });
  }

  /** A size under its own name or under the one that transformers gives to all families. */
  private int size(String own, String common, int absent, int most) {
    boolean named = config.value(own).isPresent() || config.value(common).isEmpty();
    return config.size(named ? own : common, OptionalInt.of(absent), most);
  }

  private int heads(int heads, int hidden, String key) {
    if (hidden % heads != 0) {
      throw config.wrong(key, hidden, "a multiple of the number of attention heads, " + heads);
    }
    return heads;
  }

  private static double headScale(int hidden, int heads) {
    return 1 / Math.sqrt((double) hidden / heads);
  }

  private int vocabulary(int absent) {
    int vocabulary = config.size("vocab_size", OptionalInt.of(absent), MOST_TOKENS);
    config.requireTokens(vocabulary);
    return vocabulary;
  }

  private double epsilon(String key) {
    return config.epsilon(key, OptionalDouble.of(1e-5));
  }

  private String activation(String key, String absent) {
    String name = config.text(key).orElse(absent);
    return switch (name) {
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate" ->
          "torch.gelu(x, approximate=\"tanh\")";
      case "gelu", "gelu_python" -> "torch.gelu(x)";
      case "quick_gelu" -> "x * torch.sigmoid(1.702 * x)";
      case "relu" -> "torch.relu(x)";
      case "silu", "swish" -> "torch.silu(x)";
      case "tanh" -> "torch.tanh(x)";
      default ->
          throw config.unsupported(
              key,
              name,
              "the activations gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, quick_gelu, relu, silu"
                  + " and tanh are supported");
    };
  }

  /**
   * The angle per position of each pair that turns. What stands under the newer keys outside of
   * {@code rope_parameters} is not read by transformers, so it must not say anything else.
   */
  private float[] frequencies(int headSize, int positions) {
    Rotary rotary = RotaryConfig.read(config, ROTARY, headSize, positions);
    int turning = 2 * rotary.frequencies().length;
    requireUnread("rope_theta", seen -> seen == rotary.base(), ROTARY.baseKey());
    requireUnread(
        "partial_rotary_factor", seen -> (int) (headSize * seen) == turning, ROTARY.partKey());
    return rotary.frequencies();
  }

  private void requireUnread(String key, DoublePredicate same, String older) {
    OptionalDouble seen = config.number(key);
    if (seen.isPresent() && !same.test(seen.getAsDouble())) {
      throw config.unsupported(
          key,
          seen.getAsDouble(),
          "in a gpt_neox it is read within rope_parameters alone, or as " + older);
    }
  }
}
