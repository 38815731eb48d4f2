package io.flexora.formats.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Messages of {@code onnx.proto}, byte by byte. */
final class OnnxBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  OnnxBytes with(Write write) {
    try {
      write.to(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  OnnxBytes text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  OnnxBytes number(int field, long value) {
    return with(o -> o.writeInt64(field, value));
  }

  OnnxBytes message(int field, byte[] value) {
    return with(o -> o.writeByteArray(field, value));
  }

  byte[] toBytes() {
    with(CodedOutputStream::flush);
    return bytes.toByteArray();
  }

  static byte[] node(String operator, String name, String output, String... inputs) {
    OnnxBytes node = new OnnxBytes();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, name).text(4, operator).toBytes();
  }

  static OnnxBytes tensor(String name, int type, long... dimensions) {
    OnnxBytes tensor = new OnnxBytes();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    return tensor.number(2, type).text(8, name);
  }

  static byte[] floats(String name, float[] values, long... dimensions) {
    byte[] raw = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return tensor(name, 1, dimensions).message(9, raw).toBytes();
  }

  /** A model around a graph. */
  static byte[] model(OnnxBytes graph) {
    return new OnnxBytes()
        .number(1, 8)
        .message(7, graph.toBytes())
        .message(8, new OnnxBytes().text(1, "").number(2, 17).toBytes())
        .toBytes();
  }

  /** y = x W + b with an anonymous, transposed W {@code [2, 3]}, as PyTorch exports a Linear. */
  static OnnxBytes linear() {
    return new OnnxBytes()
        .message(1, node("MatMul", "/encoder/query/MatMul", "h", "x", "onnx::MatMul_7"))
        .message(1, node("Add", "/encoder/query/Add", "y", "encoder.query.bias", "h"))
        .message(5, floats("encoder.query.bias", new float[] {1, 2, 3}, 3))
        .message(5, floats("onnx::MatMul_7", new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
        .message(11, new OnnxBytes().text(1, "x").toBytes())
        .message(12, new OnnxBytes().text(1, "y").toBytes());
  }
}
