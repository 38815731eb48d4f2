package io.flexora.model.encoder.family;

import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.config.ConfigFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The disentangled attention of DeBERTa (He et al. 2021, "DeBERTa: decoding-enhanced BERT with
 * disentangled attention"): queries also read a table of relative positions, and this table reads
 * keys. Larger models have a convolution beside layer 0, too.
 */
final class Disentangled {

  /** Attention by content alone. */
  static final Disentangled NONE = new Disentangled();

  /** The arrays of a layer that every encoder has. */
  private static final int OF_LAYER = 12;

  private static final String TABLE = "encoder.rel_embeddings.weight";
  private static final String NORM = "encoder.LayerNorm.";
  private static final String CONVOLUTION = "encoder.conv.conv.";
  private static final String CONVOLUTION_NORM = "encoder.conv.LayerNorm.";
  private static final String KERNEL = "conv_kernel_size";
  private static final String GROUPS = "conv_groups";
  private static final String KINDS = "pos_att_type";
  private static final int MOST = 1 << 20;

  private int terms = 1;
  private boolean keys;
  private boolean queries;
  private boolean shared;
  private boolean normed;
  private boolean bucketed;
  private int span = 1;
  private int farthest = 1;
  private int kernel;
  private int groups = 1;
  private String activation = "y";

  private Disentangled() {}

  /** Reads the keys of {@code DebertaV2Config}. */
  static Disentangled of(ConfigFile config) {
    Disentangled read = new Disentangled();
    List<String> kinds = words(config, KINDS);
    if (!List.of("c2p", "p2c").containsAll(kinds)) {
      throw config.wrong(KINDS, kinds, "c2p, p2c or both");
    }
    boolean relative = config.flag("relative_attention", false);
    read.terms = 1 + (int) kinds.stream().distinct().count();
    read.keys = relative && kinds.contains("c2p");
    read.queries = relative && kinds.contains("p2c");
    read.shared = config.flag("share_att_key", false);
    read.normed = words(config, "norm_rel_ebd").contains("layer_norm");
    if (read.reads()) {
      read.positions(config);
    }
    read.convolution(config);
    return read;
  }

  /** A list of words, or a text that has them between bars. */
  private static List<String> words(ConfigFile config, String key) {
    Object value = config.value(key).orElse(List.of());
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : Arrays.stream(value.toString().toLowerCase(Locale.ROOT).split("\\|"))
            .map(String::strip)
            .toList();
  }

  private boolean reads() {
    return keys || queries;
  }

  private void positions(ConfigFile config) {
    int positions = PostNorm.size(config, "max_position_embeddings");
    farthest = config.integer("max_relative_positions").orElse(-1);
    farthest = farthest < 1 ? positions : farthest;
    int buckets = config.integer("position_buckets").orElse(-1);
    bucketed = buckets > 0;
    span = bucketed ? buckets : farthest;
    if (span > MOST) {
      throw config.wrong("max_relative_positions", farthest, "at most " + MOST);
    }
    if (bucketed && (buckets < 2 || farthest - 1 <= middle())) {
      throw config.wrong(
          "position_buckets",
          buckets,
          "2 to less than twice the number of relative positions, " + farthest);
    }
  }

  private void convolution(ConfigFile config) {
    kernel = config.integer(KERNEL).orElse(0);
    if (kernel <= 0) {
      kernel = 0;
      return;
    }
    if (kernel % 2 == 0 || kernel > MOST) {
      throw config.wrong(KERNEL, kernel, "an odd number, as every token keeps its place");
    }
    groups = config.size(GROUPS, OptionalInt.of(1), MOST);
    int hidden = PostNorm.size(config, "hidden_size");
    if (hidden % groups != 0) {
      throw config.wrong(GROUPS, groups, "a divisor of hidden_size, " + hidden);
    }
    activation =
        Optional.of("conv_act")
            .filter(config::has)
            .map(key -> PostNorm.activation(config, key))
            .orElse("torch.tanh(y)");
  }

  private int middle() {
    return span / 2;
  }

  /** The terms of a score: content, and each kind of position. */
  int terms() {
    return terms;
  }

  /** The rows of the table that a module is applied to, the query first and then the key. */
  int rows(int module) {
    boolean read = module == 0 ? queries : module == 1 && keys;
    return shared && read ? 2 * span : 0;
  }

  /** The arrays of the whole model. */
  List<FrozenArray> global(String prefix, int hidden) {
    List<FrozenArray> all = new ArrayList<>();
    if (reads()) {
      all.add(PostNorm.norm(prefix + TABLE, 2L * span, hidden));
    }
    if (reads() && normed) {
      all.add(PostNorm.norm(prefix + NORM + "weight", hidden));
      all.add(PostNorm.norm(prefix + NORM + "bias", hidden));
    }
    if (kernel > 0) {
      all.add(PostNorm.norm(prefix + CONVOLUTION + "weight", hidden, hidden / groups, kernel));
      all.add(PostNorm.norm(prefix + CONVOLUTION + "bias", hidden));
      all.add(PostNorm.norm(prefix + CONVOLUTION_NORM + "weight", hidden));
      all.add(PostNorm.norm(prefix + CONVOLUTION_NORM + "bias", hidden));
    }
    return all;
  }

  /** The arrays of a layer, where the table has modules of its own. */
  List<FrozenArray> layer(String path, int hidden) {
    List<FrozenArray> all = new ArrayList<>();
    if (keys && !shared) {
      linear(all, path + "attention.self.pos_key_proj", hidden);
    }
    if (queries && !shared) {
      linear(all, path + "attention.self.pos_query_proj", hidden);
    }
    return all;
  }

  private static void linear(List<FrozenArray> all, String path, int hidden) {
    all.add(FrozenArray.matrix(Tensor.of(path + ".weight", hidden, hidden)));
    all.add(FrozenArray.matrix(Tensor.of(path + ".bias", hidden)));
  }

  /** The methods of the text that the others lack. */
  ScriptText text() {
    return reads() || kernel > 0
        ? ScriptText.of(Disentangled.class, "disentangled.torchscript")
        : new ScriptText("");
  }

  /**
   * The values of the text.
   *
   * @param at the place of an array by its name behind the prefix
   */
  Map<String, Object> values(ToIntFunction<String> at) {
    Map<String, Object> values = new TreeMap<>();
    values.put("disentangled", reads());
    values.put("at_table", at.applyAsInt(TABLE));
    values.put("table_norm", normed);
    values.put("at_table_norm", at.applyAsInt(NORM + "weight"));
    values.put("reads_keys", keys);
    values.put("reads_queries", queries);
    values.put("shared", shared);
    values.put("own_keys", OF_LAYER);
    values.put("own_queries", keys ? OF_LAYER + 2 : OF_LAYER);
    values.put("bucketed", bucketed);
    values.put("span", span);
    values.put("middle", middle());
    values.put("range", bucketed ? (farthest - 1) / (double) middle() : 1.0);
    values.put("convolved", kernel > 0);
    values.put("at_convolution", at.applyAsInt(CONVOLUTION + "weight"));
    values.put("padded", (kernel - 1) / 2);
    values.put("groups", groups);
    values.put("convolution_activation", activation);
    return values;
  }
}
