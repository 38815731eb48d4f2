package io.flexora.model.decoder.shape;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.transformers.config.Keys;
import io.flexora.transformers.rotary.Frequencies;
import io.flexora.transformers.rotary.Rotary;
import io.flexora.transformers.rotary.Rotary.LongTextFrequencies;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Reads what families say in the metadata of a GGUF file, by the rules of llama.cpp; the file's
 * tensors say which biases there are.
 */
public final class GgufReader {
  private static final String ARCHITECTURE = "general.architecture";
  private static final String FREQUENCIES = "rope_freqs.weight";
  private static final String SHORT = "rope_factors_short.weight";
  private static final String LONG = "rope_factors_long.weight";
  private static final String SCALES = "another scale than that of the architecture";
  private static final String EXPERTS = "expert_count";
  private static final String CHOSEN = "expert_used_count";
  private static final String GATING = "expert_gating_func";
  private static final int SOFTMAX = 1;
  private static final String SHARED = "experts that all tokens share are not supported";
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(EXPERTS, "mixtures of experts are not supported"),
          Map.entry("expert_shared_count", SHARED),
          Map.entry("expert_shared_feed_forward_length", SHARED),
          Map.entry(
              "leading_dense_block_count",
              "layers without experts beside layers with them are not supported"),
          Map.entry("final_logit_softcapping", "soft caps are not supported"),
          Map.entry("attn_logit_softcapping", "soft caps are not supported"),
          Map.entry("attention.scale", SCALES + " of attention scores is not supported"),
          Map.entry("embedding_scale", SCALES + " of embeddings is not supported"),
          Map.entry("residual_scale", SCALES + " of residuals is not supported"),
          Map.entry("logit_scale", SCALES + " of logits is not supported"),
          Map.entry("attention.clamp_kqv", "clipped queries, keys and values are not supported"));

  private final Keys keys;
  private final GgufContent content;
  private final String architecture;

  private GgufReader(Keys keys, GgufContent content) {
    this.keys = keys;
    this.content = content;
    this.architecture = keys.text(ARCHITECTURE).orElseThrow(() -> keys.missing(ARCHITECTURE));
  }

  /**
   * Reads a file.
   *
   * @throws FlexoraException if it names no architecture
   */
  public static GgufReader of(GgufFile file) {
    return of(new GgufContent.OfFile(file));
  }

  /** Reads what is to become a file. */
  public static GgufReader of(GgufContent content) {
    Keys keys =
        new Keys(content.where()) {
          @Override
          public Optional<Object> value(String key) {
            return content.value(key);
          }
        };
    return new GgufReader(keys, content);
  }

  /** The name of the architecture. */
  public String architecture() {
    return architecture;
  }

  /** The refusal of an architecture. */
  public FlexoraException unknown(List<String> known) {
    return keys.unsupported(
        ARCHITECTURE,
        architecture,
        "the architectures that this backend computes are " + String.join(", ", known));
  }

  /** Whether layers have experts. */
  public boolean hasExperts() {
    return keys.integer(key(EXPERTS)).orElse(0) > 0;
  }

  /** The experts of a layer, by the probabilities of a softmax. */
  public DecoderShape.Experts experts(boolean normalised) {
    int all = size(EXPERTS, OptionalInt.empty(), Limits.EXPERTS);
    int each = size(CHOSEN, OptionalInt.empty(), Limits.EXPERTS);
    if (each > all) {
      throw keys.wrong(key(CHOSEN), each, "at most the experts of a layer, " + all);
    }
    int gating = keys.integer(key(GATING)).orElse(SOFTMAX);
    if (gating != 0 && gating != SOFTMAX) {
      throw keys.unsupported(key(GATING), gating, "only a softmax, 1, is supported");
    }
    return new DecoderShape.Experts(all, each, normalised);
  }

  /** The width of an expert, that of the feed-forward part where nothing is said. */
  public int expertWidth() {
    return size("expert_feed_forward_length", width(), Limits.WIDTH);
  }

  private OptionalInt width() {
    return OptionalInt.of(sameInAllLayers("feed_forward_length", OptionalInt.empty()));
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private int size(String name, OptionalInt absent, int most) {
    return keys.size(key(name), absent, most);
  }

  /** Refuses keys that change the computation, but for those that the family reads. */
  public void refuseUnsupported(Set<String> read) {
    REFUSED.entrySet().stream()
        .filter(refused -> !read.contains(refused.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(refused -> refuseUnlessZero(refused.getKey(), refused.getValue()));
    if (!keys.flag(key("attention.causal"), true)) {
      throw keys.unsupported(
          key("attention.causal"), false, "attention to later tokens is not supported");
    }
  }

  private void refuseUnlessZero(String name, String why) {
    double value = keys.number(key(name)).orElse(0);
    if (value != 0) {
      throw keys.unsupported(key(name), value, why);
    }
  }

  /** Begins a shape with its sizes, its biases and its tied head. */
  public DecoderShape.Builder sizes() {
    int layers = size("block_count", OptionalInt.empty(), Limits.LAYERS);
    int hidden = size("embedding_length", OptionalInt.empty(), Limits.WIDTH);
    int heads = sameInAllLayers("attention.head_count", OptionalInt.empty());
    int keyValueHeads = sameInAllLayers("attention.head_count_kv", OptionalInt.of(heads));
    int headSize = headSize(hidden, heads);
    if (heads % keyValueHeads != 0) {
      throw keys.wrong(key("attention.head_count_kv"), keyValueHeads, "a divisor of " + heads);
    }
    return new DecoderShape.Builder()
        .sizes(layers, hidden, heads, keyValueHeads, headSize)
        .widths(
            sameInAllLayers("feed_forward_length", OptionalInt.empty()),
            vocabulary(),
            size("context_length", OptionalInt.empty(), Limits.POSITIONS))
        .biases(
            content.has("blk.0.attn_q.bias") || content.has("blk.0.attn_qkv.bias"),
            content.has("blk.0.attn_output.bias"),
            content.has("blk.0.ffn_up.bias"))
        .tiedHead(!content.has("output.weight"));
  }

  /** A number, or a list of one number for each layer. */
  private int sameInAllLayers(String name, OptionalInt absent) {
    if (keys.value(key(name)).orElse(0) instanceof List<?> list) {
      if (list.isEmpty() || list.stream().distinct().count() > 1) {
        throw keys.unsupported(key(name), list, "layers of different shapes are not supported");
      }
      return list.get(0) instanceof Long one && one > 0 && one <= Limits.WIDTH
          ? one.intValue()
          : fail(keys.wrong(key(name), list, "numbers from 1 to " + Limits.WIDTH));
    }
    return size(name, absent, Limits.WIDTH);
  }

  private static int fail(FlexoraException e) {
    throw e;
  }

  private int headSize(int hidden, int heads) {
    String name = "attention.key_length";
    if (keys.integer(key(name)).isEmpty() && hidden % heads != 0) {
      throw keys.wrong(
          key("embedding_length"), hidden, "a multiple of the number of heads, " + heads);
    }
    int size = size(name, OptionalInt.of(Math.max(1, hidden / heads)), Limits.WIDTH);
    requireSame("attention.value_length", size, "values as wide as keys");
    if (size % 2 != 0) {
      throw keys.wrong(key(name), size, "an even number, as rotary positions turn pairs");
    }
    return size;
  }

  private void requireSame(String name, int headSize, String what) {
    int seen = keys.integer(key(name)).orElse(headSize);
    if (seen != headSize) {
      throw keys.unsupported(key(name), seen, "only " + what + " are supported, here " + headSize);
    }
  }

  private int vocabulary() {
    String name = "token_embd.weight";
    List<Long> shape = content.has(name) ? content.shape(name) : List.of();
    long rows = shape.size() == 2 ? shape.get(0) : 0;
    if (rows < 1 || rows > Limits.VOCABULARY) {
      throw new FlexoraException(
          keys.where()
              + " has no token embeddings: its tensor '"
              + name
              + "' has the shape "
              + shape);
    }
    int tokens =
        keys.value("tokenizer.ggml.tokens").orElse(List.of()) instanceof List<?> list
            ? list.size()
            : 0;
    if (tokens > rows) {
      throw new FlexoraException(
          keys.where()
              + " has "
              + tokens
              + " tokens but embeddings of "
              + rows
              + "; it is damaged");
    }
    return (int) rows;
  }

  /** What is added to the mean square in a norm. */
  public double epsilon(String name) {
    return keys.epsilon(key(name), OptionalDouble.empty());
  }

  /** Whether there is a tensor of that name. */
  public boolean hasTensor(String name) {
    return content.has(name);
  }

  /** A number; 0 stands for nothing said, as in llama.cpp. */
  public double scale(String name, double absent) {
    double scale = keys.number(key(name)).orElse(0);
    return scale == 0 ? absent : keys.factor(key(name), scale);
  }

  /** A positive number; 0 stands for none. */
  public OptionalDouble cap(String name, OptionalDouble absent) {
    OptionalDouble cap = keys.number(key(name));
    if (cap.isEmpty()) {
      return absent;
    }
    if (cap.getAsDouble() < 0) {
      throw keys.wrong(key(name), cap.getAsDouble(), "a number above 0, or 0 for none");
    }
    return cap.getAsDouble() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(keys.factor(key(name), cap.getAsDouble()));
  }

  /** A window, 0 for none: one that no text reaches beyond is none. */
  public int window(DecoderShape.Builder shape) {
    return window(shape, 0);
  }

  private int window(DecoderShape.Builder shape, int absent) {
    String name = key("attention.sliding_window");
    int window = keys.integer(name).orElse(absent);
    if (window < 0) {
      throw keys.wrong(name, window, "a number of positions");
    }
    return window >= shape.positions() ? 0 : window;
  }

  /** Whether it has a window, be it one that no text reaches beyond. */
  public boolean hasWindow() {
    return keys.integer(key("attention.sliding_window")).orElse(0) > 0;
  }

  /** A window that all layers have, or none. */
  public List<Integer> sameWindows(DecoderShape.Builder shape) {
    return Collections.nCopies(shape.layers(), window(shape));
  }

  /** Windows where the family has them. */
  public List<Integer> windows(DecoderShape.Builder shape, int absent, IntPredicate where) {
    int window = window(shape, absent);
    return IntStream.range(0, shape.layers()).mapToObj(i -> where.test(i) ? window : 0).toList();
  }

  /** Refuses a window, as it is not known which layers would have it. */
  public void refuseWindows(DecoderShape.Builder shape) {
    int window = window(shape);
    if (window > 0) {
      throw keys.unsupported(
          key("attention.sliding_window"),
          window,
          "which layers of a " + architecture + " have a window is not known");
    }
  }

  /** Rotary positions on whole heads. */
  public Rotary rotary(DecoderShape.Builder shape) throws IOException {
    requireSame("rope.dimension_count", shape.headSize(), "rotary positions on whole heads");
    return rotaryOfPart(shape);
  }

  /** Rotary positions on as much of a head as the file says. */
  public Rotary rotaryOfPart(DecoderShape.Builder shape) throws IOException {
    String name = "rope.dimension_count";
    int dimensions = size(name, OptionalInt.of(shape.headSize()), Limits.WIDTH);
    if (dimensions > shape.headSize() || dimensions % 2 != 0) {
      throw keys.wrong(
          key(name), dimensions, "an even number up to the size of a head, " + shape.headSize());
    }
    double base = base("rope.freq_base", 10_000);
    float[] plain = Frequencies.plain(base, dimensions);
    double attentionFactor = keys.number(key("rope.scaling.attn_factor")).orElse(1);
    if (content.has(LONG) && content.has(SHORT)) {
      return longRope(base, plain, attentionFactor == 0 ? 1 : attentionFactor, shape.positions());
    }
    if (attentionFactor != 1) {
      throw keys.unsupported(
          key("rope.scaling.attn_factor"), attentionFactor, "only 1 is supported");
    }
    return new Rotary(
        base, scaled(content.has(FREQUENCIES) ? divided(FREQUENCIES, plain) : plain), 1);
  }

  /** Rotary positions on whole heads that nothing but their base tells. */
  public Rotary plainRotary(DecoderShape.Builder shape, String name, double absent) {
    double base = base(name, absent);
    return new Rotary(base, Frequencies.plain(base, shape.headSize()), 1);
  }

  private double base(String name, double absent) {
    return RotaryRule.requireBase(keys, key(name), keys.number(key(name)).orElse(absent));
  }

  private Rotary longRope(double base, float[] plain, double attentionFactor, int positions)
      throws IOException {
    int first =
        size("rope.scaling.original_context_length", OptionalInt.of(positions), Limits.POSITIONS);
    return new Rotary(
        base,
        divided(SHORT, plain),
        attentionFactor,
        Optional.of(new LongTextFrequencies(first, divided(LONG, plain))));
  }

  private float[] divided(String name, float[] plain) throws IOException {
    List<Long> shape = content.shape(name);
    if (!shape.equals(List.of((long) plain.length))) {
      throw new FlexoraException(
          keys.where()
              + (": the tensor '" + name + "' has the shape " + shape)
              + (", not [" + plain.length + "]"));
    }
    float[] factors = content.floats(name);
    for (float factor : factors) {
      if (!(factor > 0) || Float.isInfinite(factor)) {
        throw keys.wrong(name, factor, "positive numbers");
      }
    }
    return Frequencies.divided(plain, factors);
  }

  private float[] scaled(float[] frequencies) {
    String key = key("rope.scaling.type");
    String type = keys.text(key).orElse("linear");
    return switch (type) {
      case "none" -> frequencies;
      case "linear" -> Frequencies.linear(frequencies, factor());
      default ->
          throw keys.unsupported(
              key, type, "only none, linear and the tensor " + FREQUENCIES + " are supported");
    };
  }

  /** What positions are divided by; 0 stands for none. The older key counts where it is alone. */
  private double factor() {
    String newer = key("rope.scaling.factor");
    String key = keys.value(newer).isPresent() ? newer : key("rope.scale_linear");
    double factor = keys.number(key).orElse(0);
    if (factor == 0) {
      return 1;
    }
    if (!(factor > 0)) {
      throw keys.wrong(key, factor, "a number above 0, or 0 for none");
    }
    return keys.factor(key, factor);
  }

  /**
   * Finishes a shape.
   *
   * @throws FlexoraException if no machine could hold it
   */
  public DecoderShape checked(DecoderShape.Builder shape) {
    return Limits.checked(keys.where(), shape.build());
  }
}
