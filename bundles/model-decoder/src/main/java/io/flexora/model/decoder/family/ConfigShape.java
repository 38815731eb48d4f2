package io.flexora.model.decoder.family;

import io.flexora.model.decoder.family.DecoderShape.Activation;
import io.flexora.transformers.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A decoder's shape from the {@code config.json} of a checkpoint in Hugging Face form. */
final class ConfigShape {
  private static final String WINDOW = "sliding_window";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private final ConfigFile config;
  private final Family family;

  private ConfigShape(ConfigFile config, Family family) {
    this.config = config;
    this.family = family;
  }

  static DecoderShape read(Path file) throws IOException {
    ConfigFile config = ConfigFile.read(file);
    Family family = family(config);
    UnsupportedKeys.refuse(config);
    return new ConfigShape(config, family).shape();
  }

  private static Family family(ConfigFile config) {
    String type = config.text("model_type").orElseThrow(() -> config.missing("model_type"));
    String known = "the families that this backend computes are " + Family.names();
    Family family =
        Family.named(type).orElseThrow(() -> config.unsupported("model_type", type, known));
    List<?> architectures =
        config.value("architectures").orElse(List.of()) instanceof List<?> list ? list : List.of();
    if (!architectures.isEmpty() && !architectures.contains(family.architecture())) {
      throw config.unsupported(
          "architectures",
          architectures,
          "a model of type " + type + " has to be a " + family.architecture());
    }
    return family;
  }

  private DecoderShape shape() {
    int layers = config.size("num_hidden_layers", family.layers(), Limits.LAYERS);
    int hidden = config.size("hidden_size", family.hidden(), Limits.WIDTH);
    int heads = config.size("num_attention_heads", family.heads(), Limits.WIDTH);
    int headSize = headSize(hidden, heads);
    int positions = config.size("max_position_embeddings", family.positions(), Limits.POSITIONS);
    boolean attentionBias =
        family != Family.QWEN2 && family != Family.MISTRAL && config.flag("attention_bias", false);
    return Limits.checked(
        config.where(),
        new DecoderShape(
            family.modelType(),
            layers,
            hidden,
            heads,
            keyValueHeads(heads),
            headSize,
            config.size("intermediate_size", family.intermediate(), Limits.WIDTH),
            config.size("vocab_size", family.vocabulary(), Limits.VOCABULARY),
            positions,
            RotaryConfig.read(config, headSize, positions),
            epsilon(),
            family.normOffset(),
            family.headNorms(),
            activation(),
            attentionBias || family == Family.QWEN2,
            attentionBias,
            family == Family.LLAMA && config.flag("mlp_bias", false),
            family.embeddingScale(hidden),
            config.flag("tie_word_embeddings", family.tied()),
            windows(layers)));
  }

  private int headSize(int hidden, int heads) {
    OptionalInt own = config.integer("head_dim");
    OptionalInt absent = family.headSize();
    boolean derived = own.isEmpty() && absent.isEmpty();
    if ((derived || family == Family.LLAMA) && hidden % heads != 0) {
      throw config.wrong("hidden_size", hidden, "a multiple of num_attention_heads, " + heads);
    }
    int size =
        config.size("head_dim", derived ? OptionalInt.of(hidden / heads) : absent, Limits.WIDTH);
    if (size % 2 != 0) {
      throw config.wrong("head_dim", size, "an even number, as rotary positions turn pairs");
    }
    return size;
  }

  /** A null, unlike an absent key, stands for as many as there are query heads. */
  private int keyValueHeads(int heads) {
    String key = "num_key_value_heads";
    boolean none = config.has(key) && config.value(key).isEmpty();
    OptionalInt absent = none ? OptionalInt.empty() : family.keyValueHeads();
    int number =
        config.size(key, absent.isPresent() ? absent : OptionalInt.of(heads), Limits.WIDTH);
    if (heads % number != 0) {
      throw config.wrong(key, number, "a divisor of num_attention_heads, " + heads);
    }
    return number;
  }

  private double epsilon() {
    double epsilon = config.number("rms_norm_eps").orElse(1e-6);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw config.wrong("rms_norm_eps", epsilon, "a number between 0 and 1");
    }
    return epsilon;
  }

  private Activation activation() {
    String gelu = "gelu_pytorch_tanh";
    String name = config.text("hidden_act").orElse(family == Family.GEMMA ? gelu : "silu");
    if (family == Family.GEMMA && name.equals("gelu")) {
      // What the first releases wrote and did not mean; transformers takes it so, too.
      return Activation.GELU_TANH;
    }
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu_pytorch_tanh", "gelu_new", "gelu_python_tanh" -> Activation.GELU_TANH;
      case "gelu", "gelu_python" -> Activation.GELU;
      default ->
          throw config.unsupported(
              "hidden_act", name, "the activations silu, gelu and gelu_pytorch_tanh are supported");
    };
  }

  private List<Integer> windows(int layers) {
    if (family.mixedWindows()) {
      return mixedWindows(layers);
    }
    int window = family == Family.MISTRAL ? window() : 0;
    refuseOtherTypes(window == 0 ? FULL : SLIDING);
    return Collections.nCopies(layers, window);
  }

  private void refuseOtherTypes(String wanted) {
    Object types = config.value("layer_types").orElse(List.of());
    if (!(types instanceof List<?> list) || !list.stream().allMatch(wanted::equals)) {
      throw config.unsupported(
          "layer_types",
          types,
          "all layers of a " + family.modelType() + " are alike, here " + wanted);
    }
  }

  /** A null, unlike an absent key, stands for no window. */
  private int window() {
    boolean none = config.has(WINDOW) && config.value(WINDOW).isEmpty();
    return none ? 0 : config.size(WINDOW, OptionalInt.of(4096), Integer.MAX_VALUE);
  }

  private List<Integer> mixedWindows(int layers) {
    int window = config.flag("use_sliding_window", false) ? window() : 0;
    if (config.value("layer_types").isPresent()) {
      return typedWindows(layers, window);
    }
    int full = window == 0 ? layers : config.integer("max_window_layers").orElse(28);
    return IntStream.range(0, layers).mapToObj(layer -> layer < full ? 0 : window).toList();
  }

  private List<Integer> typedWindows(int layers, int window) {
    Object types = config.value("layer_types").orElseThrow();
    if (!(types instanceof List<?> list) || list.size() != layers) {
      throw config.wrong(
          "layer_types", types, "a list with a type for each of the " + layers + " layers");
    }
    return list.stream().map(type -> window(type, window)).toList();
  }

  private int window(Object type, int window) {
    if (FULL.equals(type)) {
      return 0;
    }
    if (!SLIDING.equals(type)) {
      throw config.unsupported(
          "layer_types", type, "layers of full_attention and sliding_attention are supported");
    }
    if (window == 0) {
      throw config.wrong(
          "layer_types", type, "full_attention where use_sliding_window or sliding_window is off");
    }
    return window;
  }
}
