package io.flexora.formats.bitsandbytes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flexora.formats.safetensors.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The quantisation state that bitsandbytes writes beside the bytes of a matrix.
 *
 * @param shape the matrix, {@code [outputs, inputs]}
 * @param type the type that its values are rounded to
 * @param blockSize how many numbers share a scale
 * @param scalesBlockSize how many scales share one in turn; 0 if they are stored as they are
 * @param offset what is added to each scale
 */
record QuantState(List<Long> shape, DType type, int blockSize, int scalesBlockSize, float offset) {

  private static final int MOST_BLOCK = 1 << 16;
  private static final JsonFactory FACTORY = new JsonFactory();

  /**
   * Parses a state.
   *
   * @throws IllegalArgumentException if it is not one; the message says why
   */
  static QuantState parse(byte[] json) {
    List<Long> shape = new ArrayList<>();
    DType type = null;
    int block = 0;
    int scalesBlock = 0;
    float offset = 0;
    try (JsonParser parser = FACTORY.createParser(json)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        require(key != null && parser.nextToken() != null, "it ends early");
        switch (key) {
          case "shape" -> shape.addAll(shape(parser));
          case "dtype" -> type = type(parser.getText());
          case "blocksize" -> block = size(key, parser);
          case "nested_blocksize" -> scalesBlock = size(key, parser);
          case "nested_offset" -> offset = parser.getFloatValue();
          default -> parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
    require(shape.size() == 2, "its shape is " + shape + ", not that of a matrix");
    require(type != null, "it has no dtype");
    require(block > 0, "it has no blocksize");
    require(Float.isFinite(offset), "its nested_offset is " + offset);
    return new QuantState(List.copyOf(shape), type, block, scalesBlock, offset);
  }

  private static List<Long> shape(JsonParser parser) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, "its shape is no list");
    List<Long> shape = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, "its shape is no list of sizes");
      long size = parser.getLongValue();
      require(size > 0 && size <= Integer.MAX_VALUE, "its shape has the size " + size);
      shape.add(size);
    }
    return shape;
  }

  private static DType type(String name) {
    return switch (name) {
      case "float32" -> DType.F32;
      case "float16" -> DType.F16;
      case "bfloat16" -> DType.BF16;
      default ->
          throw new IllegalArgumentException(
              "its dtype is '" + name + "'; accepted are float32, float16 and bfloat16");
    };
  }

  /** Both sizes are powers of two in what bitsandbytes writes. */
  private static int size(String key, JsonParser parser) throws IOException {
    int size = parser.getIntValue();
    require(
        size >= 2 && size <= MOST_BLOCK && Integer.bitCount(size) == 1,
        "its " + key + " is " + size + ", not a power of two up to " + MOST_BLOCK);
    return size;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
