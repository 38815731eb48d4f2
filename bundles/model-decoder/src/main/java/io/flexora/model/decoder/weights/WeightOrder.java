package io.flexora.model.decoder.weights;

import io.flexora.model.decoder.family.DecoderShape;

/**
 * The order of a model's frozen arrays as its TorchScript text reads them: {@value #GLOBAL} of the
 * whole model, then {@value #PER_LAYER} of each layer. Where a family has no such array, a tensor
 * without elements stands in its place.
 */
public final class WeightOrder {

  /** Arrays of the whole model, in front of those of the layers. */
  public static final int GLOBAL = 4;

  /** Token embeddings {@code [vocabulary, hidden]}, in the compute type. */
  public static final int EMBEDDING = 0;

  /** The head {@code [vocabulary, hidden]}, in the compute type; the very same array if tied. */
  public static final int HEAD = 1;

  /** The weight of the last norm {@code [hidden]}, offset included. */
  public static final int LAST_NORM = 2;

  /** The frequencies of the rotary positions {@code [headSize / 2]}, always float32. */
  public static final int FREQUENCIES = 3;

  /** Arrays of a layer. */
  public static final int PER_LAYER = 12;

  /** The weight of the norm in front of the attention {@code [hidden]}, offset included. */
  public static final int ATTENTION_NORM = 0;

  /** q_proj, k_proj and v_proj below each other {@code [joinedHeads, hidden]}, compute type. */
  public static final int QUERY_KEY_VALUE = 1;

  /** Their bias {@code [joinedHeads]}, compute type. */
  public static final int QUERY_KEY_VALUE_BIAS = 2;

  /** The weight of the norm of each query head {@code [headSize]}. */
  public static final int QUERY_NORM = 3;

  /** The weight of the norm of each key head {@code [headSize]}. */
  public static final int KEY_NORM = 4;

  /** o_proj {@code [hidden, heads * headSize]}, compute type. */
  public static final int OUTPUT = 5;

  /** Its bias {@code [hidden]}, compute type. */
  public static final int OUTPUT_BIAS = 6;

  /** The weight of the norm in front of the gated layer {@code [hidden]}, offset included. */
  public static final int MLP_NORM = 7;

  /** gate_proj and up_proj below each other {@code [2 intermediate, hidden]}, compute type. */
  public static final int GATE_UP = 8;

  /** Their bias {@code [2 intermediate]}, compute type. */
  public static final int GATE_UP_BIAS = 9;

  /** down_proj {@code [hidden, intermediate]}, compute type. */
  public static final int DOWN = 10;

  /** Its bias {@code [hidden]}, compute type. */
  public static final int DOWN_BIAS = 11;

  private WeightOrder() {}

  /**
   * Where the matrix of a module is.
   *
   * @param array which of a layer's arrays holds it
   * @param first its first row in that
   */
  public record Rows(int array, long first) {}

  /** Where the matrix of a module is, by its name in {@code target_modules}. */
  public static Rows rows(String module, DecoderShape shape) {
    long queries = (long) shape.heads() * shape.headSize();
    long keys = (long) shape.keyValueHeads() * shape.headSize();
    return switch (module) {
      case "q_proj" -> new Rows(QUERY_KEY_VALUE, 0);
      case "k_proj" -> new Rows(QUERY_KEY_VALUE, queries);
      case "v_proj" -> new Rows(QUERY_KEY_VALUE, queries + keys);
      case "o_proj" -> new Rows(OUTPUT, 0);
      case "gate_proj" -> new Rows(GATE_UP, 0);
      case "up_proj" -> new Rows(GATE_UP, shape.intermediate());
      case "down_proj" -> new Rows(DOWN, 0);
      default -> throw new IllegalArgumentException("no matrix of '" + module + "'");
    };
  }
}
