package io.flexora.model.encoder.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.config.ConfigFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Encoders whose norms stand behind the attention and behind the feed-forward part, as BERT's do. A
 * part that a family lacks stands behind a constant False, so that it is not even compiled.
 */
final class PostNorm {

  private static final int MOST = 1 << 24;

  private final ConfigFile config;
  private Encoder.Sizes sizes;
  private double epsilon;
  private String activation = "torch.gelu(y)";
  private int types;
  private int embedding;
  private OptionalInt padding = OptionalInt.empty();
  private int buckets;
  private boolean placed = true;
  private boolean projectedFirst;
  private Disentangled disentangled = Disentangled.NONE;
  private Optional<OwnClassifier> classifier = Optional.empty();

  /** The names of a family: within the model, within a layer, and of the modules. */
  record Names(
      String prefix,
      String layer,
      List<String> linears,
      List<String> norms,
      List<String> modules,
      List<String> targets) {

    static Names ofBert(String prefix) {
      return ofBert(prefix, "query", "key", "value");
    }

    /** The names of BERT, but for three modules. */
    static Names ofBert(String prefix, String query, String key, String value) {
      String self = "attention.self.";
      List<String> others = List.of("attention.output.dense", "intermediate.dense", "output.dense");
      List<String> linears = new ArrayList<>(List.of(self + query, self + key, self + value));
      List<String> modules = new ArrayList<>(List.of(query, key, value));
      linears.addAll(others);
      modules.addAll(others);
      return new Names(
          prefix,
          "encoder.layer.%d.",
          linears,
          List.of("attention.output.LayerNorm", "output.LayerNorm"),
          modules,
          List.of(query, value));
    }
  }

  private PostNorm(ConfigFile config) {
    this.config = config;
  }

  /** Reads the keys that BERT and its relatives have. */
  static PostNorm ofBert(ConfigFile config) {
    PostNorm read =
        new PostNorm(config)
            .sizes("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size");
    config
        .text("position_embedding_type")
        .filter(type -> !type.equals("absolute"))
        .ifPresent(
            type -> {
              throw config.wrong("position_embedding_type", type, "absolute");
            });
    if (config.flag("is_decoder", false)) {
      throw config.unsupported("is_decoder", true, "a decoder is none of these models");
    }
    return read.epsilon(config.epsilon("layer_norm_eps", OptionalDouble.of(1e-12)))
        .activation("hidden_act");
  }

  /** Reads the sizes under these keys. */
  static PostNorm of(
      ConfigFile config, String layers, String hidden, String heads, String intermediate) {
    return new PostNorm(config).sizes(layers, hidden, heads, intermediate);
  }

  /** The encoder of an ONNX file, whose shape its graph tells. */
  static Encoder ofGraph(Encoder.Sizes sizes, double epsilon, int types) {
    PostNorm shape = new PostNorm(ConfigFile.of("the graph", Map.of()));
    shape.sizes = sizes;
    shape.embedding = sizes.hidden();
    return shape.epsilon(epsilon).types(types).named("bert", Names.ofBert("bert."));
  }

  private PostNorm sizes(String layers, String hidden, String heads, String intermediate) {
    sizes =
        new Encoder.Sizes(
            size(config, layers),
            size(config, hidden),
            size(config, heads),
            size(config, intermediate),
            size(config, "vocab_size"),
            size(config, "max_position_embeddings"));
    embedding = sizes.hidden();
    if (sizes.hidden() % sizes.heads() != 0) {
      throw config.wrong(heads, sizes.heads(), "a divisor of " + hidden + ", " + sizes.hidden());
    }
    return this;
  }

  /** The size under a key, which has to be there. */
  static int size(ConfigFile config, String key) {
    return config.size(key, OptionalInt.empty(), MOST);
  }

  PostNorm epsilon(double added) {
    epsilon = added;
    return this;
  }

  /** Reads the activation of the feed-forward part under a key. */
  PostNorm activation(String key) {
    activation = activation(config, key);
    return this;
  }

  /** The text of the activation under a key, of {@code y}. */
  static String activation(ConfigFile config, String key) {
    String name = config.text(key).orElse("gelu");
    if (!ACTIVATIONS.containsKey(name)) {
      throw config.wrong(key, name, String.join(", ", ACTIVATIONS.keySet()));
    }
    return ACTIVATIONS.get(name);
  }

  private static final Map<String, String> ACTIVATIONS =
      new TreeMap<>(
          Map.of(
              "gelu", "torch.gelu(y)",
              "gelu_new", "torch.gelu(y, approximate=\"tanh\")",
              "gelu_pytorch_tanh", "torch.gelu(y, approximate=\"tanh\")",
              "relu", "torch.relu(y)",
              "silu", "torch.silu(y)",
              "tanh", "torch.tanh(y)"));

  /** The rows of the embedding of token types. */
  PostNorm types(int rows) {
    types = rows;
    return this;
  }

  /** Embeddings of another width than the layers', which a projection follows. */
  PostNorm embedding(int width) {
    embedding = width;
    return this;
  }

  /** Positions that count tokens from the id of the padding token on. */
  PostNorm countedFrom(int paddingId) {
    padding = OptionalInt.of(paddingId);
    return this;
  }

  /** A bias of attention scores by the distance of two tokens, in so many buckets. */
  PostNorm distances(int count) {
    buckets = count;
    return this;
  }

  /** Embeddings without absolute positions. */
  PostNorm unplaced() {
    placed = false;
    return this;
  }

  /** A projection in front of the norm of the embeddings, without a bias. */
  PostNorm projectedFirst() {
    projectedFirst = true;
    return this;
  }

  /** Attention by relative positions of their own. */
  PostNorm disentangled(Disentangled attention) {
    disentangled = attention;
    return this;
  }

  /**
   * The classifier in the folder, if heads start from it.
   *
   * @param dense the path of the layer in front of its output layer
   * @param function the activation of that, of {@code y}
   * @param output the path of the output layer
   */
  PostNorm classifier(boolean kept, String dense, String function, String output) {
    if (kept) {
      classifier =
          Optional.of(OwnClassifier.behind(config, sizes.hidden(), dense, function, output));
    }
    return this;
  }

  /** The encoder under the names of its family. */
  Encoder named(String type, Names names) {
    int rows = sizes.positions();
    int usable = rows - (padding.isPresent() ? padding.getAsInt() + 1 : 0);
    if (usable < 1) {
      throw config.wrong(
          "max_position_embeddings", rows, "a number above pad_token_id, " + padding.getAsInt());
    }
    Encoder.Sizes own =
        new Encoder.Sizes(
            sizes.layers(),
            sizes.hidden(),
            sizes.heads(),
            sizes.intermediate(),
            sizes.vocabulary(),
            usable);
    FrozenArrays arrays =
        new FrozenArrays(global(names), sizes.layers(), layer -> layer(names, layer));
    return new Encoder(
        type,
        names.prefix(),
        own,
        modules(names),
        names.targets(),
        arrays,
        text(arrays, names),
        classifier);
  }

  private List<FrozenArray> global(Names names) {
    String embeddings = names.prefix() + "embeddings.";
    List<FrozenArray> all = new ArrayList<>();
    all.add(norm(embeddings + "word_embeddings.weight", sizes.vocabulary(), embedding));
    all.add(norm(embeddings + "LayerNorm.weight", normed()));
    all.add(norm(embeddings + "LayerNorm.bias", normed()));
    if (placed) {
      all.add(norm(embeddings + "position_embeddings.weight", sizes.positions(), embedding));
    }
    if (types > 0) {
      all.add(norm(embeddings + "token_type_embeddings.weight", types, embedding));
    }
    if (projectedFirst && embedding != sizes.hidden()) {
      all.add(norm(embeddings + "embed_proj.weight", sizes.hidden(), embedding));
    } else if (embedding != sizes.hidden()) {
      String projection = names.prefix() + "embeddings_project";
      all.add(norm(projection + ".weight", sizes.hidden(), embedding));
      all.add(norm(projection + ".bias", sizes.hidden()));
    }
    if (buckets > 0) {
      String table = names.prefix() + "encoder.relative_attention_bias.weight";
      all.add(norm(table, buckets, sizes.heads()));
    }
    all.addAll(disentangled.global(names.prefix(), sizes.hidden()));
    classifier.ifPresent(own -> all.addAll(own.arrays()));
    return all;
  }

  /** The width of the norm of the embeddings. */
  private int normed() {
    return projectedFirst ? sizes.hidden() : embedding;
  }

  static FrozenArray norm(String name, long... shape) {
    return FrozenArray.norm(Tensor.of(name, shape));
  }

  private List<FrozenArray> layer(Names names, int layer) {
    String path = names.prefix() + names.layer().formatted(layer);
    List<FrozenArray> all = new ArrayList<>();
    linear(all, path, names, 0, 1, 2);
    linear(all, path, names, 3);
    norms(all, path + names.norms().get(0));
    linear(all, path, names, 4);
    linear(all, path, names, 5);
    norms(all, path + names.norms().get(1));
    all.addAll(disentangled.layer(path, sizes.hidden()));
    return all;
  }

  /** Modules that read the same input are one matrix. */
  private void linear(List<FrozenArray> all, String path, Names names, int... modules) {
    Tensor[] matrices = new Tensor[modules.length];
    Tensor[] biases = new Tensor[modules.length];
    for (int i = 0; i < modules.length; i++) {
      String name = path + names.linears().get(modules[i]);
      matrices[i] = Tensor.of(name + ".weight", outputs(modules[i]), inputs(modules[i]));
      biases[i] = Tensor.of(name + ".bias", outputs(modules[i]));
    }
    all.add(FrozenArray.matrix(matrices));
    all.add(FrozenArray.matrix(biases));
  }

  private void norms(List<FrozenArray> all, String name) {
    all.add(norm(name + ".weight", sizes.hidden()));
    all.add(norm(name + ".bias", sizes.hidden()));
  }

  private int inputs(int module) {
    return module == 5 ? sizes.intermediate() : sizes.hidden();
  }

  private int outputs(int module) {
    return module == 4 ? sizes.intermediate() : sizes.hidden();
  }

  private List<ModuleShape> modules(Names names) {
    List<ModuleShape> all = new ArrayList<>();
    for (int i = 0; i < names.linears().size(); i++) {
      String path = names.prefix() + names.layer() + names.linears().get(i);
      ModuleShape module = new ModuleShape(names.modules().get(i), path, inputs(i), outputs(i));
      all.add(module.withTable(disentangled.rows(i)));
    }
    return all;
  }

  private ScriptText text(FrozenArrays arrays, Names names) {
    Map<String, Object> values = new TreeMap<>();
    List<String> roles = List.of("query", "key", "value", "context", "inner", "outer");
    for (int i = 0; i < roles.size(); i++) {
      values.put(roles.get(i) + "_module", names.modules().get(i).replace('.', '_'));
    }
    int headSize = sizes.hidden() / sizes.heads();
    values.put("hidden", sizes.hidden());
    values.put("heads", sizes.heads());
    values.put("head_size", headSize);
    values.put("scale", 1 / Math.sqrt(headSize * disentangled.terms()));
    values.put("epsilon", epsilon);
    values.put("activation", activation);
    values.put("normed", normed());
    values.put("placed", placed);
    values.put("at_positions", at(arrays, names, "embeddings.position_embeddings.weight"));
    values.put("typed", types > 0);
    values.put("at_types", at(arrays, names, "embeddings.token_type_embeddings.weight"));
    values.put("counted_positions", padding.isPresent());
    values.put("padding", padding.orElse(0));
    boolean projected = embedding != sizes.hidden();
    values.put("projected_first", projected && projectedFirst);
    values.put("at_first_projection", at(arrays, names, "embeddings.embed_proj.weight"));
    values.put("projected", projected && !projectedFirst);
    values.put("at_projection", at(arrays, names, "embeddings_project.weight"));
    values.put("relative", buckets > 0);
    values.put("at_distances", at(arrays, names, "encoder.relative_attention_bias.weight"));
    values.putAll(disentangled.values(name -> at(arrays, names, name)));
    values.put("global", arrays.global());
    values.put("tensors", arrays.perLayer());
    return ScriptText.of(PostNorm.class, "post_norm.torchscript")
        .and(disentangled.text())
        .and(new ScriptText(classifier.map(OwnClassifier::text).orElse("")))
        .with("at_pooler", arrays.global() - classifier.map(own -> own.arrays().size()).orElse(0))
        .with(values);
  }

  /** The place of an array; 0 if the family has none. */
  private static int at(FrozenArrays arrays, Names names, String name) {
    String tensor = names.prefix() + name;
    return arrays.has(tensor) ? arrays.place(tensor).array() : 0;
  }
}
