package io.flexora.transformers.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.checkpoint.GgufForm;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A decoder-only language model as its family describes it: sizes, the names of its tensors, and
 * the TorchScript of a layer. Training, scoring, generation and export need nothing else.
 *
 * <p><b>Arrays.</b> The first three of {@link #arrays} are the token embedding {@code [vocabulary,
 * hidden]}, the head {@code [vocabulary, hidden]} (the same array if it is tied) and a norm of the
 * whole model, whose type is that of the hidden states. Matrices are {@code [outputs, inputs]}.
 *
 * <p><b>TorchScript.</b> {@link #torchScript} brings these methods, indented by two spaces; {@code
 * w} are the arrays, {@code n} counts packed tokens:
 *
 * <pre>{@code
 * # The input of the first layer [n, hidden], of the type of w[2].
 * def embedded(self, w: List[Tensor], ids: Tensor, positions: Tensor) -> Tensor:
 *
 * # Two arrays that heads needs of the tokens' positions, such as cosines and sines, of the type of
 * # like; last [n] is for each token the last position of its text.
 * def turns(self, positions: Tensor, last: Tensor, w: List[Tensor], like: Tensor) -> List[Tensor]:
 *
 * # Queries [n, heads, head_size], scaled, keys and values [n, key_heads, head_size], of the type
 * # of w[0], and whatever else rest needs of them.
 * def heads(self, x: Tensor, w: List[Tensor], i: int, turn: List[Tensor], adapted: bool, p: List[Tensor], gate: Tensor, seeds: List[int]) -> List[Tensor]:
 *
 * # The output of layer i from its input x, what the attention made [n, heads * head_size], and
 * # what heads gave.
 * def rest(self, x: Tensor, context: Tensor, qkv: List[Tensor], w: List[Tensor], i: int, adapted: bool, p: List[Tensor], gate: Tensor, seeds: List[int]) -> Tensor:
 *
 * # What the head reads of the last layer's output, of the type of w[1].
 * def last_norm(self, x: Tensor, w: List[Tensor]) -> Tensor:
 * }</pre>
 *
 * <p>Of experts, {@code rest} appends to {@code qkv}, where {@code ${balanced}}, the probabilities
 * that a router gives them, and behind these 1 for each that is chosen and 0 for the others {@code
 * [n, 2 * experts]}.
 *
 * <p>{@code embedded} takes the embeddings of tokens from {@code self.token_rows(w, ids)}, as
 * {@code w[0]} and {@code w[1]} have no numbers but only the type where they stay quantised. A
 * frozen matrix is applied by {@code self.projected(x, weight, bias, biased)}, and where {@code
 * adapted}, its output {@code y} becomes {@code self.adapt_NAME(x, y, weight, p, gate, seeds)},
 * dots of the module's name as underscores. There are also {@code self.rms_norm(x, weight,
 * epsilon)}, {@code self.layer_norm(x, weight, bias, epsilon)}, {@code self.residual(x, y)} and
 * {@code self.rotated(x, cos, sin, scale)}, which turns the two halves of the first {@code 2 *
 * size(cos, -1)} numbers of each head and multiplies the others by the scale. The first array of
 * layer {@code i} is {@code w[${globals} + ${per_layer} * i]}; {@code ${heads}}, {@code
 * ${key_heads}}, {@code ${head_size}}, {@code ${query_width}} and {@code ${key_width}} are filled
 * in, too.
 *
 * @since 0.1
 */
@ConsumerType
public interface CausalDescription {

  /** The name of the family, such as {@code llama}: the model's {@code model_type}. */
  String modelType();

  /** The transformer layers. */
  int layers();

  /** The width of the hidden states. */
  int hidden();

  /** The rows of the embedding. */
  int vocabulary();

  /** The longest sequence the model was made for, in tokens. */
  int positions();

  /**
   * The longest text whose tokens turn as those of a short text, where the text's length changes
   * what {@code turns} gives for all of its tokens, as in LongRoPE.
   */
  default OptionalInt shortText() {
    return OptionalInt.empty();
  }

  /** Whether the description says that the head is the embedding. */
  boolean tiedHead();

  /** The same with a head of its own. */
  CausalDescription withOwnHead();

  /** The attention of the layers. */
  AttentionShape attention();

  /** The head. */
  default HeadShape head() {
    return HeadShape.PLAIN;
  }

  /** What the arrays that the text computes with are made of. */
  FrozenArrays arrays();

  /** The modules of a layer that can be adapted, in the order of the forward pass. */
  List<ModuleShape> modules();

  /** The experts of each layer; empty where the feed-forward part is the modules' alone. */
  default Optional<ExpertShape> experts() {
    return Optional.empty();
  }

  /** The names of the modules that PEFT adapts where nothing is said. */
  List<String> defaultTargets();

  /** The family's methods, its own constants filled in. */
  String torchScript();

  /**
   * The name in Hugging Face form, as {@link #arrays} and {@link #modules} have it, of a tensor by
   * its name in a checkpoint's files, where a prefix may be left out.
   *
   * @return empty for a tensor that is of no use, such as a buffer of older releases
   */
  default Optional<String> tensorName(String inFiles) {
    return Optional.of(inFiles);
  }

  /** How GGUF files have the model; empty if it is not read from and written to GGUF. */
  default Optional<GgufForm> gguf() {
    return Optional.empty();
  }
}
