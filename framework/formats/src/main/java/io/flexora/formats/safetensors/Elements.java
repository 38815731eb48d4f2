package io.flexora.formats.safetensors;

import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Turns the bytes of tensors into numbers, a chunk at a time. */
final class Elements {

  private static final int CHUNK_BYTES = 1 << 18;

  /** Takes the elements of a chunk. */
  private interface Sink {
    void take(ByteBuffer chunk, int firstElement, int elements);
  }

  private Elements() {}

  static float[] floats(SafetensorsFile file, TensorInfo tensor) throws IOException {
    float[] values = new float[elements(file, tensor)];
    floats(file, tensor, 0, FloatBuffer.wrap(values));
    return values;
  }

  static void floats(SafetensorsFile file, TensorInfo tensor, long first, FloatBuffer into)
      throws IOException {
    Sink sink =
        switch (tensor.type()) {
          case F32 -> (chunk, at, n) -> into.put(chunk.asFloatBuffer().limit(n));
          case F16 -> (chunk, at, n) -> putHalves(chunk, n, into);
          case BF16 -> (chunk, at, n) -> putBfloat16s(chunk, n, into);
          case F64 -> (chunk, at, n) -> putRounded(chunk, n, into);
          default -> throw unfit(file, tensor, "F32, F16, BF16 and F64");
        };
    each(file, tensor, first, into.remaining(), sink);
  }

  private static void putHalves(ByteBuffer chunk, int count, FloatBuffer into) {
    for (int i = 0; i < count; i++) {
      into.put(Half.value(chunk.getShort(2 * i)));
    }
  }

  private static void putBfloat16s(ByteBuffer chunk, int count, FloatBuffer into) {
    for (int i = 0; i < count; i++) {
      into.put(Bfloat16.value(chunk.getShort(2 * i)));
    }
  }

  private static void putRounded(ByteBuffer chunk, int count, FloatBuffer into) {
    for (int i = 0; i < count; i++) {
      into.put((float) chunk.getDouble(8 * i));
    }
  }

  static double[] doubles(SafetensorsFile file, TensorInfo tensor) throws IOException {
    double[] values = new double[elements(file, tensor)];
    each(
        file,
        tensor,
        switch (tensor.type()) {
          case F64 -> (chunk, at, n) -> chunk.asDoubleBuffer().get(values, at, n);
          case F32, F16, BF16 ->
              (chunk, at, n) -> {
                for (int i = 0; i < n; i++) {
                  values[at + i] = real(tensor.type(), chunk, i);
                }
              };
          default -> throw unfit(file, tensor, "F64, F32, F16 and BF16");
        });
    return values;
  }

  static long[] longs(SafetensorsFile file, TensorInfo tensor) throws IOException {
    long[] values = new long[elements(file, tensor)];
    switch (tensor.type()) {
      case BOOL, U8, I8, I16, I32, I64 ->
          each(
              file,
              tensor,
              (chunk, at, n) -> {
                for (int i = 0; i < n; i++) {
                  values[at + i] = whole(tensor.type(), chunk, i);
                }
              });
      default -> throw unfit(file, tensor, "BOOL, U8, I8, I16, I32 and I64");
    }
    return values;
  }

  private static void each(SafetensorsFile file, TensorInfo tensor, Sink sink) throws IOException {
    each(file, tensor, 0, (int) tensor.size(), sink);
  }

  private static void each(
      SafetensorsFile file, TensorInfo tensor, long first, int count, Sink sink)
      throws IOException {
    int width = tensor.type().bytes();
    int perChunk = CHUNK_BYTES / width;
    ByteBuffer chunk =
        ByteBuffer.allocateDirect(Math.min(perChunk, count) * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += perChunk) {
      int n = Math.min(perChunk, count - at);
      chunk.clear().limit(n * width);
      file.read(tensor.name(), (first + at) * width, chunk);
      sink.take(chunk.flip(), at, n);
    }
  }

  private static double real(DType type, ByteBuffer chunk, int index) {
    return switch (type) {
      case F64 -> chunk.getDouble(8 * index);
      case F32 -> chunk.getFloat(4 * index);
      case BF16 -> Bfloat16.value(chunk.getShort(2 * index));
      case F16 -> Half.value(chunk.getShort(2 * index));
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static long whole(DType type, ByteBuffer chunk, int index) {
    return switch (type) {
      case BOOL, U8 -> chunk.get(index) & 0xff;
      case I8 -> chunk.get(index);
      case I16 -> chunk.getShort(2 * index);
      case I32 -> chunk.getInt(4 * index);
      case I64 -> chunk.getLong(8 * index);
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static int elements(SafetensorsFile file, TensorInfo tensor) throws IOException {
    if (tensor.size() > Integer.MAX_VALUE - 8) {
      throw new IOException(
          "tensor '"
              + tensor.name()
              + "' of "
              + file.path()
              + " has too many elements for an"
              + " array; read it in parts");
    }
    return (int) tensor.size();
  }

  private static IOException unfit(SafetensorsFile file, TensorInfo tensor, String accepted) {
    return new IOException(
        "tensor '"
            + tensor.name()
            + "' of "
            + file.path()
            + " has the dtype "
            + tensor.type()
            + "; accepted here are "
            + accepted);
  }
}
