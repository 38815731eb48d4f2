package io.flexora.model.decoder.family;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufTensor;
import io.flexora.model.decoder.family.DecoderShape.Activation;
import io.flexora.transformers.config.Keys;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A decoder's shape from the metadata of a GGUF file, by the rules of llama.cpp; its tensors say
 * which biases there are. Mistral is a llama there.
 */
final class GgufShape {
  private static final String ARCHITECTURE = "general.architecture";
  private static final String FREQUENCIES = "rope_freqs.weight";

  private final GgufFile file;
  private final Keys keys;
  private final Family family;

  private GgufShape(GgufFile file, Keys keys, Family family) {
    this.file = file;
    this.keys = keys;
    this.family = family;
  }

  static DecoderShape read(GgufFile file) throws IOException {
    Keys keys = keys(file);
    String name = keys.text(ARCHITECTURE).orElseThrow(() -> keys.missing(ARCHITECTURE));
    Family family =
        Family.named(name)
            .filter(known -> known != Family.MISTRAL)
            .orElseThrow(
                () ->
                    keys.unsupported(
                        ARCHITECTURE,
                        name,
                        "the architectures that this backend computes are llama, qwen2, qwen3 and gemma"));
    return new GgufShape(file, keys, family).shape();
  }

  private static Keys keys(GgufFile file) {
    return new Keys(file.path().toString()) {
      @Override
      public Optional<Object> value(String key) {
        return Optional.ofNullable(file.metadata().get(key));
      }
    };
  }

  private String key(String name) {
    return family.modelType() + "." + name;
  }

  private int size(String name, OptionalInt absent, int most) {
    return keys.size(key(name), absent, most);
  }

  private DecoderShape shape() throws IOException {
    refuseUnsupported();
    int layers = size("block_count", OptionalInt.empty(), Limits.LAYERS);
    int hidden = size("embedding_length", OptionalInt.empty(), Limits.WIDTH);
    int heads = sameInAllLayers("attention.head_count", OptionalInt.empty());
    int keyValueHeads = sameInAllLayers("attention.head_count_kv", OptionalInt.of(heads));
    int headSize = headSize(hidden, heads);
    if (heads % keyValueHeads != 0) {
      throw keys.wrong(key("attention.head_count_kv"), keyValueHeads, "a divisor of " + heads);
    }
    int positions = size("context_length", OptionalInt.empty(), Limits.POSITIONS);
    return Limits.checked(
        keys.where(),
        new DecoderShape(
            family.modelType(),
            layers,
            hidden,
            heads,
            keyValueHeads,
            headSize,
            sameInAllLayers("feed_forward_length", OptionalInt.empty()),
            vocabulary(),
            positions,
            rotary(headSize),
            epsilon(),
            family.normOffset(),
            family.headNorms(),
            family == Family.GEMMA ? Activation.GELU_TANH : Activation.SILU,
            file.has("blk.0.attn_q.bias"),
            file.has("blk.0.attn_output.bias"),
            file.has("blk.0.ffn_gate.bias"),
            family.embeddingScale(hidden),
            !file.has("output.weight"),
            Collections.nCopies(layers, window(positions))));
  }

  private void refuseUnsupported() {
    refuseUnlessZero("expert_count", "mixtures of experts are not supported");
    refuseUnlessZero("final_logit_softcapping", "soft caps are not supported");
    refuseUnlessZero("attn_logit_softcapping", "soft caps are not supported");
    refuseUnlessZero("attention.scale", "another scale of attention scores is not supported");
    refuseUnlessZero("embedding_scale", "scaled embeddings are not supported");
    refuseUnlessZero("residual_scale", "scaled residuals are not supported");
    refuseUnlessZero("logit_scale", "scaled logits are not supported");
    refuseUnlessZero("attention.clamp_kqv", "clipped queries, keys and values are not supported");
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
    int size = size(name, OptionalInt.of(hidden / heads), Limits.WIDTH);
    requireSame("attention.value_length", size, "values as wide as keys");
    requireSame("rope.dimension_count", size, "rotary positions on whole heads");
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
    List<Long> shape = file.has(name) ? file.tensor(name).shape() : List.of();
    long rows = shape.size() == 2 ? shape.get(0) : 0;
    if (rows < 1 || rows > Limits.VOCABULARY) {
      throw new FlexoraException(
          keys.where()
              + " has no token embeddings: its tensor '"
              + name
              + "' has the shape "
              + shape);
    }
    int tokens = file.metadata().findStrings("tokenizer.ggml.tokens").map(List::size).orElse(0);
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

  private double epsilon() {
    String name = key("attention.layer_norm_rms_epsilon");
    double epsilon = keys.number(name).orElseThrow(() -> keys.missing(name));
    if (!(epsilon > 0 && epsilon < 1)) {
      throw keys.wrong(name, epsilon, "a number between 0 and 1");
    }
    return epsilon;
  }

  private int window(int positions) {
    String name = key("attention.sliding_window");
    int window = keys.integer(name).orElse(0);
    if (window == 0 || window >= positions) {
      return 0;
    }
    if (window < 0) {
      throw keys.wrong(name, window, "a number of positions");
    }
    if (family != Family.LLAMA) {
      throw keys.unsupported(
          name, window, "which layers of a " + family.modelType() + " have a window is not known");
    }
    return window;
  }

  private Rotary rotary(int headSize) throws IOException {
    double base = keys.number(key("rope.freq_base")).orElse(10_000);
    if (!(base > 1)) {
      throw keys.wrong(key("rope.freq_base"), base, "a number above 1");
    }
    float[] plain = Frequencies.plain(base, headSize);
    double attentionFactor = keys.number(key("rope.scaling.attn_factor")).orElse(1);
    if (attentionFactor != 1) {
      throw keys.unsupported(
          key("rope.scaling.attn_factor"), attentionFactor, "only 1 is supported");
    }
    return new Rotary(base, scaled(file.has(FREQUENCIES) ? divided(plain) : plain), 1);
  }

  private float[] divided(float[] plain) throws IOException {
    GgufTensor tensor = file.tensor(FREQUENCIES);
    if (!tensor.shape().equals(List.of((long) plain.length))) {
      throw new FlexoraException(
          keys.where()
              + (": the tensor '" + FREQUENCIES + "' has the shape " + tensor.shape())
              + (", not [" + plain.length + "]"));
    }
    float[] factors = new float[plain.length];
    file.readFloats(FREQUENCIES, 0, factors);
    for (float factor : factors) {
      if (!(factor > 0) || Float.isInfinite(factor)) {
        throw keys.wrong(FREQUENCIES, factor, "positive numbers");
      }
    }
    return Frequencies.divided(plain, factors);
  }

  private float[] scaled(float[] frequencies) {
    String key = key("rope.scaling.type");
    String type = keys.text(key).orElse(olderFactor().isPresent() ? "linear" : "none");
    return switch (type) {
      case "none" -> frequencies;
      case "linear" -> Frequencies.linear(frequencies, factor());
      default ->
          throw keys.unsupported(
              key, type, "only none, linear and the tensor " + FREQUENCIES + " are supported");
    };
  }

  private Optional<Object> olderFactor() {
    return keys.value(key("rope.scale_linear"));
  }

  private double factor() {
    String key = key(olderFactor().isPresent() ? "rope.scale_linear" : "rope.scaling.factor");
    double factor = keys.number(key).orElse(1);
    if (!(factor > 0)) {
      throw keys.wrong(key, factor, "a number above 0");
    }
    return factor;
  }
}
