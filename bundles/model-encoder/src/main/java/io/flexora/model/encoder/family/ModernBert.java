package io.flexora.model.encoder.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.config.Keys;
import io.flexora.transformers.rotary.RotaryRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * ModernBERT: norms in front of attention and feed-forward part, rotary positions, and layers that
 * see a window of the text. Source: {@code ModernBertConfig}.
 */
final class ModernBert {

  private static final String PREFIX = "model.";
  private static final String LAYER = "model.layers.%d.";
  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final String TYPES = "layer_types";
  private static final String ROTARY = "rope_parameters";
  private static final String POOLING = "classifier_pooling";
  private static final String OLD_LOCAL = "local_rope_theta";
  private static final List<String> MODULES = List.of("attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo");
  private static final List<String> ROLES = List.of("joined", "context", "inner", "outer");

  private final ConfigFile config;
  private final int hidden;
  private final int intermediate;
  private final int heads;
  private final int layers;
  private final int vocabulary;
  private final boolean normBias;
  private final List<Boolean> biased;

  private final Optional<OwnClassifier> classifier;

  private ModernBert(ConfigFile config, boolean keepsHead) {
    this.config = config;
    this.hidden = PostNorm.size(config, "hidden_size");
    this.intermediate = PostNorm.size(config, "intermediate_size");
    this.heads = PostNorm.size(config, "num_attention_heads");
    this.layers = PostNorm.size(config, "num_hidden_layers");
    this.vocabulary = PostNorm.size(config, "vocab_size");
    this.normBias = config.flag("norm_bias", false);
    boolean attention = config.flag("attention_bias", false);
    boolean mlp = config.flag("mlp_bias", false);
    this.biased = List.of(attention, attention, mlp, mlp);
    this.classifier = keepsHead ? Optional.of(ownClassifier()) : Optional.empty();
    if (hidden % (2 * heads) != 0) {
      throw config.wrong(
          "num_attention_heads", heads, "a number of heads of even size in hidden_size, " + hidden);
    }
    config
        .object("rope_scaling")
        .ifPresent(
            keys -> {
              throw config.unsupported(
                  "rope_scaling", "set", "only unscaled rotary positions are supported");
            });
  }

  static Encoder of(ConfigFile config, boolean keepsHead) {
    return new ModernBert(config, keepsHead).encoder();
  }

  private OwnClassifier ownClassifier() {
    String pooling = config.text(POOLING).orElse("cls");
    if (!List.of("cls", "mean").contains(pooling)) {
      throw config.wrong(POOLING, pooling, "cls or mean");
    }
    boolean biasedHead = config.flag("classifier_bias", false);
    List<FrozenArray> arrays = new ArrayList<>();
    arrays.add(norm("head.dense.weight", hidden, hidden));
    if (biasedHead) {
      arrays.add(norm("head.dense.bias", hidden));
    }
    int at = arrays.size();
    arrays.add(norm("head.norm.weight", hidden));
    if (normBias) {
      arrays.add(norm("head.norm.bias", hidden));
    }
    String normed =
        "torch.layer_norm(%s, [${hidden}], %s, %s, ${epsilon})"
            .formatted(
                PostNorm.activation(config, "classifier_activation"),
                "w[${at_pooler} + " + at + "]",
                optional(normBias, "w[${at_pooler} + " + (at + 1) + "]"));
    return OwnClassifier.of(
        config,
        pooling.equals("cls") ? Head.Input.FIRST : Head.Input.MEAN,
        arrays,
        OwnClassifier.pooler(optional(biasedHead, "w[${at_pooler} + 1]"), normed));
  }

  private Encoder encoder() {
    // Both halves of the gated feed-forward part are computed.
    Encoder.Sizes sizes =
        new Encoder.Sizes(
            layers,
            hidden,
            heads,
            2 * intermediate,
            vocabulary,
            PostNorm.size(config, "max_position_embeddings"));
    FrozenArrays arrays = new FrozenArrays(global(), layers, this::layer);
    List<ModuleShape> modules = new ArrayList<>();
    for (int i = 0; i < MODULES.size(); i++) {
      String name = MODULES.get(i);
      modules.add(new ModuleShape(name, LAYER + name, inputs(i), outputs(i)));
    }
    return new Encoder(
        "modernbert",
        PREFIX,
        sizes,
        modules,
        MODULES.subList(0, 1),
        arrays,
        text(arrays),
        classifier);
  }

  private List<FrozenArray> global() {
    List<FrozenArray> all = new ArrayList<>();
    all.add(norm("model.embeddings.tok_embeddings.weight", vocabulary, hidden));
    all.add(norm("model.embeddings.norm.weight", hidden));
    all.add(norm("model.final_norm.weight", hidden));
    if (normBias) {
      all.add(norm("model.embeddings.norm.bias", hidden));
      all.add(norm("model.final_norm.bias", hidden));
    }
    classifier.ifPresent(own -> all.addAll(own.arrays()));
    return all;
  }

  private List<FrozenArray> layer(int layer) {
    String path = LAYER.formatted(layer);
    List<FrozenArray> all = new ArrayList<>();
    for (int i = 0; i < MODULES.size(); i++) {
      all.add(
          FrozenArray.matrix(Tensor.of(path + MODULES.get(i) + ".weight", outputs(i), inputs(i))));
    }
    norms(all, layer, "weight", 1);
    if (normBias) {
      norms(all, layer, "bias", 3);
    }
    for (int i = 0; i < MODULES.size(); i++) {
      if (biased.get(i)) {
        all.add(FrozenArray.matrix(Tensor.of(path + MODULES.get(i) + ".bias", outputs(i))));
      }
    }
    return all;
  }

  /**
   * The norms of a layer. Layer 0 has none in front of its attention, where the embeddings' stands
   * in for the place.
   */
  private void norms(List<FrozenArray> all, int layer, String part, int embeddings) {
    String path = LAYER.formatted(layer);
    all.add(
        layer == 0 ? new FrozenArray.Same(embeddings) : norm(path + "attn_norm." + part, hidden));
    all.add(norm(path + "mlp_norm." + part, hidden));
  }

  private static FrozenArray norm(String name, long... shape) {
    return FrozenArray.norm(Tensor.of(name, shape));
  }

  private int inputs(int module) {
    return module == 3 ? intermediate : hidden;
  }

  private int outputs(int module) {
    return switch (module) {
      case 0 -> Math.multiplyExact(3, hidden);
      case 2 -> Math.multiplyExact(2, intermediate);
      default -> hidden;
    };
  }

  private ScriptText text(FrozenArrays arrays) {
    Map<String, Object> values = new TreeMap<>();
    int place = normBias ? 8 : 6;
    for (int i = 0; i < ROLES.size(); i++) {
      values.put(ROLES.get(i) + "_module", MODULES.get(i).replace('.', '_'));
      values.put(ROLES.get(i) + "_bias", optional(biased.get(i), "w[k + " + place + "]"));
      place += biased.get(i) ? 1 : 0;
    }
    values.put("embeddings_norm_bias", optional(normBias, "w[3]"));
    values.put("final_norm_bias", optional(normBias, "w[4]"));
    values.put("attention_norm_bias", optional(normBias, "w[k + 6]"));
    values.put("mlp_norm_bias", optional(normBias, "w[k + 7]"));
    List<Boolean> everywhere = everywhere();
    values.put(
        "global_layers",
        everywhere.stream()
            .map(all -> all ? "True" : "False")
            .collect(Collectors.joining(", ", "[", "]")));
    double theta = theta(everywhere.contains(true), GLOBAL, "global_rope_theta", 160_000);
    double localDefault = config.has(OLD_LOCAL) ? theta : 10_000;
    values.put("global_theta", theta);
    values.put("local_theta", theta(everywhere.contains(false), LOCAL, OLD_LOCAL, localDefault));
    values.put(
        "window", config.size("local_attention", OptionalInt.of(128), Integer.MAX_VALUE) / 2);
    int headSize = hidden / heads;
    values.put("hidden", hidden);
    values.put("heads", heads);
    values.put("head_size", headSize);
    values.put("scale", 1 / Math.sqrt(headSize));
    values.put("epsilon", config.epsilon("norm_eps", OptionalDouble.of(1e-5)));
    values.put("activation", PostNorm.activation(config, "hidden_activation"));
    values.put("global", arrays.global());
    values.put("tensors", arrays.perLayer());
    values.put("at_pooler", arrays.global() - classifier.map(own -> own.arrays().size()).orElse(0));
    return ScriptText.of(ModernBert.class, "modern_bert.torchscript")
        .and(new ScriptText(classifier.map(OwnClassifier::text).orElse("")))
        .with(values);
  }

  private static String optional(boolean there, String array) {
    return there ? array : "None";
  }

  /** Whether each layer sees the whole text. */
  private List<Boolean> everywhere() {
    Optional<Object> types = config.value(TYPES);
    if (types.isEmpty()) {
      int every = config.size("global_attn_every_n_layers", OptionalInt.of(3), Integer.MAX_VALUE);
      return IntStream.range(0, layers).mapToObj(i -> i % every == 0).toList();
    }
    if (!(types.get() instanceof List<?> list)
        || list.size() != layers
        || !List.of(GLOBAL, LOCAL).containsAll(list)) {
      throw config.wrong(
          TYPES, types.get(), "a list of %d of %s or %s".formatted(layers, GLOBAL, LOCAL));
    }
    return list.stream().map(GLOBAL::equals).toList();
  }

  /** The base of the rotary positions of a type of layers, under its newer or older key. */
  private double theta(boolean used, String type, String older, double absent) {
    Optional<ConfigFile> all = config.object(ROTARY).filter(keys -> used);
    Optional<ConfigFile> own =
        all.map(keys -> keys.object(type).orElseThrow(() -> keys.missing(type)));
    own.flatMap(keys -> keys.text("rope_type"))
        .filter(kind -> !kind.equals("default"))
        .ifPresent(
            kind -> {
              throw own.get()
                  .unsupported("rope_type", kind, "only unscaled rotary positions are supported");
            });
    OptionalDouble newer =
        own.map(keys -> keys.number("rope_theta")).orElse(OptionalDouble.empty());
    Keys keys = newer.isPresent() ? own.get() : config;
    String key = newer.isPresent() ? "rope_theta" : older;
    double theta = newer.isPresent() ? newer.getAsDouble() : config.number(older).orElse(absent);
    return RotaryRule.requireBase(keys, key, theta);
  }
}
