package io.flexora.model.encoder;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a BERT with random weights as exporters do: matrices transposed and without names, heads
 * only in the graph. What it leaves out of the graph says nothing about the use of the weights.
 */
final class TinyBert {
  static final int LAYERS = 3;
  static final int HIDDEN = 8;
  static final int HEADS = 2;
  static final int INNER = 12;
  static final int WORDS = 20;
  static final int POSITIONS = 16;

  private static final int SIZE = HIDDEN / HEADS;
  private static final long TO_THE_END = Long.MAX_VALUE;

  /** How the attention is written. */
  enum Attention {
    /** Scores are divided by a constant. */
    EAGER,
    /** Both factors of the scores are scaled by what is computed from the shape of the queries. */
    SDPA,
    /** The same after ONNX Runtime has moved a transpose. */
    SDPA_OPTIMISED,
    /** Both factors are scaled by a constant; nodes have no paths; the shape has only the size. */
    DYNAMO
  }

  private final SplittableRandom random = new SplittableRandom(5);
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
  private final Map<String, String> matrices = new HashMap<>();
  private Attention attention = Attention.EAGER;
  private String activation = "Erf";
  private boolean positionsOfRoberta;
  private String withoutBias = "";
  private double scale = 1 / Math.sqrt(SIZE);
  private int operatorSet = 17;
  private int anonymous;

  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  static Path write(Path file) throws IOException {
    return new TinyBert().writeTo(file);
  }

  /** The same with one more node, whose output nothing reads. */
  static Path writeWithNode(Path file, String operator, String name) throws IOException {
    TinyBert bert = new TinyBert();
    bert.node(operator, name, name + ".out", name + ".in");
    return bert.writeTo(file);
  }

  /** The same with one more tensor. */
  static Path writeWithTensor(Path file, String name) throws IOException {
    TinyBert bert = new TinyBert();
    bert.weight(name, 1, HIDDEN);
    return bert.writeTo(file);
  }

  /** The same without the bias of a module. */
  static Path writeWithoutBias(Path file, String module) throws IOException {
    TinyBert bert = new TinyBert();
    bert.withoutBias = module;
    return bert.writeTo(file);
  }

  /** The same with the attention written in another way. */
  TinyBert attention(Attention other) {
    attention = other;
    return this;
  }

  /** The same with another operator as the activation. */
  TinyBert activation(String operator) {
    activation = operator;
    return this;
  }

  /** The same with positions that are counted from the padding token. */
  TinyBert positionsOfRoberta() {
    positionsOfRoberta = true;
    return this;
  }

  /** The same with scores that are multiplied by something else. */
  TinyBert scale(double other) {
    scale = other;
    return this;
  }

  /** The same with another version of the operators. */
  TinyBert operatorSet(int version) {
    operatorSet = version;
    return this;
  }

  Path writeTo(Path file) throws IOException {
    weights();
    nodes();
    byte[] model =
        message(
            out -> {
              out.writeByteArray(7, graph.toByteArray());
              out.writeByteArray(8, message(o -> o.writeInt64(2, operatorSet)));
            });
    return Files.write(file, model);
  }

  private void weights() throws IOException {
    weight("embeddings.word_embeddings.weight", 1, WORDS, HIDDEN);
    weight("embeddings.position_embeddings.weight", 1, POSITIONS, HIDDEN);
    weight("embeddings.token_type_embeddings.weight", 1, 2, HIDDEN);
    norm("embeddings.LayerNorm");
    for (int layer = 0; layer < LAYERS; layer++) {
      String path = path(layer);
      for (String name : BertFile.LINEARS) {
        int inputs = name.equals("output.dense") ? INNER : HIDDEN;
        int outputs = name.equals("intermediate.dense") ? INNER : HIDDEN;
        linear(path + name, inputs, outputs);
      }
      norm(path + "attention.output.LayerNorm");
      norm(path + "output.LayerNorm");
    }
  }

  private static String path(int layer) {
    return "encoder.layer." + layer + ".";
  }

  private void linear(String name, int inputs, int outputs) throws IOException {
    String matrix = "onnx::MatMul_" + matrices.size();
    matrices.put(name, matrix);
    weight(matrix, 1 / Math.sqrt(inputs), inputs, outputs);
    if (!name.equals(withoutBias)) {
      weight(name + ".bias", 0.1, outputs);
    }
  }

  private void norm(String name) throws IOException {
    weight(name + ".weight", 1, HIDDEN);
    weight(name + ".bias", 0.1, HIDDEN);
  }

  private void nodes() throws IOException {
    step("Gather", "words", "embeddings.word_embeddings.weight", "input_ids");
    if (positionsOfRoberta) {
      step("CumSum", "counts", "is_token");
      step("Mul", "rows", "counts", "is_token");
    } else {
      step("Slice", "rows", whole("all_rows", 0, 1, 2), whole("start", 0), "length");
    }
    step("Gather", "positions", "embeddings.position_embeddings.weight", "rows");
    step("Add", "embedded", "words", "positions");
    String states = normalise("embeddings.LayerNorm", "embedded");
    for (int layer = 0; layer < LAYERS; layer++) {
      states = layer(path(layer), states);
    }
    step("Identity", "last_hidden_state", states);
    graph.writeBytes(
        message(
            out -> out.writeByteArray(12, message(o -> o.writeString(1, "last_hidden_state")))));
  }

  private String layer(String path, String states) throws IOException {
    String context = attend(path + "attention.self.", states);
    String attended = multiply(path + "attention.output.dense", context);
    step("Add", path + "attention.sum", attended, states);
    String middle = normalise(path + "attention.output.LayerNorm", path + "attention.sum");
    String inner = activate(path, multiply(path + "intermediate.dense", middle));
    String output = multiply(path + "output.dense", inner);
    step("Add", path + "sum", output, middle);
    return normalise(path + "output.LayerNorm", path + "sum");
  }

  private String multiply(String name, String input) throws IOException {
    node("MatMul", name + "/MatMul", name + ".product", input, matrices.get(name));
    if (name.equals(withoutBias)) {
      return name + ".product";
    }
    return step("Add", name + ".out", name + ".bias", name + ".product");
  }

  private String normalise(String name, String input) throws IOException {
    String weight = name + ".weight";
    String bias = name + ".bias";
    if (attention != Attention.EAGER) {
      graph.writeBytes(message(out -> out.writeByteArray(1, layerNorm(name, input))));
      return name + ".out";
    }
    step("ReduceMean", name + ".mean", input);
    step("Sub", name + ".centred", input, name + ".mean");
    step("Pow", name + ".squares", name + ".centred", number(name + ".two", 2));
    step("ReduceMean", name + ".variance", name + ".squares");
    step("Add", name + ".positive", name + ".variance", number(name + ".epsilon", 1e-12));
    step("Sqrt", name + ".deviation", name + ".positive");
    step("Div", name + ".normed", name + ".centred", name + ".deviation");
    step("Mul", name + ".scaled", name + ".normed", weight);
    return step("Add", name + ".out", name + ".scaled", bias);
  }

  private static byte[] layerNorm(String name, String input) throws IOException {
    byte[] epsilon =
        message(
            out -> {
              out.writeString(1, "epsilon");
              out.writeFloat(2, 1e-12f);
            });
    return message(
        out -> {
          out.writeString(1, input);
          out.writeString(1, name + ".weight");
          out.writeString(1, name + ".bias");
          out.writeString(2, name + ".out");
          out.writeString(4, "LayerNormalization");
          out.writeByteArray(5, epsilon);
        });
  }

  private String activate(String path, String input) throws IOException {
    String name = path + "activation.";
    if (!activation.equals("Erf")) {
      return step(activation, name + "out", input);
    }
    step("Div", name + "argument", input, number(name + "root", Math.sqrt(2)));
    step("Erf", name + "erf", name + "argument");
    step("Add", name + "factor", name + "erf", number(name + "one", 1));
    step("Mul", name + "twice", input, name + "factor");
    return step("Mul", name + "out", name + "twice", number(name + "half", 0.5));
  }

  private String attend(String self, String states) throws IOException {
    for (String module : List.of("query", "key", "value")) {
      String output = multiply(self + module, states);
      step("Reshape", self + module + ".split", output, splitShape(self + module));
      step("Transpose", self + module + ".transposed", self + module + ".split");
    }
    String scores = scores(self, self + "query.transposed", self + "key.transposed");
    step("Add", self + "masked", scores, "mask");
    step("Softmax", self + "weights", self + "masked");
    step("MatMul", self + "sums", self + "weights", self + "value.transposed");
    step("Transpose", self + "turned", self + "sums");
    return step("Reshape", self + "context", self + "turned", whole(self + "flat", 0, 0, HIDDEN));
  }

  private String splitShape(String module) throws IOException {
    String size = whole(module + ".size", SIZE);
    String rest = whole(module + ".rest", -1);
    return attention == Attention.DYNAMO
        ? step("Concat", module + ".shape", "batch", "length", rest, size)
        : step("Concat", module + ".shape", "batch", rest, whole(module + ".heads", HEADS), size);
  }

  private String scores(String self, String query, String key) throws IOException {
    if (attention == Attention.EAGER) {
      step("MatMul", self + "products", query, key);
      return step("Div", self + "scores", self + "products", number(self + "divisor", 1 / scale));
    }
    String root;
    String turned = key;
    if (attention == Attention.DYNAMO) {
      root = number(self + "root", Math.sqrt(scale));
      step("Reshape", self + "key.flat", key, "flat_shape");
      step("Transpose", self + "key.turned", self + "key.flat");
      turned = step("Reshape", self + "key.whole", self + "key.turned", "whole_shape");
    } else {
      root = root(self, query);
    }
    step("Mul", self + "query.scaled", query, root);
    step("Mul", self + "key.scaled", turned, root);
    return step("MatMul", self + "scores", self + "query.scaled", self + "key.scaled");
  }

  /** The square root of the scale. */
  private String root(String self, String query) throws IOException {
    String shape = step("Shape", self + "shape", query);
    if (attention == Attention.SDPA_OPTIMISED) {
      step("Shape", self + "split_shape", self + "query.split");
      String order = whole(self + "order", 0, 2, 1, 3);
      shape = step("Gather", self + "gathered", self + "split_shape", order);
    }
    String start = whole(self + "start", -1);
    step("Slice", self + "size", shape, start, whole(self + "end", TO_THE_END));
    step("Cast", self + "real", self + "size");
    step("Sqrt", self + "divisor", self + "real");
    step("Div", self + "scale", number(self + "one", 1), self + "divisor");
    step("Cast", self + "same", self + "scale");
    return step("Sqrt", self + "root", self + "same");
  }

  /** A node that is called as its output. */
  private String step(String operator, String output, String... inputs) throws IOException {
    node(operator, attention == Attention.DYNAMO ? "node_" + anonymous++ : output, output, inputs);
    return output;
  }

  private String number(String name, double value) throws IOException {
    return constant(name, floats((float) value), 1);
  }

  private String whole(String name, long... values) throws IOException {
    return constant(name, longs(values), 7, values.length);
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

  private String constant(String name, byte[] raw, int type, long... dimensions)
      throws IOException {
    if (attention == Attention.DYNAMO) {
      graph.writeBytes(message(o -> o.writeByteArray(5, tensor(name, type, raw, dimensions))));
      return name;
    }
    byte[] value =
        message(
            out -> {
              out.writeString(1, "value");
              out.writeByteArray(5, tensor("", type, raw, dimensions));
            });
    byte[] node =
        message(
            out -> {
              out.writeString(2, name);
              out.writeString(3, name);
              out.writeString(4, "Constant");
              out.writeByteArray(5, value);
            });
    graph.writeBytes(message(out -> out.writeByteArray(1, node)));
    return name;
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
