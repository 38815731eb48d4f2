package io.flexora.formats.safetensors;

import io.flexora.files.durable.DurableFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor to write.
 *
 * @param name its name
 * @param type the type of its elements
 * @param shape its shape; empty for a scalar
 * @param content writes its elements, row-major and little-endian: as many bytes as type and shape
 *     have
 * @since 0.1
 */
public record Tensor(String name, DType type, List<Long> shape, DurableFile.Content content) {

  private static final int CHUNK_ELEMENTS = 1 << 14;

  /**
   * Copies the shape.
   *
   * @throws IllegalArgumentException if a dimension is negative
   */
  public Tensor {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException("tensor " + name + " has the shape " + shape);
    }
  }

  /** The number of bytes. */
  public long byteCount() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  /** Makes an F32 tensor of the values, which are not copied. */
  public static Tensor of(String name, List<Long> shape, float[] values) {
    return of(name, shape, values, 0).requireFit(values.length, true);
  }

  /**
   * Makes an F32 tensor of a part of the values, which are not copied.
   *
   * @param from the index of the tensor's first element in the values
   */
  public static Tensor of(String name, List<Long> shape, float[] values, int from) {
    return new Tensor(name, DType.F32, shape, out -> write(values, from, elements(shape), out))
        .requireFit(values.length - from, false);
  }

  /** Makes an F64 tensor of the values, which are not copied. */
  public static Tensor of(String name, List<Long> shape, double[] values) {
    return new Tensor(name, DType.F64, shape, out -> write(values, out))
        .requireFit(values.length, true);
  }

  /** Makes an I64 tensor of the values, which are not copied. */
  public static Tensor of(String name, List<Long> shape, long[] values) {
    return new Tensor(name, DType.I64, shape, out -> write(values, out))
        .requireFit(values.length, true);
  }

  /** Makes a tensor of any type from its bytes, which are not copied. */
  public static Tensor of(String name, DType type, List<Long> shape, byte[] bytes) {
    return new Tensor(name, type, shape, out -> out.write(bytes));
  }

  private Tensor requireFit(long available, boolean exactly) {
    long elements = elements(shape);
    if (elements > available || (exactly && elements != available)) {
      throw new IllegalArgumentException(
          "tensor " + name + " of shape " + shape + " does not fit the " + available + " values");
    }
    return this;
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static void write(float[] values, int from, long count, OutputStream out)
      throws IOException {
    byte[] bytes = new byte[CHUNK_ELEMENTS * Float.BYTES];
    ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.toIntExact(from + count);
    for (int at = from; at < end; at += CHUNK_ELEMENTS) {
      int n = Math.min(CHUNK_ELEMENTS, end - at);
      chunk.asFloatBuffer().put(values, at, n);
      out.write(bytes, 0, n * Float.BYTES);
    }
  }

  private static void write(double[] values, OutputStream out) throws IOException {
    byte[] bytes = new byte[CHUNK_ELEMENTS * Double.BYTES];
    ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += CHUNK_ELEMENTS) {
      int n = Math.min(CHUNK_ELEMENTS, values.length - at);
      chunk.asDoubleBuffer().put(values, at, n);
      out.write(bytes, 0, n * Double.BYTES);
    }
  }

  private static void write(long[] values, OutputStream out) throws IOException {
    byte[] bytes = new byte[CHUNK_ELEMENTS * Long.BYTES];
    ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += CHUNK_ELEMENTS) {
      int n = Math.min(CHUNK_ELEMENTS, values.length - at);
      chunk.asLongBuffer().put(values, at, n);
      out.write(bytes, 0, n * Long.BYTES);
    }
  }
}
