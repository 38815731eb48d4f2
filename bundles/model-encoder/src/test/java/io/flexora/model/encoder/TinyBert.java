package io.flexora.model.encoder;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes a BERT with random weights as PyTorch's exporter does: matrices transposed and without
 * names, heads only in constants. Of the graph it holds what tells the weights' use.
 */
final class TinyBert {
  static final int LAYERS = 3;
  static final int HIDDEN = 8;
  static final int HEADS = 2;
  static final int INNER = 12;
  static final int WORDS = 20;
  static final int POSITIONS = 16;

  private final SplittableRandom random = new SplittableRandom(5);
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
  private final String withoutBias;
  private int anonymous;

  private TinyBert(String withoutBias) {
    this.withoutBias = withoutBias;
  }

  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  static Path write(Path file) throws IOException {
    TinyBert bert = new TinyBert("");
    bert.fill();
    return bert.writeTo(file);
  }

  /** The same with one more node, whose output nothing reads. */
  static Path writeWithNode(Path file, String operator, String name) throws IOException {
    TinyBert bert = new TinyBert("");
    bert.fill();
    bert.node(operator, name, name + ".out", name + ".in");
    return bert.writeTo(file);
  }

  /** The same with one more tensor. */
  static Path writeWithTensor(Path file, String name) throws IOException {
    TinyBert bert = new TinyBert("");
    bert.fill();
    bert.weight(name, 1, HIDDEN);
    return bert.writeTo(file);
  }

  /** The same without the bias of a module. */
  static Path writeWithoutBias(Path file, String module) throws IOException {
    TinyBert bert = new TinyBert(module);
    bert.fill();
    return bert.writeTo(file);
  }

  private Path writeTo(Path file) throws IOException {
    byte[] model =
        message(
            out -> {
              out.writeByteArray(7, graph.toByteArray());
              out.writeByteArray(8, message(o -> o.writeInt64(2, 17)));
            });
    return Files.write(file, model);
  }

  private void fill() throws IOException {
    weight("embeddings.word_embeddings.weight", 1, WORDS, HIDDEN);
    weight("embeddings.position_embeddings.weight", 1, POSITIONS, HIDDEN);
    weight("embeddings.token_type_embeddings.weight", 1, 2, HIDDEN);
    norm("embeddings.LayerNorm");
    constant("/embeddings/LayerNorm/Constant_1", floats(1e-12f), 1);
    for (int layer = 0; layer < LAYERS; layer++) {
      layer("encoder.layer." + layer + ".");
    }
    graph.writeBytes(
        message(
            out -> out.writeByteArray(12, message(o -> o.writeString(1, "last_hidden_state")))));
  }

  private void layer(String path) throws IOException {
    for (String name : BertFile.LINEARS) {
      int inputs = name.equals("output.dense") ? INNER : HIDDEN;
      int outputs = name.equals("intermediate.dense") ? INNER : HIDDEN;
      linear(path + name, inputs, outputs);
    }
    norm(path + "attention.output.LayerNorm");
    norm(path + "output.LayerNorm");
    String self = "/" + path.replace('.', '/').replaceFirst("layer/", "layer.") + "attention/self/";
    constant(self + "Heads", longs(HEADS), 7, 1);
    constant(self + "Size", longs(HIDDEN / HEADS), 7, 1);
    constant(self + "Scale", floats((float) Math.sqrt((double) HIDDEN / HEADS)), 1);
    node("Div", self + "Div", "scores", "products", self + "Scale_output_0");
  }

  private void linear(String name, int inputs, int outputs) throws IOException {
    String matrix = "onnx::MatMul_" + anonymous++;
    weight(matrix, 1 / Math.sqrt(inputs), inputs, outputs);
    node("MatMul", name + "/MatMul", name + ".product", name + ".in", matrix);
    if (name.equals(withoutBias)) {
      return;
    }
    weight(name + ".bias", 0.1, outputs);
    node("Add", name + "/Add", name + ".out", name + ".bias", name + ".product");
  }

  private void norm(String name) throws IOException {
    weight(name + ".weight", 1, HIDDEN);
    weight(name + ".bias", 0.1, HIDDEN);
  }

  private void weight(String name, double scale, long... dimensions) throws IOException {
    int count = 1;
    for (long dimension : dimensions) {
      count *= (int) dimension;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    byte[] raw = floats(values);
    graph.writeBytes(message(o -> o.writeByteArray(5, tensor(name, 1, raw, dimensions))));
  }

  private void constant(String name, byte[] raw, int type, long... dimensions) throws IOException {
    byte[] value =
        message(
            out -> {
              out.writeString(1, "value");
              out.writeByteArray(5, tensor("", type, raw, dimensions));
            });
    byte[] node =
        message(
            out -> {
              out.writeString(2, name + "_output_0");
              out.writeString(3, name);
              out.writeString(4, "Constant");
              out.writeByteArray(5, value);
            });
    graph.writeBytes(message(out -> out.writeByteArray(1, node)));
  }

  private void node(String operator, String name, String output, String... inputs)
      throws IOException {
    byte[] node =
        message(
            out -> {
              for (String input : List.of(inputs)) {
                out.writeString(1, input);
              }
              out.writeString(2, output);
              out.writeString(3, name);
              out.writeString(4, operator);
            });
    graph.writeBytes(message(out -> out.writeByteArray(1, node)));
  }

  private static byte[] tensor(String name, int type, byte[] raw, long... dimensions)
      throws IOException {
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

  private static byte[] floats(float... values) {
    byte[] raw = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return raw;
  }

  private static byte[] longs(long... values) {
    byte[] raw = new byte[values.length * Long.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return raw;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.to(out);
    out.flush();
    return bytes.toByteArray();
  }
}
