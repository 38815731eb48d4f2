package io.flexora.model.decoder.shape;

import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.rotary.Rotary;
import io.flexora.transformers.rotary.RotaryConfig;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Reads what families say in the {@code config.json} of a checkpoint in Hugging Face form. */
public final class ConfigReader {
  private static final String EXPERTS = "num_experts";
  private static final String LOCAL_EXPERTS = "num_local_experts";
  private static final String CHOSEN = "num_experts_per_tok";
  private static final String WINDOW = "sliding_window";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private final ConfigFile config;

  private ConfigReader(ConfigFile config) {
    this.config = config;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it is no JSON object
   */
  public static ConfigReader of(Path file) throws IOException {
    return new ConfigReader(ConfigFile.read(file));
  }

  /** Takes keys and values that are to become a file. */
  public static ConfigReader of(String where, Map<String, Object> keys) {
    return new ConfigReader(ConfigFile.of(where, keys));
  }

  /**
   * The sizes that transformers takes where a file says nothing.
   *
   * @param keyValueHeads 0 for as many as there are query heads
   * @param headSize 0 for hidden / heads
   */
  public record Sizes(
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int positions) {}

  /**
   * The family's name.
   *
   * @throws FlexoraException if there is none
   */
  public String modelType() {
    return config.text("model_type").orElseThrow(() -> config.missing("model_type"));
  }

  /** The refusal of a family. */
  public FlexoraException unknown(String modelType, List<String> known) {
    return config.unsupported(
        "model_type",
        modelType,
        "the families that this backend computes are " + String.join(", ", known));
  }

  /** Refuses another kind of model of the family than one that goes on with a text. */
  public void requireArchitecture(String modelType, String wanted) {
    List<?> architectures =
        config.value("architectures").orElse(List.of()) instanceof List<?> list ? list : List.of();
    if (!architectures.isEmpty() && !architectures.contains(wanted)) {
      throw config.unsupported(
          "architectures",
          architectures,
          "a model of type " + modelType + " has to be a " + wanted);
    }
  }

  /** Refuses keys that change the computation, but for those that the family reads. */
  public void refuseUnsupported(Set<String> read) {
    UnsupportedKeys.refuse(config, read);
  }

  /** Refuses a hidden size that heads do not divide, whatever the size of a head. */
  public void requireWholeHeads(Sizes absent) {
    int hidden = config.size("hidden_size", OptionalInt.of(absent.hidden()), Limits.WIDTH);
    int heads = config.size("num_attention_heads", OptionalInt.of(absent.heads()), Limits.WIDTH);
    if (hidden % heads != 0) {
      throw config.wrong("hidden_size", hidden, "a multiple of num_attention_heads, " + heads);
    }
  }

  /** Begins a shape with its sizes and its tied head. */
  public DecoderShape.Builder sizes(Sizes absent, boolean tied) {
    int hidden = config.size("hidden_size", OptionalInt.of(absent.hidden()), Limits.WIDTH);
    int heads = config.size("num_attention_heads", OptionalInt.of(absent.heads()), Limits.WIDTH);
    if (config.integer("head_dim").isEmpty() && absent.headSize() == 0) {
      requireWholeHeads(absent);
    }
    return new DecoderShape.Builder()
        .sizes(
            config.size("num_hidden_layers", OptionalInt.of(absent.layers()), Limits.LAYERS),
            hidden,
            heads,
            keyValueHeads(absent, heads),
            headSize(absent.headSize() == 0 ? hidden / heads : absent.headSize()))
        .widths(
            config.size("intermediate_size", OptionalInt.of(absent.intermediate()), Limits.WIDTH),
            config.size("vocab_size", OptionalInt.of(absent.vocabulary()), Limits.VOCABULARY),
            config.size(
                "max_position_embeddings", OptionalInt.of(absent.positions()), Limits.POSITIONS))
        .tiedHead(config.flag("tie_word_embeddings", tied));
  }

  private int headSize(int absent) {
    int size = config.size("head_dim", OptionalInt.of(absent), Limits.WIDTH);
    if (size % 2 != 0) {
      throw config.wrong("head_dim", size, "an even number, as rotary positions turn pairs");
    }
    return size;
  }

  /** A null, unlike an absent key, stands for as many as there are query heads. */
  private int keyValueHeads(Sizes absent, int heads) {
    String key = "num_key_value_heads";
    boolean none = config.has(key) && config.value(key).isEmpty();
    boolean same = none || absent.keyValueHeads() == 0;
    int number =
        config.size(key, OptionalInt.of(same ? heads : absent.keyValueHeads()), Limits.WIDTH);
    if (heads % number != 0) {
      throw config.wrong(key, number, "a divisor of num_attention_heads, " + heads);
    }
    return number;
  }

  /** What is added to the mean square in a norm. */
  public double epsilon(String key, double absent) {
    return config.epsilon(key, OptionalDouble.of(absent));
  }

  /** A flag, off where the file says nothing. */
  public boolean flag(String key) {
    return config.flag(key, false);
  }

  /**
   * The experts of a layer, whose number has two names.
   *
   * @param count the experts of a layer where nothing is said
   * @param chosen the experts of a token where nothing is said
   * @param normalised whether the shares of a token's experts sum to one
   */
  public DecoderShape.Experts experts(int count, int chosen, boolean normalised) {
    String key = config.has(EXPERTS) ? EXPERTS : LOCAL_EXPERTS;
    int all = config.size(key, OptionalInt.of(count), Limits.EXPERTS);
    int other = config.size(LOCAL_EXPERTS, OptionalInt.of(all), Limits.EXPERTS);
    if (other != all) {
      throw config.wrong(LOCAL_EXPERTS, other, "the number that " + EXPERTS + " has, " + all);
    }
    int each = config.size(CHOSEN, OptionalInt.of(chosen), Limits.EXPERTS);
    if (each > all) {
      throw config.wrong(CHOSEN, each, "at most the experts of a layer, " + all);
    }
    return new DecoderShape.Experts(all, each, normalised);
  }

  /** A width. */
  public int width(String key, int absent) {
    return config.size(key, OptionalInt.of(absent), Limits.WIDTH);
  }

  /** A text. */
  public String text(String key, String absent) {
    return config.text(key).orElse(absent);
  }

  /** A number that is not 0, and 1 where the file says nothing. */
  public double scale(String key) {
    double scale = config.number(key).orElse(1);
    if (scale == 0) {
      throw config.wrong(key, scale, "a number other than 0");
    }
    return config.factor(key, scale);
  }

  /** A positive number. */
  public double positive(String key, double absent) {
    double value = config.number(key).orElse(absent);
    if (!(value > 0)) {
      throw config.wrong(key, value, "a number above 0");
    }
    return config.factor(key, value);
  }

  /** A positive number; a null, unlike an absent key, stands for none. */
  public OptionalDouble cap(String key, OptionalDouble absent) {
    OptionalDouble cap = config.number(key);
    if (cap.isEmpty()) {
      return config.has(key) ? OptionalDouble.empty() : absent;
    }
    if (!(cap.getAsDouble() > 0)) {
      throw config.wrong(key, cap.getAsDouble(), "a number above 0, or null");
    }
    return OptionalDouble.of(config.factor(key, cap.getAsDouble()));
  }

  /** An activation by its name. */
  public Activation activation(String key, String absent) {
    String name = config.text(key).orElse(absent);
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu_pytorch_tanh", "gelu_new", "gelu_python_tanh", "gelu_fast" -> Activation.GELU_TANH;
      case "gelu", "gelu_python" -> Activation.GELU;
      default ->
          throw config.unsupported(
              key, name, "the activations silu, gelu and gelu_pytorch_tanh are supported");
    };
  }

  /** The rotary positions of all layers. */
  public Rotary rotary(DecoderShape.Builder shape, RotaryRule rule) {
    return RotaryConfig.read(config, rule, shape.headSize(), shape.positions());
  }

  /** The rotary positions of layers that see everything. */
  public Rotary rotaryOfFull(DecoderShape.Builder shape, RotaryRule rule) {
    return RotaryConfig.ofType(config, FULL, true, rule, shape.headSize(), shape.positions());
  }

  /** The rotary positions of layers with a window. */
  public Rotary rotaryOfWindowed(DecoderShape.Builder shape, RotaryRule rule) {
    return RotaryConfig.ofType(config, SLIDING, false, rule, shape.headSize(), shape.positions());
  }

  /** A null, unlike an absent key, stands for no window, 0. */
  public int window(int absent) {
    boolean none = config.value(WINDOW).isEmpty() && (absent == 0 || config.has(WINDOW));
    return none ? 0 : config.size(WINDOW, OptionalInt.of(absent), Integer.MAX_VALUE);
  }

  /** A window that all layers have, or none; {@code layer_types} may say nothing else. */
  public List<Integer> sameWindows(DecoderShape.Builder shape, int window) {
    String wanted = window == 0 ? FULL : SLIDING;
    Object types = config.value("layer_types").orElse(List.of());
    if (!(types instanceof List<?> list) || !list.stream().allMatch(wanted::equals)) {
      throw config.unsupported(
          "layer_types", types, "all layers of a " + modelType() + " are alike, here " + wanted);
    }
    return Collections.nCopies(shape.layers(), window);
  }

  /** Windows by {@code layer_types}, else where the family has them. */
  public List<Integer> windows(DecoderShape.Builder shape, int window, IntPredicate absent) {
    int layers = shape.layers();
    if (config.value("layer_types").isEmpty()) {
      return IntStream.range(0, layers).mapToObj(i -> absent.test(i) ? window : 0).toList();
    }
    Object types = config.value("layer_types").orElseThrow();
    if (!(types instanceof List<?> list) || list.size() != layers) {
      throw config.wrong(
          "layer_types", types, "a list with a type for each of the " + layers + " layers");
    }
    return list.stream().map(type -> window(type, window)).toList();
  }

  /** The types of layers, by their windows. */
  public static List<String> layerTypes(DecoderShape shape) {
    return shape.windows().stream().map(window -> window > 0 ? SLIDING : FULL).toList();
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

  /** Whether each layer has something, by a list of 1 and 0 with at least that many. */
  public List<Boolean> ofLayers(String key, DecoderShape.Builder shape, IntPredicate absent) {
    Object seen = config.value(key).orElse(null);
    if (seen == null) {
      return IntStream.range(0, shape.layers()).mapToObj(absent::test).toList();
    }
    if (!(seen instanceof List<?> list)
        || list.size() < shape.layers()
        || !list.stream().allMatch(v -> v instanceof Number || v instanceof Boolean)) {
      throw config.wrong(
          key, seen, "a list with 1 or 0 for each of the " + shape.layers() + " layers");
    }
    return list.stream()
        .limit(shape.layers())
        .map(v -> v instanceof Number n ? n.doubleValue() != 0 : v.equals(true))
        .toList();
  }

  /** A whole number from some least one on. */
  public int whole(String key, int absent, int least) {
    int number = config.integer(key).orElse(absent);
    if (number < least) {
      throw config.wrong(key, number, "a whole number from " + least + " on");
    }
    return number;
  }

  /**
   * Finishes a shape.
   *
   * @throws FlexoraException if no machine could hold it, the token of padding is none of the
   *     vocabulary, or a window is none, whether the family has windows or not
   */
  public DecoderShape checked(DecoderShape.Builder shape) {
    DecoderShape built = Limits.checked(config.where(), shape.build());
    config.requireTokens(built.vocabulary());
    if (config.value(WINDOW).isPresent()) {
      var unused = config.size(WINDOW, OptionalInt.empty(), Integer.MAX_VALUE);
    }
    return built;
  }
}
