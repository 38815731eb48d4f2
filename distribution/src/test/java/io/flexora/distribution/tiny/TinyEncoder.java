package io.flexora.distribution.tiny;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A BERT with random weights, as PyTorch's exporter writes it, and a tokenizer of single letters
 * beside it: everything a run does, in milliseconds a step. Of the graph it holds what tells the
 * heads, the activation and the epsilon.
 */
public final class TinyEncoder {

  /** The layers of the model. */
  public static final int LAYERS = 4;

  private static final int HIDDEN = 16;
  private static final int HEADS = 2;
  private static final int SIZE = HIDDEN / HEADS;
  private static final int INNER = 32;
  private static final int POSITIONS = 64;
  private static final String SHAPE = "Shape_output_0";
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");

  private final SplittableRandom random = new SplittableRandom(5);
  private final OnnxWriter onnx = new OnnxWriter();

  private TinyEncoder() {}

  /** Writes model.onnx and tokenizer.json to a folder and returns the model. */
  public static Path write(Path folder) throws IOException {
    Path model = folder.resolve("model.onnx");
    TinyEncoder encoder = new TinyEncoder();
    encoder.fill();
    encoder.onnx.write(model);
    new ObjectMapper().writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer());
    return model;
  }

  private void fill() {
    weight("embeddings.word_embeddings.weight", 1, vocabulary().size(), HIDDEN);
    weight("embeddings.position_embeddings.weight", 1, POSITIONS, HIDDEN);
    weight("embeddings.token_type_embeddings.weight", 1, 2, HIDDEN);
    norm("embeddings.LayerNorm");
    normalise("embeddings.LayerNorm");
    for (int layer = 0; layer < LAYERS; layer++) {
      layer(layer);
    }
    onnx.output("last_hidden_state");
  }

  private void layer(int layer) {
    String path = "encoder.layer." + layer + ".";
    linear(path + "attention.self.query", HIDDEN, HIDDEN);
    linear(path + "attention.self.key", HIDDEN, HIDDEN);
    linear(path + "attention.self.value", HIDDEN, HIDDEN);
    linear(path + "attention.output.dense", HIDDEN, HIDDEN);
    linear(path + "intermediate.dense", HIDDEN, INNER);
    linear(path + "output.dense", INNER, HIDDEN);
    norm(path + "attention.output.LayerNorm");
    norm(path + "output.LayerNorm");
    attend(path + "attention.self.");
    String inner = path + "intermediate.dense.out";
    onnx.node("Erf", path + "activation/Erf", path + "erf", inner);
    onnx.node("Mul", path + "activation/Mul", path + "output.dense.in", inner, path + "erf");
  }

  private void attend(String self) {
    onnx.constant(self + "Shape", OnnxWriter.INT64, OnnxWriter.longs(0, 0, HEADS, SIZE), 4);
    for (String module : List.of("query", "key")) {
      String name = self + module;
      onnx.node("Reshape", name + "/Reshape", name + ".split", name + ".out", self + SHAPE);
      onnx.node("Transpose", name + "/Transpose", name + ".transposed", name + ".split");
    }
    onnx.node(
        "MatMul",
        self + "MatMul",
        self + "products",
        self + "query.transposed",
        self + "key.transposed");
    float scale = (float) Math.sqrt(SIZE);
    onnx.constant(self + "Scale", OnnxWriter.FLOAT, OnnxWriter.floats(scale), 1);
    onnx.node("Div", self + "Div", self + "scores", self + "products", self + "Scale_output_0");
    onnx.node("Softmax", self + "Softmax", self + "weights", self + "scores");
  }

  private void normalise(String name) {
    onnx.constant(name + "/Epsilon", OnnxWriter.FLOAT, OnnxWriter.floats(1e-12f), 1);
    String epsilon = name + "/Epsilon_output_0";
    onnx.node("Add", name + "/Add", name + ".positive", name + ".variance", epsilon);
    onnx.node("Sqrt", name + "/Sqrt", name + ".deviation", name + ".positive");
    onnx.node("Div", name + "/Div", name + ".normed", name + ".centred", name + ".deviation");
    onnx.node("Mul", name + "/Mul", name + ".scaled", name + ".normed", name + ".weight");
  }

  /** The exporter transposes the matrix of a linear module and loses its name. */
  private void linear(String name, int inputs, int outputs) {
    String matrix = "onnx::MatMul_" + name;
    weight(matrix, 1 / Math.sqrt(inputs), inputs, outputs);
    weight(name + ".bias", 0.1, outputs);
    onnx.node("MatMul", name + "/MatMul", name + ".product", name + ".in", matrix);
    onnx.node("Add", name + "/Add", name + ".out", name + ".bias", name + ".product");
  }

  private void norm(String name) {
    weight(name + ".weight", 1, HIDDEN);
    weight(name + ".bias", 0.1, HIDDEN);
  }

  private void weight(String name, double scale, int... dimensions) {
    long[] shape = new long[dimensions.length];
    int count = 1;
    for (int i = 0; i < dimensions.length; i++) {
      shape[i] = dimensions[i];
      count *= dimensions[i];
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    onnx.weight(name, values, shape);
  }

  private static Map<String, Integer> vocabulary() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    SPECIAL.forEach(token -> vocabulary.put(token, vocabulary.size()));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      vocabulary.put(String.valueOf(letter), vocabulary.size());
      vocabulary.put("##" + letter, vocabulary.size());
    }
    return vocabulary;
  }

  private static Map<String, Object> tokenizer() {
    Map<String, Object> wordPiece =
        Map.of(
            "type", "WordPiece",
            "unk_token", "[UNK]",
            "continuing_subword_prefix", "##",
            "max_input_chars_per_word", 100,
            "vocab", vocabulary());
    Map<String, Object> tokenizer = new LinkedHashMap<>();
    tokenizer.put("version", "1.0");
    tokenizer.put("added_tokens", SPECIAL.stream().map(TinyEncoder::added).toList());
    tokenizer.put("normalizer", Map.of("type", "Lowercase"));
    tokenizer.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    tokenizer.put(
        "post_processor",
        Map.of("type", "BertProcessing", "cls", List.of("[CLS]", 2), "sep", List.of("[SEP]", 3)));
    tokenizer.put("decoder", Map.of("type", "WordPiece", "prefix", "##", "cleanup", true));
    tokenizer.put("model", wordPiece);
    return tokenizer;
  }

  private static Map<String, Object> added(String token) {
    return Map.of(
        "id", SPECIAL.indexOf(token),
        "content", token,
        "single_word", false,
        "lstrip", false,
        "rstrip", false,
        "normalized", false,
        "special", true);
  }
}
