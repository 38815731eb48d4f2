package io.flexora.distribution.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An experiment like the quickstart's on a {@link TinyEncoder}, in a folder of its own.
 *
 * @param folder holds the model, the data and the experiment
 */
public record TinyExperiment(Path folder) {

  private static final String TEXT =
      """
      name: tiny
      seed: 7
      device: cpu
      model:
        use: encoder
        source: file:%1$s/model.onnx
        max_tokens: 24
      dataset:
        use: wordnet
        source: file:%1$s
        train: 60
        validation: 40
        test: 40
      task: {use: classification, text: gloss, label: supersense}
      selector:
        use: flexora
        solver: {use: unrolled, inner_steps: 2, inner: {learning_rate: 0.05}}
        outer_steps: 8
        alpha_learning_rate: 0.1
      trainer:
        use: gradient
        learning_rate: 0.02
        max_steps: 8
        evaluation_steps: 3
      adapter: {use: lora, lora_rank: 2, lora_dropout: 0.1}
      baselines:
        all: all
        random: {use: random, layers: same}
      checkpoints:
        every_steps: 1
      """;

  /** Writes the model, the data and the experiment. */
  public static TinyExperiment in(Path folder) throws IOException {
    TinyExperiment experiment = new TinyExperiment(Files.createDirectories(folder));
    TinyEncoder.write(folder);
    TinyGlosses.write(folder);
    Files.writeString(experiment.file(), experiment.text());
    return experiment;
  }

  /** The experiment as YAML. */
  public String text() {
    return TEXT.formatted(folder);
  }

  /** The experiment's file. */
  public Path file() {
    return folder.resolve("tiny.yaml");
  }

  /** The folders of the runs that were made in a working folder. */
  public static List<Path> runs(Path working) throws IOException {
    Path runs = working.resolve("runs");
    if (Files.notExists(runs)) {
      return List.of();
    }
    try (var folders = Files.list(runs)) {
      return folders.sorted().toList();
    }
  }
}
