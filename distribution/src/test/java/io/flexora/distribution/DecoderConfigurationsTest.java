package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.DescribedDecoder;
import io.flexora.distribution.tiny.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks the shipped experiments with decoders as a user does before the weights are there: with
 * the model's configuration and a tokenizer, and a few rows of the task.
 */
class DecoderConfigurationsTest {

  @TempDir static Path cache;

  @TempDir Path folder;

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
    Path modelFolder = DescribedDecoder.model(folder.resolve("model"), model);
    Path data = DescribedDecoder.data(folder.resolve("data"), task);
    Path experiment = Distribution.HOME.resolve("config/" + file + ".yaml");
    List<String> command = new ArrayList<>(List.of("check", experiment.toString()));
    set(command, "model.source=file:" + modelFolder);
    set(command, "dataset.train_rows=6");
    set(command, "dataset.validation=2");
    if (task.equals("instruction")) {
      set(command, "dataset.train=file:" + data.resolve("train.jsonl"));
      set(command, "dataset.test=2");
      set(command, "model.chat_template=" + DescribedDecoder.CHAT);
    } else {
      set(command, "dataset.source=file:" + data);
    }
    if (task.equals("preference")) {
      set(command, "dataset.test=validation");
      set(command, "dataset.test_rows=4");
    }

    Program.Outcome outcome = new Command(cache).run(command);

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains(ofLayer, ofAllLayers, "q_proj", "v_proj");
  }

  private static void set(List<String> command, String assignment) {
    command.add("--set");
    command.add(assignment);
  }
}
