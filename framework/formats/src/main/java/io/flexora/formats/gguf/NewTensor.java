package io.flexora.formats.gguf;

import io.flexora.files.durable.DurableFile;
import java.io.IOException;
import java.util.List;

/**
 * A tensor to write.
 *
 * @param name its name
 * @param shape its shape, row-major; at most four dimensions, empty for a scalar
 * @param type the type of its elements
 * @param content writes its bytes: as many as type and shape have
 * @since 0.1
 */
public record NewTensor(String name, List<Long> shape, GgufType type, DurableFile.Content content) {

  /** Gives the elements of a tensor, a stretch at a time and from the first to the last. */
  @FunctionalInterface
  public interface ElementSource {

    /**
     * Fills the start of the target.
     *
     * @param first the index of the first element that is asked for, row-major
     * @param target takes the elements from its start on
     * @param count how many elements are asked for
     * @throws IOException if they cannot be had
     */
    void read(long first, float[] target, int count) throws IOException;
  }

  /**
   * Copies the shape.
   *
   * @throws IllegalArgumentException if the shape is not one that the type can have
   */
  public NewTensor {
    shape = List.copyOf(shape);
    try {
      RawTensor.byteCount(name, shape, type);
    } catch (BrokenGgufRule e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Makes a tensor of numbers, which are turned into the type as llama.cpp's reference does.
   *
   * @param type F32, F16, BF16 or Q8_0
   * @throws IllegalArgumentException for another type or a shape that the type cannot have
   */
  public static NewTensor of(String name, List<Long> shape, GgufType type, ElementSource elements) {
    BlockQuantiser quantiser =
        BlockQuantiser.of(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tensor '"
                            + name
                            + "' cannot be written as "
                            + type
                            + "; accepted are F32, F16, BF16 and Q8_0"));
    long size = shape.stream().reduce(1L, Math::multiplyExact);
    return new NewTensor(
        name, shape, type, out -> quantiser.writeAll(name, type, size, elements, out));
  }

  /** The number of bytes. */
  public long byteCount() {
    try {
      return RawTensor.byteCount(name, shape, type);
    } catch (BrokenGgufRule e) {
      throw new IllegalStateException(e);
    }
  }
}
