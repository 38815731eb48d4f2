package io.flexora.distribution.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a user has of a decoder before its weights are there: its configuration and a tokenizer, and
 * a few rows of a task.
 */
public final class DescribedDecoder {

  private static final Map<String, String> MODELS =
      Map.of(
          "smollm2", shape("llama", 30, 576, 9, 3, 1536, 49152, 8192, true, ""),
          "llama3", shape("llama", 32, 4096, 32, 8, 14336, 128256, 8192, false, ""),
          "mistral", shape("mistral", 32, 4096, 32, 8, 14336, 32000, 32768, false, ""),
          "llama2", shape("llama", 32, 4096, 32, 32, 11008, 32000, 4096, false, ""),
          "gemma",
              shape("gemma", 28, 3072, 16, 16, 24576, 256000, 8192, true, ", \"head_dim\": 256"));

  private static final Map<String, String> ROWS =
      Map.of(
          "piqa",
          "{\"goal\": \"a %1$d\", \"sol1\": \"b\", \"sol2\": \"c d\", \"label\": 0}",
          "hellaswag",
          "{\"activity_label\": \"a\", \"ctx_a\": \"b %1$d\", \"ctx_b\": \"c\", \"ctx\": \"b c %1$d\","
              + " \"endings\": [\"d\", \"e\", \"f\", \"g\"], \"label\": \"1\"}",
          "winogrande",
          "{\"sentence\": \"a %1$d b _ c\", \"option1\": \"d\", \"option2\": \"e\", \"answer\": \"2\"}",
          "commonsense_qa",
          "{\"question\": \"a %1$d\", \"choices\": {\"label\": [\"A\", \"B\", \"C\", \"D\", \"E\"],"
              + " \"text\": [\"b\", \"c\", \"d\", \"e\", \"f\"]}, \"answerKey\": \"A\"}",
          "race",
          "{\"article\": \"a %1$d\", \"question\": \"b\", \"options\": [\"c\", \"d\", \"e\", \"f\"],"
              + " \"answer\": \"B\"}",
          "instruction",
          "{\"instruction\": \"a %1$d\", \"input\": \"\", \"output\": \"b c\"}",
          "preference",
          "{\"prompt\": \"a %1$d\", \"chosen\": \" b c\", \"rejected\": \" d\"}");

  /** A chat template that its tokenizer has tokens for. */
  public static final String CHAT =
      "'{% for m in messages %}{{ m.role[0] }} {{ m.content }} p {% endfor %}"
          + "{% if add_generation_prompt %}a {% endif %}'";

  private DescribedDecoder() {}

  /** Writes the configuration of a known model and a tokenizer into an empty folder. */
  public static Path model(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), MODELS.get(name));
    TinyEncoder.write(folder);
    return folder;
  }

  /** Writes rows of a task for training and validation into a folder. */
  public static Path data(Path folder, String task) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train.jsonl"), rows(task, 0));
    Files.write(folder.resolve("validation.jsonl"), rows(task, 20));
    return folder;
  }

  private static List<String> rows(String task, int first) {
    return IntStream.range(first, first + 12).mapToObj(i -> ROWS.get(task).formatted(i)).toList();
  }

  private static String shape(
      String type,
      int layers,
      int hidden,
      int heads,
      int keyHeads,
      int inner,
      int vocabulary,
      int positions,
      boolean tied,
      String more) {
    return """
    {"model_type": "%s", "num_hidden_layers": %d, "hidden_size": %d, "num_attention_heads": %d,
     "num_key_value_heads": %d, "intermediate_size": %d, "vocab_size": %d,
     "max_position_embeddings": %d, "tie_word_embeddings": %b, "hidden_act": "%s"%s}
    """
        .formatted(
            type,
            layers,
            hidden,
            heads,
            keyHeads,
            inner,
            vocabulary,
            positions,
            tied,
            type.equals("gemma") ? "gelu" : "silu",
            more);
  }
}
