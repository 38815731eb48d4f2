package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.TinyEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks the shipped experiments with decoders as a user does before the weights are there: with
 * the model's configuration and a tokenizer, and a few rows of the task.
 */
class DecoderConfigurationsTest {

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

  private static final String CHAT =
      "'{% for m in messages %}{{ m.role[0] }} {{ m.content }} p {% endfor %}"
          + "{% if add_generation_prompt %}a {% endif %}'";

  @TempDir Path folder;

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

  @ParameterizedTest
  @CsvSource({
    "piqa, smollm2, piqa, '15,360', '460,800'",
    "hellaswag, smollm2, hellaswag, '15,360', '460,800'",
    "winogrande, smollm2, winogrande, '15,360', '460,800'",
    "commonsense-qa, smollm2, commonsense_qa, '15,360', '460,800'",
    "race, smollm2, race, '15,360', '460,800'",
    "instruction, smollm2, instruction, '15,360', '460,800'",
    "preference, smollm2, preference, '15,360', '460,800'",
    "llama3-8b-hellaswag, llama3, hellaswag, '106,496', '3,407,872'",
    "mistral-7b-hellaswag, mistral, hellaswag, '106,496', '3,407,872'",
    "llama2-7b-winogrande, llama2, winogrande, '131,072', '4,194,304'",
    "gemma-7b-piqa, gemma, piqa, '114,688', '3,211,264'"
  })
  void describesTruthfully(
      String file, String model, String task, String ofLayer, String ofAllLayers) throws Exception {
    Path modelFolder = Files.createDirectory(folder.resolve("model"));
    Files.writeString(modelFolder.resolve("config.json"), MODELS.get(model));
    TinyEncoder.write(modelFolder);
    Path data = data(task);
    Path experiment = Distribution.HOME.resolve("config/" + file + ".yaml");
    List<String> command = new ArrayList<>(List.of("check", experiment.toString()));
    set(command, "model.source=file:" + modelFolder);
    set(command, "dataset.train_rows=6");
    set(command, "dataset.validation=2");
    if (task.equals("instruction")) {
      set(command, "dataset.train=file:" + data.resolve("train.jsonl"));
      set(command, "dataset.test=2");
      set(command, "model.chat_template=" + CHAT);
    } else {
      set(command, "dataset.source=file:" + data);
    }
    if (task.equals("preference")) {
      set(command, "dataset.test=validation");
      set(command, "dataset.test_rows=4");
    }

    Shell.Outcome outcome =
        Shell.in(folder).run(Distribution.launcher(), command.toArray(String[]::new));

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains(ofLayer, ofAllLayers, "q_proj", "v_proj");
  }

  private static void set(List<String> command, String assignment) {
    command.add("--set");
    command.add(assignment);
  }

  private Path data(String task) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.write(data.resolve("train.jsonl"), rows(task, 0));
    Files.write(data.resolve("validation.jsonl"), rows(task, 20));
    return data;
  }

  private static List<String> rows(String task, int first) {
    return IntStream.range(first, first + 12).mapToObj(i -> ROWS.get(task).formatted(i)).toList();
  }
}
