package io.flexora.model.decoder.shape;

import io.flexora.transformers.rotary.Rotary;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The computation of a decoder: its dimensions and the choices that families make.
 *
 * <p>Every layer adds attention and a feed-forward part to the hidden states: {@code x +=
 * after(o(attention(before(x))))} and {@code x += after(down(act(gate(h)) * up(h)))} with {@code h
 * = before(x)}; in a parallel layer both read the same {@code before(x)}.
 *
 * @param layers the transformer layers
 * @param hidden the width of the hidden states
 * @param heads the query heads
 * @param keyValueHeads the key and value heads; divides {@code heads}
 * @param headSize the width of one head
 * @param intermediate the width of the feed-forward part
 * @param vocabulary the rows of the embedding
 * @param positions the longest sequence the model was made for, in tokens
 * @param norms the norms
 * @param parallel whether attention and feed-forward part read the same normed states
 * @param activation the activation of the feed-forward part
 * @param gated whether the feed-forward part multiplies by a gate
 * @param fusedAttention whether q, k and v are one matrix in the checkpoint, and one module
 * @param fusedGate whether gate and up are one matrix in the checkpoint, and one module
 * @param biases which matrices have a bias
 * @param scales what intermediate results are multiplied or bounded by
 * @param experts the experts of the feed-forward part; empty if it is dense
 * @param tiedHead whether the head is the embedding
 * @param windows for each layer how many positions back a token sees, itself included; 0 for all
 * @param rotaries the rotary positions that layers choose from
 * @param rotaryOfLayer for each layer which of them it has, -1 for none
 * @param exactRotary whether the frequencies of unscaled rotary positions are those of float64
 *     where the model computes in it, not those of float32
 */
public record DecoderShape(
    int layers,
    int hidden,
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediate,
    int vocabulary,
    int positions,
    Norms norms,
    boolean parallel,
    Activation activation,
    boolean gated,
    boolean fusedAttention,
    boolean fusedGate,
    Biases biases,
    Scales scales,
    Optional<Experts> experts,
    boolean tiedHead,
    List<Integer> windows,
    List<Rotary> rotaries,
    List<Integer> rotaryOfLayer,
    boolean exactRotary) {

  /** Copies the lists. */
  public DecoderShape {
    windows = List.copyOf(windows);
    rotaries = List.copyOf(rotaries);
    rotaryOfLayer = List.copyOf(rotaryOfLayer);
  }

  /** The formula of a norm. */
  public enum NormKind {
    /** Divided by the root of the mean square. */
    RMS,
    /** The mean taken off first; with a bias. */
    LAYER
  }

  /** The norms of queries and keys. */
  public enum HeadNorms {
    /** Nothing. */
    NONE,
    /** Each head by itself, all with the same weight {@code [headSize]}. */
    SHARED,
    /** Each head by itself, with a weight of its own {@code [heads, headSize]} and no bias. */
    OWN,
    /** All heads together, with a weight {@code [heads * headSize]}. */
    WHOLE
  }

  /**
   * The norms.
   *
   * @param kind how they are computed
   * @param epsilon what is added to the mean square
   * @param offset what is added to a weight
   * @param before whether what attention and feed-forward part read is normed
   * @param after whether what they put out is normed
   * @param heads what is normed of queries and keys
   */
  public record Norms(
      NormKind kind,
      double epsilon,
      double offset,
      boolean before,
      boolean after,
      HeadNorms heads) {

    /** Whether a norm has a bias. */
    public boolean biased() {
      return kind == NormKind.LAYER;
    }

    /** Whether the norms of queries and keys have a bias. */
    public boolean headBiased() {
      return biased() && heads == HeadNorms.SHARED;
    }
  }

  /** The activation of a feed-forward part. */
  public enum Activation {
    /** x sigmoid(x). */
    SILU,
    /** The Gaussian error linear unit by its tanh approximation. */
    GELU_TANH,
    /** The Gaussian error linear unit. */
    GELU
  }

  /**
   * The matrices that have a bias.
   *
   * @param queryKeyValue those of queries, keys and values
   * @param output that after the attention
   * @param mlp those of the feed-forward part
   * @param head the head
   */
  public record Biases(boolean queryKeyValue, boolean output, boolean mlp, boolean head) {}

  /**
   * The factors and bounds of intermediate results.
   *
   * @param embedding embeddings are multiplied by it. It is not rounded; transformers rounds it to
   *     the type of the weights (in bfloat16, 55.4 to 55.5)
   * @param scores products of queries and keys are multiplied by it
   * @param residual what attention and feed-forward part put out is multiplied by it
   * @param logits logits are divided by it
   * @param scoreCap scores s become {@code cap tanh(s / cap)}
   * @param logitCap logits, too
   * @param clip queries, keys and values lie between this and its negative
   */
  public record Scales(
      double embedding,
      double scores,
      double residual,
      double logits,
      OptionalDouble scoreCap,
      OptionalDouble logitCap,
      OptionalDouble clip) {}

  /**
   * The experts of a feed-forward part, each of the width {@code intermediate}.
   *
   * @param count the experts of a layer
   * @param chosen the experts of a token, those with the largest logits of the router
   * @param normalised whether the shares of the chosen experts sum to one
   */
  public record Experts(int count, int chosen, boolean normalised) {}

  /** The same with a head of its own. */
  public DecoderShape withOwnHead() {
    return new DecoderShape(
        layers,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        intermediate,
        vocabulary,
        positions,
        norms,
        parallel,
        activation,
        gated,
        fusedAttention,
        fusedGate,
        biases,
        scales,
        experts,
        /* tiedHead= */ false,
        windows,
        rotaries,
        rotaryOfLayer,
        exactRotary);
  }

  /** The dimensions of a head that turn with the position. */
  public int rotaryDimensions() {
    return 2 * rotaries.get(0).frequencies().length;
  }

  /** The part of a head that turns with the position, at most 1. */
  public double rotaryPart() {
    double part = (double) rotaryDimensions() / headSize;
    // Readers cut off what is behind the point of headSize * part.
    return (int) (headSize * part) == rotaryDimensions() ? part : Math.nextUp(part);
  }

  /** The width of all query heads. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** The width of all key heads, and of all value heads. */
  public int keyWidth() {
    return keyValueHeads * headSize;
  }

  /** The rows of the matrix that joins queries, keys and values. */
  public int joinedHeads() {
    return queryWidth() + 2 * keyWidth();
  }

  /** The rows of the matrix that joins gate and up; of up alone without a gate. */
  public int joinedGate() {
    return gated ? 2 * intermediate : intermediate;
  }

  /**
   * The first thing in which another shape differs by more than the rounding of float32, in words.
   */
  public Optional<String> difference(DecoderShape other) {
    return new ShapeDifference(this, other).first();
  }

  /** Makes a shape, beginning with what Llama does. */
  public static final class Builder {
    private int layers;
    private int hidden;
    private int heads;
    private int keyValueHeads;
    private int headSize;
    private int intermediate;
    private int vocabulary;
    private int positions;
    private NormKind normKind = NormKind.RMS;
    private double epsilon;
    private double offset;
    private boolean before = true;
    private boolean after;
    private HeadNorms headNorms = HeadNorms.NONE;
    private boolean parallel;
    private Activation activation = Activation.SILU;
    private boolean gated = true;
    private boolean fusedAttention;
    private boolean fusedGate;
    private Biases biases = new Biases(false, false, false, false);
    private double embeddingScale = 1;
    private OptionalDouble scoreScale = OptionalDouble.empty();
    private double residualScale = 1;
    private double logitScale = 1;
    private OptionalDouble scoreCap = OptionalDouble.empty();
    private OptionalDouble logitCap = OptionalDouble.empty();
    private OptionalDouble clip = OptionalDouble.empty();
    private Optional<Experts> experts = Optional.empty();
    private boolean tiedHead;
    private List<Integer> windows = List.of();
    private List<Rotary> rotaries = List.of();
    private List<Integer> rotaryOfLayer = List.of();
    private boolean exactRotary;

    Builder() {}

    Builder sizes(int layers, int hidden, int heads, int keyValueHeads, int headSize) {
      this.layers = layers;
      this.hidden = hidden;
      this.heads = heads;
      this.keyValueHeads = keyValueHeads;
      this.headSize = headSize;
      return this;
    }

    Builder widths(int intermediate, int vocabulary, int positions) {
      this.intermediate = intermediate;
      this.vocabulary = vocabulary;
      this.positions = positions;
      return this;
    }

    Builder tiedHead(boolean tied) {
      this.tiedHead = tied;
      return this;
    }

    /** The layers. */
    public int layers() {
      return layers;
    }

    /** The width of the hidden states. */
    public int hidden() {
      return hidden;
    }

    /** The query heads. */
    public int heads() {
      return heads;
    }

    /** The width of a head. */
    public int headSize() {
      return headSize;
    }

    /** The longest sequence. */
    public int positions() {
      return positions;
    }

    /** Norms of this kind, with what is added to the mean square. */
    public Builder norms(NormKind kind, double epsilon) {
      this.normKind = kind;
      this.epsilon = epsilon;
      return this;
    }

    /** What is added to a norm's weight; 0 if not said. */
    public Builder normOffset(double offset) {
      this.offset = offset;
      return this;
    }

    /** Where norms stand; only before if not said. */
    public Builder normed(boolean before, boolean after) {
      this.before = before;
      this.after = after;
      return this;
    }

    /** The norms of queries and keys; none if not said. */
    public Builder headNorms(HeadNorms heads) {
      this.headNorms = heads;
      return this;
    }

    /** Whether attention and feed-forward part read the same; not if not said. */
    public Builder parallel(boolean parallel) {
      this.parallel = parallel;
      return this;
    }

    /** The activation; SiLU if not said. */
    public Builder activation(Activation activation) {
      this.activation = activation;
      return this;
    }

    /** A feed-forward part of two matrices. */
    public Builder withoutGate() {
      this.gated = false;
      return this;
    }

    /** Matrices that are one in the checkpoint. */
    public Builder fused() {
      this.fusedAttention = true;
      this.fusedGate = true;
      return this;
    }

    /** Which matrices of a layer have a bias; none if not said. */
    public Builder biases(boolean queryKeyValue, boolean output, boolean mlp) {
      this.biases = new Biases(queryKeyValue, output, mlp, biases.head);
      return this;
    }

    /** A head with a bias. */
    public Builder headBias() {
      this.biases = new Biases(biases.queryKeyValue, biases.output, biases.mlp, true);
      return this;
    }

    /** What embeddings are multiplied by; 1 if not said. */
    public Builder embeddingScale(double scale) {
      this.embeddingScale = scale;
      return this;
    }

    /** What scores are multiplied by; 1 / sqrt(headSize) if not said. */
    public Builder scoreScale(double scale) {
      this.scoreScale = OptionalDouble.of(scale);
      return this;
    }

    /** What is added to the hidden states is multiplied by it; 1 if not said. */
    public Builder residualScale(double scale) {
      this.residualScale = scale;
      return this;
    }

    /** Divisor of the logits; 1 by default. */
    public Builder logitScale(double scale) {
      this.logitScale = scale;
      return this;
    }

    /** The bounds of scores and logits; none if not said. */
    public Builder softCaps(OptionalDouble scores, OptionalDouble logits) {
      this.scoreCap = scores;
      this.logitCap = logits;
      return this;
    }

    /** The bound of queries, keys and values; none if not said. */
    public Builder clip(OptionalDouble bound) {
      this.clip = bound;
      return this;
    }

    /** The experts of the feed-forward part, which is dense if not said. */
    public Builder experts(Experts experts) {
      this.experts = Optional.of(experts);
      return this;
    }

    /** Another width of the feed-forward part. */
    public Builder intermediate(int width) {
      this.intermediate = width;
      return this;
    }

    /** The window of each layer; none if not said. */
    public Builder windows(List<Integer> windows) {
      this.windows = windows;
      return this;
    }

    /** The same rotary positions in each layer. */
    public Builder rotary(Rotary rotary) {
      this.rotaries = List.of(rotary);
      return this;
    }

    /** The same in each layer, in float64 where the model computes in it. */
    public Builder exactRotary(Rotary rotary) {
      this.exactRotary = true;
      return rotary(rotary);
    }

    /** Rotary positions by layer; the first ones in all if not said. */
    public Builder rotaries(List<Rotary> rotaries, List<Integer> ofLayer) {
      this.rotaries = rotaries;
      this.rotaryOfLayer = ofLayer;
      return this;
    }

    /** Layers without rotary positions. */
    public Builder rotaryWhere(List<Boolean> has) {
      this.rotaryOfLayer = has.stream().map(turns -> turns ? 0 : -1).toList();
      return this;
    }

    /** The shape. */
    public DecoderShape build() {
      List<Integer> none = Collections.nCopies(layers, 0);
      return new DecoderShape(
          layers,
          hidden,
          heads,
          keyValueHeads,
          headSize,
          intermediate,
          vocabulary,
          positions,
          new Norms(normKind, epsilon, offset, before, after, headNorms),
          parallel,
          activation,
          gated,
          fusedAttention,
          fusedGate,
          biases,
          new Scales(
              embeddingScale,
              scoreScale.orElse(1 / Math.sqrt(headSize)),
              residualScale,
              logitScale,
              scoreCap,
              logitCap,
              clip),
          experts,
          tiedHead,
          windows.isEmpty() ? none : windows,
          rotaries,
          rotaryOfLayer.isEmpty() ? none : rotaryOfLayer,
          exactRotary);
    }
  }
}
