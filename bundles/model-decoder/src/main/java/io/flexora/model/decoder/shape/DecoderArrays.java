package io.flexora.model.decoder.shape;

import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArray.Same;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.rotary.Frequencies;
import io.flexora.transformers.rotary.Rotary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The frozen arrays of a decoder in the order in which its TorchScript text reads them: those of
 * the whole model, then those of each layer. What a decoder does not have has no place.
 */
public final class DecoderArrays {

  /** The role of an array. */
  public enum Role {
    /** Token embeddings {@code [vocabulary, hidden]}. */
    EMBEDDING,
    /** The head {@code [vocabulary, hidden]}; the very same array if tied. */
    HEAD,
    /** The weight of the last norm {@code [hidden]}. */
    LAST_NORM,
    /** The frequencies of the rotary positions {@code [kinds, pairs]}, float32. */
    FREQUENCIES,
    /** The bias of the last norm. */
    LAST_NORM_BIAS,
    /** The bias of the head {@code [vocabulary]}. */
    HEAD_BIAS,
    /** The weight of the norm before the attention {@code [hidden]}. */
    ATTENTION_NORM,
    /** Its bias. */
    ATTENTION_NORM_BIAS,
    /** q, k and v below each other {@code [joinedHeads, hidden]}. */
    QUERY_KEY_VALUE,
    /** Their bias. */
    QUERY_KEY_VALUE_BIAS,
    /** The weight of the norm of queries. */
    QUERY_NORM,
    /** Its bias. */
    QUERY_NORM_BIAS,
    /** The weight of the norm of keys. */
    KEY_NORM,
    /** Its bias. */
    KEY_NORM_BIAS,
    /** The matrix after the attention {@code [hidden, heads * headSize]}. */
    OUTPUT,
    /** Its bias. */
    OUTPUT_BIAS,
    /** The weight of the norm of what the attention puts out {@code [hidden]}. */
    ATTENTION_AFTER,
    /** The weight of the norm before the feed-forward part {@code [hidden]}. */
    MLP_NORM,
    /** Its bias. */
    MLP_NORM_BIAS,
    /** The matrix that chooses experts {@code [experts, hidden]}. */
    ROUTER,
    /** gate and up below each other {@code [joinedGate, hidden]}, expert after expert. */
    GATE_UP,
    /** Their bias. */
    GATE_UP_BIAS,
    /**
     * The last matrix of the feed-forward part {@code [hidden, intermediate]}, expert after expert.
     */
    DOWN,
    /** Its bias. */
    DOWN_BIAS,
    /** The weight of the norm of what the feed-forward part puts out {@code [hidden]}. */
    MLP_AFTER
  }

  private final DecoderShape shape;
  private final TensorNames names;
  private final List<FrozenArray> all = new ArrayList<>();
  private final Map<Role, Integer> places = new EnumMap<>(Role.class);
  private final int global;
  private int start;

  /** Lists the arrays of a shape under the names of a family. */
  public DecoderArrays(DecoderShape shape, TensorNames names) {
    this.shape = shape;
    this.names = names;
    ofModel();
    this.global = all.size();
    for (int layer = 0; layer < shape.layers(); layer++) {
      start = all.size();
      ofLayer(TensorNames.LAYER.formatted(layer));
    }
  }

  private void ofModel() {
    matrix(Role.EMBEDDING, Tensor.of(TensorNames.EMBEDDING + ".weight", vocabulary(), hidden()));
    if (shape.tiedHead()) {
      put(Role.HEAD, new Same(places.get(Role.EMBEDDING)));
    } else {
      matrix(Role.HEAD, Tensor.of(TensorNames.HEAD + ".weight", vocabulary(), hidden()));
    }
    weight(Role.LAST_NORM, Tensor.of(names.lastNorm() + ".weight", hidden()));
    put(
        Role.FREQUENCIES,
        new FrozenArray.Numbers(shape.rotaries().stream().flatMap(this::frequencies).toList()));
    if (shape.norms().biased()) {
      exact(Role.LAST_NORM_BIAS, Tensor.of(names.lastNorm() + ".bias", hidden()));
    }
    if (shape.biases().head()) {
      matrix(Role.HEAD_BIAS, Tensor.of(TensorNames.HEAD + ".bias", vocabulary()));
    }
  }

  private Stream<double[]> frequencies(Rotary rotary) {
    int dimensions = shape.rotaryDimensions();
    if (shape.exactRotary()
        && Arrays.equals(rotary.frequencies(), Frequencies.plain(rotary.base(), dimensions))) {
      return Stream.of(Frequencies.exact(rotary.base(), dimensions));
    }
    return Stream.concat(
            Stream.of(rotary.frequencies()),
            rotary.longTexts().stream().map(Rotary.LongTextFrequencies::frequencies))
        .map(Frequencies::widened);
  }

  private void ofLayer(String path) {
    if (shape.norms().before()) {
      norm(Role.ATTENTION_NORM, Role.ATTENTION_NORM_BIAS, path + names.attentionNorm());
    }
    linear(
        Role.QUERY_KEY_VALUE,
        Role.QUERY_KEY_VALUE_BIAS,
        shape.biases().queryKeyValue(),
        hidden(),
        attention(path));
    headNorms(path);
    linear(
        Role.OUTPUT,
        Role.OUTPUT_BIAS,
        shape.biases().output(),
        shape.queryWidth(),
        Map.of(path + names.output(), hidden()));
    if (shape.norms().after()) {
      norm(Role.ATTENTION_AFTER, null, path + names.attentionAfter());
    }
    if (shape.norms().before() && !shape.parallel()) {
      norm(Role.MLP_NORM, Role.MLP_NORM_BIAS, path + names.mlpNorm());
    }
    shape.experts().ifPresentOrElse(experts -> sparse(path, experts), () -> dense(path));
    if (shape.norms().after()) {
      norm(Role.MLP_AFTER, null, path + names.mlpAfter());
    }
  }

  private void dense(String path) {
    linear(Role.GATE_UP, Role.GATE_UP_BIAS, shape.biases().mlp(), hidden(), gate(path));
    linear(
        Role.DOWN,
        Role.DOWN_BIAS,
        shape.biases().mlp(),
        shape.intermediate(),
        Map.of(path + names.down(), hidden()));
  }

  /** The router decides what is computed, so that it is not rounded. */
  private void sparse(String path, DecoderShape.Experts experts) {
    exact(Role.ROUTER, Tensor.of(path + names.router() + ".weight", experts.count(), hidden()));
    long rows = shape.joinedGate() / names.mlp().size();
    matrix(Role.GATE_UP, ofExperts(path, names.mlp(), experts.count(), rows, hidden()));
    List<String> down = List.of(names.down());
    matrix(Role.DOWN, ofExperts(path, down, experts.count(), hidden(), shape.intermediate()));
  }

  private Tensor[] ofExperts(
      String path, List<String> modules, int experts, long rows, long columns) {
    if (names.stacksExperts()) {
      return new Tensor[] {Tensor.of(path + modules.get(0) + ".weight", experts, rows, columns)};
    }
    return IntStream.range(0, experts)
        .boxed()
        .flatMap(expert -> modules.stream().map(module -> module.formatted(expert)))
        .map(module -> Tensor.of(path + module + ".weight", rows, columns))
        .toArray(Tensor[]::new);
  }

  private Map<String, Long> attention(String path) {
    Map<String, Long> rows = new LinkedHashMap<>();
    if (shape.fusedAttention()) {
      rows.put(path + names.attention().get(0), (long) shape.joinedHeads());
    } else {
      rows.put(path + names.attention().get(0), (long) shape.queryWidth());
      rows.put(path + names.attention().get(1), (long) shape.keyWidth());
      rows.put(path + names.attention().get(2), (long) shape.keyWidth());
    }
    return rows;
  }

  private Map<String, Long> gate(String path) {
    Map<String, Long> rows = new LinkedHashMap<>();
    long each = shape.fusedGate() ? shape.joinedGate() : shape.intermediate();
    names.mlp().forEach(module -> rows.put(path + module, each));
    return rows;
  }

  private void headNorms(String path) {
    switch (shape.norms().heads()) {
      case NONE -> {}
      case SHARED -> {
        headNorm(Role.QUERY_NORM, Role.QUERY_NORM_BIAS, path + names.queryNorm(), 1);
        headNorm(Role.KEY_NORM, Role.KEY_NORM_BIAS, path + names.keyNorm(), 1);
      }
      case WHOLE -> {
        headNorm(Role.QUERY_NORM, null, path + names.queryNorm(), shape.heads());
        headNorm(Role.KEY_NORM, null, path + names.keyNorm(), shape.keyValueHeads());
      }
      case OWN -> {
        ownNorms(Role.QUERY_NORM, path + names.queryNorm(), shape.heads());
        ownNorms(Role.KEY_NORM, path + names.keyNorm(), shape.keyValueHeads());
      }
    }
  }

  private void headNorm(Role role, Role bias, String path, int heads) {
    long width = (long) heads * shape.headSize();
    weight(role, Tensor.of(path + ".weight", width));
    if (shape.norms().headBiased()) {
      exact(bias, Tensor.of(path + ".bias", width));
    }
  }

  private void ownNorms(Role role, String path, int heads) {
    weight(
        role,
        IntStream.range(0, heads)
            .mapToObj(head -> Tensor.of(ownNorm(path, head) + ".weight", shape.headSize()))
            .toArray(Tensor[]::new));
  }

  /** The name of the norm of one head. */
  private static String ownNorm(String path, int head) {
    return path + ".norms." + head;
  }

  private void norm(Role role, Role bias, String path) {
    weight(role, Tensor.of(path + ".weight", hidden()));
    if (shape.norms().biased() && bias != null) {
      exact(bias, Tensor.of(path + ".bias", hidden()));
    }
  }

  private void linear(Role role, Role bias, boolean biased, long inputs, Map<String, Long> rows) {
    matrix(
        role,
        rows.entrySet().stream()
            .map(e -> Tensor.of(e.getKey() + ".weight", e.getValue(), inputs))
            .toArray(Tensor[]::new));
    if (biased) {
      matrix(
          bias,
          rows.entrySet().stream()
              .map(e -> Tensor.of(e.getKey() + ".bias", e.getValue()))
              .toArray(Tensor[]::new));
    }
  }

  private void matrix(Role role, Tensor... tensors) {
    put(role, new Joined(List.of(tensors), false, false, 0));
  }

  private void weight(Role role, Tensor... tensors) {
    put(role, new Joined(List.of(tensors), true, false, shape.norms().offset()));
  }

  private void exact(Role role, Tensor tensor) {
    put(role, new Joined(List.of(tensor), true, false, 0));
  }

  private void put(Role role, FrozenArray array) {
    places.putIfAbsent(role, all.size() - start);
    all.add(array);
  }

  private long hidden() {
    return shape.hidden();
  }

  private long vocabulary() {
    return shape.vocabulary();
  }

  /** The arrays in their order. */
  public List<FrozenArray> all() {
    return List.copyOf(all);
  }

  /** The arrays of the whole model, in front of those of the layers. */
  public int global() {
    return global;
  }

  /** The arrays of a layer. */
  public int perLayer() {
    return (all.size() - global) / shape.layers();
  }

  /** The place of an array among those of the whole model, or of its layer; 0 if there is none. */
  public int place(Role role) {
    return places.getOrDefault(role, 0);
  }

  /** Whether there is such an array. */
  public boolean has(Role role) {
    return places.containsKey(role);
  }

  /** The tensors that a checkpoint has, in the order of the forward pass. */
  public List<Tensor> tensors() {
    return all.stream()
        .flatMap(a -> a instanceof Joined joined ? joined.tensors().stream() : Stream.of())
        .toList();
  }
}
