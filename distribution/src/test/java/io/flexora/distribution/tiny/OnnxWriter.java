package io.flexora.distribution.tiny;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes ONNX files: the few fields of the format that a model of weights needs. */
final class OnnxWriter {

  static final int FLOAT = 1;
  static final int INT64 = 7;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /** Writes the fields of a message. */
  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  void weight(String name, float[] values, long... dimensions) {
    byte[] tensor = tensor(name, FLOAT, floats(values), dimensions);
    graph.writeBytes(message(out -> out.writeByteArray(5, tensor)));
  }

  /** A node that computes. */
  void node(String operator, String name, String output, String... inputs) {
    node(
        out -> {
          for (String input : List.of(inputs)) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(3, name);
          out.writeString(4, operator);
        });
  }

  /** A node that holds a tensor; its output is NAME_output_0. */
  void constant(String name, int type, byte[] raw, long... dimensions) {
    byte[] value =
        message(
            out -> {
              out.writeString(1, "value");
              out.writeByteArray(5, tensor("", type, raw, dimensions));
            });
    node(
        out -> {
          out.writeString(2, name + "_output_0");
          out.writeString(3, name);
          out.writeString(4, "Constant");
          out.writeByteArray(5, value);
        });
  }

  void output(String name) {
    byte[] value = message(out -> out.writeString(1, name));
    graph.writeBytes(message(out -> out.writeByteArray(12, value)));
  }

  void write(Path file) throws IOException {
    byte[] operators = message(out -> out.writeInt64(2, 17));
    Files.write(
        file,
        message(
            out -> {
              out.writeByteArray(7, graph.toByteArray());
              out.writeByteArray(8, operators);
            }));
  }

  static byte[] floats(float... values) {
    byte[] raw = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return raw;
  }

  static byte[] longs(long... values) {
    byte[] raw = new byte[values.length * Long.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return raw;
  }

  private void node(Fields fields) {
    graph.writeBytes(message(out -> out.writeByteArray(1, message(fields))));
  }

  private static byte[] tensor(String name, int type, byte[] raw, long... dimensions) {
    return message(
        out -> {
          for (long dimension : dimensions) {
            out.writeInt64(1, dimension);
          }
          out.writeInt32(2, type);
          out.writeByteArray(8, name.getBytes(StandardCharsets.UTF_8));
          out.writeByteArray(9, raw);
        });
  }

  private static byte[] message(Fields fields) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.to(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new AssertionError("memory can be written", e);
    }
  }
}
