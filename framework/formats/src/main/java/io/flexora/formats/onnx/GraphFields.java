package io.flexora.formats.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Encodes fields of the messages of {@code onnx.proto}. */
final class GraphFields {
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;

  private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

  /** Writes the fields of one message. */
  private interface Message {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  byte[] bytes() {
    return fields.toByteArray();
  }

  /** The tag and length of the graph in its model. */
  static byte[] header(int graphBytes) {
    return encoded(
        out -> {
          out.writeTag(7, 2);
          out.writeUInt32NoTag(graphBytes);
        });
  }

  void node(OnnxNode node) {
    field(
        1,
        out -> {
          for (String input : node.inputs()) {
            out.writeString(1, input);
          }
          for (String output : node.outputs()) {
            out.writeString(2, output);
          }
          out.writeString(3, node.name());
          out.writeString(4, node.operator());
          for (Map.Entry<String, Double> number : new TreeMap<>(node.numbers()).entrySet()) {
            out.writeByteArray(5, attribute(number.getKey(), number.getValue()));
          }
        });
  }

  private static byte[] attribute(String name, double value) {
    boolean whole = value == Math.rint(value);
    return encoded(
        out -> {
          out.writeString(1, name);
          if (whole) {
            out.writeInt64(3, (long) value);
          } else {
            out.writeFloat(2, (float) value);
          }
          out.writeEnum(20, whole ? ATTRIBUTE_INT : ATTRIBUTE_FLOAT);
        });
  }

  void initialiser(String name, int type, List<Long> dimensions, byte[] raw) {
    field(
        5,
        out -> {
          for (long dimension : dimensions) {
            out.writeInt64(1, dimension);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, raw);
        });
  }

  void output(String name, List<String> dimensions) {
    byte[] shape =
        encoded(
            out -> {
              for (String dimension : dimensions) {
                out.writeByteArray(1, dimension(dimension));
              }
            });
    byte[] tensorType =
        encoded(
            out -> {
              out.writeInt32(1, OnnxTensor.FLOAT);
              out.writeByteArray(2, shape);
            });
    field(
        12,
        out -> {
          out.writeString(1, name);
          out.writeByteArray(2, encoded(type -> type.writeByteArray(1, tensorType)));
        });
  }

  private static byte[] dimension(String dimension) {
    return encoded(
        out -> {
          if (dimension.chars().allMatch(Character::isDigit)) {
            out.writeInt64(1, Long.parseLong(dimension));
          } else {
            out.writeString(2, dimension);
          }
        });
  }

  private void field(int number, Message message) {
    fields.writeBytes(encoded(out -> out.writeByteArray(number, encoded(message))));
  }

  private static byte[] encoded(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }
}
