package io.flexora.model.decoder.family;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The dimensions of a decoder and the few things in which Llama-like families differ.
 *
 * <p>Every layer computes {@code x += o(attention(norm(x)))} and then {@code x += down(act(gate(h))
 * * up(h))} with {@code h = norm(x)}; norms are root-mean-square norms, positions are rotary in the
 * half-split form.
 *
 * @param family the {@code model_type} of the checkpoint, such as {@code llama}
 * @param layers the transformer layers
 * @param hidden the width of the hidden states
 * @param heads the query heads
 * @param keyValueHeads the key and value heads; divides {@code heads}
 * @param headSize the width of one head
 * @param intermediate the width of the gated layer
 * @param vocabulary the rows of the embedding
 * @param positions the longest sequence the model was made for, in tokens
 * @param rotary the rotary positions
 * @param normEpsilon what is added to the mean square in a norm
 * @param normOffset what is added to a norm's weight: 1 for Gemma, 0 elsewhere
 * @param headNorms whether query and key heads are normed each by itself (Qwen3)
 * @param activation the activation of the gated layer
 * @param queryKeyValueBias whether q_proj, k_proj and v_proj have a bias
 * @param outputBias whether o_proj has a bias
 * @param mlpBias whether gate_proj, up_proj and down_proj have a bias
 * @param embeddingScale what embeddings are multiplied by: sqrt(hidden) for Gemma, 1 elsewhere. It
 *     is not rounded; transformers rounds it to the type of the weights (in bfloat16, 55.4 to 55.5)
 * @param tiedHead whether the head is the embedding
 * @param windows for each layer how many positions back a token sees, itself included; 0 for all
 */
public record DecoderShape(
    String family,
    int layers,
    int hidden,
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediate,
    int vocabulary,
    int positions,
    Rotary rotary,
    double normEpsilon,
    double normOffset,
    boolean headNorms,
    Activation activation,
    boolean queryKeyValueBias,
    boolean outputBias,
    boolean mlpBias,
    double embeddingScale,
    boolean tiedHead,
    List<Integer> windows) {

  /** Copies the list. */
  public DecoderShape {
    windows = List.copyOf(windows);
  }

  /**
   * Reads the {@code config.json} of a checkpoint in Hugging Face form, as transformers 5 reads it.
   *
   * @param folder the folder of the checkpoint
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  public static DecoderShape ofFolder(Path folder) throws IOException {
    return ConfigShape.read(folder.resolve("config.json"));
  }

  /**
   * Reads the metadata of a GGUF file, as llama.cpp reads it.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  public static DecoderShape ofGguf(GgufFile file) throws IOException {
    return GgufShape.read(file);
  }

  /** The activation of a gated layer. */
  public enum Activation {
    /** x sigmoid(x). */
    SILU,
    /** The Gaussian error linear unit by its tanh approximation. */
    GELU_TANH,
    /** The Gaussian error linear unit. */
    GELU
  }

  /** The same with a head of its own. */
  public DecoderShape withOwnHead() {
    return new DecoderShape(
        family,
        layers,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        intermediate,
        vocabulary,
        positions,
        rotary,
        normEpsilon,
        normOffset,
        headNorms,
        activation,
        queryKeyValueBias,
        outputBias,
        mlpBias,
        embeddingScale,
        false,
        windows);
  }

  /** The rows of the matrix that joins q_proj, k_proj and v_proj. */
  public int joinedHeads() {
    return (heads + 2 * keyValueHeads) * headSize;
  }

  /** The number of the model's parameters; a tied head counts once. */
  public long parameters() {
    long attention = (long) joinedHeads() * hidden + (long) heads * headSize * hidden;
    long mlp = 3L * intermediate * hidden;
    long norms = 2L * hidden + (headNorms ? 2L * headSize : 0);
    long biases =
        (queryKeyValueBias ? joinedHeads() : 0)
            + (outputBias ? hidden : 0)
            + (mlpBias ? 2L * intermediate + hidden : 0);
    long ends = (long) vocabulary * hidden * (tiedHead ? 1 : 2) + hidden;
    return layers * (attention + mlp + norms + biases) + ends;
  }
}
