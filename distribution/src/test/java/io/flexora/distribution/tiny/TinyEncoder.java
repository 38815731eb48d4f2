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
 * beside it: everything a run does, in milliseconds a step.
 */
public final class TinyEncoder {

  /** The layers of the model. */
  public static final int LAYERS = 4;

  private static final int HIDDEN = 16;
  private static final int HEADS = 2;
  private static final int INNER = 32;
  private static final int POSITIONS = 64;
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
    onnx.constant(
        "/embeddings/LayerNorm/Constant_1", OnnxWriter.FLOAT, OnnxWriter.floats(1e-12f), 1);
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
    String self = "/encoder/layer." + layer + "/attention/self/";
    onnx.constant(self + "Heads", OnnxWriter.INT64, OnnxWriter.longs(HEADS), 1);
    onnx.constant(self + "Size", OnnxWriter.INT64, OnnxWriter.longs(HIDDEN / HEADS), 1);
    float scale = (float) Math.sqrt((double) HIDDEN / HEADS);
    onnx.constant(self + "Scale", OnnxWriter.FLOAT, OnnxWriter.floats(scale), 1);
    onnx.node("Div", self + "Div", "scores", "products", self + "Scale_output_0");
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
