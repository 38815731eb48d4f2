package io.flexora.model.decoder.shape;

import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The names of a decoder's tensors in GGUF, and what llama.cpp does with their numbers. */
public final class GgufNames {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");

  /** The index of what is stacked, behind that of a layer. */
  private static final Pattern INDEX =
      Pattern.compile("(layers\\.\\d{1,6}\\..+)\\.\\d{1,6}(?=\\.)");

  private static final String OF_HEAD = ".norms.%d";
  private static final Pattern LAYER =
      Pattern.compile("model\\.layers\\.(\\d{1,6})\\.([\\w.]+)\\.(weight|bias)");

  private final Map<String, String> whole = new HashMap<>();
  private final Map<String, String> ofLayer = new HashMap<>();
  private final Map<String, String> wholeBack = new HashMap<>();
  private final Map<String, String> ofLayerBack = new HashMap<>();
  private final Set<String> turned = new HashSet<>();
  private final Map<String, List<String>> stacked = new HashMap<>();
  private final double normOffset;

  /**
   * Names the tensors.
   *
   * @param names the names in Hugging Face form
   * @param neighboursTurn whether llama.cpp turns neighbours of a head, and has the rows of q and k
   *     in the order for that
   */
  public GgufNames(DecoderShape shape, TensorNames names, boolean neighboursTurn) {
    this.normOffset = shape.norms().offset();
    whole("token_embd", TensorNames.EMBEDDING);
    whole("output_norm", names.lastNorm());
    whole("output", TensorNames.HEAD);
    ofLayer("attn_norm", names.attentionNorm());
    List<String> attention = names.attention();
    if (shape.fusedAttention()) {
      ofLayer("attn_qkv", attention.get(0));
    } else {
      ofLayer("attn_q", attention.get(0));
      ofLayer("attn_k", attention.get(1));
      ofLayer("attn_v", attention.get(2));
      if (neighboursTurn) {
        turned.addAll(attention.subList(0, 2));
      }
    }
    if (shape.norms().heads() != HeadNorms.NONE) {
      ofLayer("attn_q_norm", names.queryNorm());
      ofLayer("attn_k_norm", names.keyNorm());
    }
    if (shape.norms().heads() == HeadNorms.OWN) {
      stacked("attn_q_norm", names.queryNorm() + OF_HEAD, shape.heads());
      stacked("attn_k_norm", names.keyNorm() + OF_HEAD, shape.keyValueHeads());
    }
    ofLayer("attn_output", names.output());
    ofLayer("post_attention_norm", names.attentionAfter());
    ofLayer("ffn_norm", names.mlpNorm());
    shape.experts().ifPresentOrElse(experts -> sparse(names, experts.count()), () -> dense(names));
    ofLayer("post_ffw_norm", names.mlpAfter());
  }

  private void dense(TensorNames names) {
    List<String> mlp = names.mlp();
    ofLayer("ffn_up", mlp.get(mlp.size() - 1));
    if (mlp.size() > 1) {
      ofLayer("ffn_gate", mlp.get(0));
    }
    ofLayer("ffn_down", names.down());
  }

  private void sparse(TensorNames names, int experts) {
    ofLayer("ffn_gate_inp", names.router());
    stacked("ffn_gate_exps", names.mlp().get(0), experts);
    stacked("ffn_up_exps", names.mlp().get(1), experts);
    stacked("ffn_down_exps", names.down(), experts);
  }

  /** One tensor for many modules, in whose name their index is to be filled in. */
  private void stacked(String gguf, String module, int count) {
    stacked.put(gguf, IntStream.range(0, count).mapToObj(module::formatted).toList());
    ofLayerBack.put(module.replace(".%d", ""), gguf);
  }

  private void whole(String gguf, String huggingFace) {
    whole.put(gguf, huggingFace);
    wholeBack.put(huggingFace, gguf);
  }

  private void ofLayer(String gguf, String huggingFace) {
    if (!huggingFace.isEmpty()) {
      ofLayer.put(gguf, huggingFace);
      ofLayerBack.put(huggingFace, gguf);
    }
  }

  /** The name in Hugging Face form; empty if it has none. */
  public Optional<String> toHuggingFace(String name) {
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      return Optional.ofNullable(ofLayer.get(block.group(2)))
          .map(
              module ->
                  TensorNames.LAYER.formatted(Integer.parseInt(block.group(1)))
                      + module
                      + "."
                      + block.group(3));
    }
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? Optional.empty()
        : Optional.ofNullable(whole.get(name.substring(0, dot)))
            .map(module -> module + name.substring(dot));
  }

  /** The names in Hugging Face form of what a tensor has below each other. */
  public List<String> stacked(String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return List.of();
    }
    String path = TensorNames.LAYER.formatted(Integer.parseInt(block.group(1)));
    return stacked.getOrDefault(block.group(2), List.of()).stream()
        .map(module -> path + module + "." + block.group(3))
        .toList();
  }

  /**
   * The name in GGUF; the same for all that is stacked.
   *
   * @throws IllegalArgumentException if it is no tensor of the decoder in Hugging Face form
   */
  public String toGguf(String name) {
    Matcher layer = LAYER.matcher(INDEX.matcher(name).replaceFirst("$1"));
    if (layer.matches() && ofLayerBack.containsKey(layer.group(2))) {
      return "blk." + layer.group(1) + "." + ofLayerBack.get(layer.group(2)) + "." + layer.group(3);
    }
    int dot = name.lastIndexOf('.');
    String found = wholeBack.get(name.substring(0, Math.max(0, dot)));
    if (found == null) {
      throw new IllegalArgumentException("no tensor of a decoder: " + name);
    }
    return found + name.substring(dot);
  }

  /**
   * Whether llama.cpp has the rows of a tensor in its own order, by the name in Hugging Face form.
   */
  public boolean permuted(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.matches() && turned.contains(layer.group(2));
  }

  /** What llama.cpp has added to the numbers of a tensor, by the name in Hugging Face form. */
  public double added(String name) {
    return name.endsWith("norm.weight") ? normOffset : 0;
  }
}
