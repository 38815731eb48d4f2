package {{package}};

import ai.djl.ndarray.types.DataType;
import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}; in YAML, {@code hidden_size} is {@code hiddenSize}. */
public record {{type}}Options(
    @Option(doc = "transformer layers", byDefault = "6", min = 1) int layers,
    @Option(doc = "width of the hidden states", byDefault = "64", min = 1) int hiddenSize,
    @Option(doc = "attention heads", byDefault = "4", min = 1) int heads,
    @Option(doc = "width inside of the feed-forward part", byDefault = "128", min = 1) int innerSize,
    @Option(doc = "the longest text, in bytes; what is longer is cut", byDefault = "64", min = 2)
        int maxTokens,
    @Option(doc = "the seed of the frozen weights", byDefault = "1") long weightSeed,
    @Option(doc = "float32, or float64 to check numbers", byDefault = "float32")
        ComputeType computeDtype) {

  /** The type that the model computes in. */
  public enum ComputeType {
    /** Single precision. */
    FLOAT32(DataType.FLOAT32),
    /** Double precision. */
    FLOAT64(DataType.FLOAT64);

    private final DataType type;

    ComputeType(DataType type) {
      this.type = type;
    }

    /** The type of the arrays. */
    DataType type() {
      return type;
    }
  }

  /**
   * Checks what no bound says.
   *
   * @throws IllegalArgumentException if the heads do not divide the hidden size
   */
  public {{type}}Options {
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hidden_size: %d is not divisible by the %d heads".formatted(hiddenSize, heads));
    }
  }
}
