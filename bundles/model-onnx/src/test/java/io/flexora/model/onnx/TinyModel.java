package io.flexora.model.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a small ONNX file: a table is looked up for each token, and the row of the first token
 * times a matrix are the logits.
 */
final class TinyModel {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private TinyModel() {}

  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  /**
   * The file.
   *
   * @param table {@code [tokens, hidden]}
   * @param head {@code [hidden, classes]}
   */
  static byte[] withHead(float[][] table, float[][] head) {
    return model(table, head, 0, "read", "batch", "classes");
  }

  /** The same where the row of the last token is read, be it padding. */
  static byte[] readingTheLastToken(float[][] table, float[][] head) {
    return model(table, head, -1, "read", "batch", "classes");
  }

  /** The same with logits of each token. */
  static byte[] scoringEachToken(float[][] table, float[][] head) {
    return model(table, head, 0, "last_hidden_state", "batch", "sequence", "classes");
  }

  private static byte[] model(
      float[][] table, float[][] head, long place, String scored, String... dimensions) {
    return message(
        model -> {
          model.writeInt64(1, 8);
          model.writeByteArray(7, graph(table, head, place, scored, dimensions));
          model.writeByteArray(8, message(opset -> opset.writeInt64(2, 13)));
        });
  }

  private static byte[] graph(
      float[][] table, float[][] head, long place, String scored, String... dimensions) {
    byte[] at =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(place).array();
    return message(
        graph -> {
          graph.writeByteArray(1, node("Gather", 0, "last_hidden_state", "table", "input_ids"));
          graph.writeByteArray(1, node("Gather", 1, "read", "last_hidden_state", "place"));
          graph.writeByteArray(1, node("MatMul", -1, "logits", scored, "head"));
          graph.writeByteArray(2, text("tiny"));
          graph.writeByteArray(
              5, tensor("table", FLOAT, bytes(table), table.length, table[0].length));
          graph.writeByteArray(5, tensor("head", FLOAT, bytes(head), head.length, head[0].length));
          graph.writeByteArray(5, tensor("place", INT64, at));
          graph.writeByteArray(11, value("input_ids", INT64, "batch", "sequence"));
          graph.writeByteArray(
              12, value("last_hidden_state", FLOAT, "batch", "sequence", "hidden"));
          graph.writeByteArray(12, value("logits", FLOAT, dimensions));
        });
  }

  private static byte[] node(String operator, int axis, String output, String... inputs) {
    return message(
        node -> {
          for (String input : inputs) {
            node.writeString(1, input);
          }
          node.writeString(2, output);
          node.writeString(4, operator);
          if (axis >= 0) {
            node.writeByteArray(
                5,
                message(
                    attribute -> {
                      attribute.writeString(1, "axis");
                      attribute.writeInt64(3, axis);
                      attribute.writeInt32(20, 2);
                    }));
          }
        });
  }

  private static byte[] tensor(String name, int type, byte[] data, long... dimensions) {
    return message(
        tensor -> {
          for (long dimension : dimensions) {
            tensor.writeInt64(1, dimension);
          }
          tensor.writeInt32(2, type);
          tensor.writeString(8, name);
          tensor.writeByteArray(9, data);
        });
  }

  private static byte[] value(String name, int type, String... dimensions) {
    byte[] shape =
        message(
            out -> {
              for (String dimension : dimensions) {
                out.writeByteArray(1, message(d -> d.writeString(2, dimension)));
              }
            });
    byte[] tensorType =
        message(
            out -> {
              out.writeInt32(1, type);
              out.writeByteArray(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeByteArray(2, message(t -> t.writeByteArray(1, tensorType)));
        });
  }

  private static byte[] bytes(float[][] rows) {
    ByteBuffer buffer =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float x : row) {
        buffer.putFloat(x);
      }
    }
    return buffer.array();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      content.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
