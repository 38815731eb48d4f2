package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A comparison on a tiny model whose cells run in processes of their own.
 *
 * @param working the working folder of the command, which holds the comparison's file
 * @param plugins the folder of a plugin that means harm
 */
record ProcessComparison(Path working, Path plugins) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TEXT =
      """
      name: tiny
      seeds: [1]
      device: cpu
      models:
        bert:
          use: encoder
          source: file:%1$s/model.onnx
          max_tokens: 24
      tasks:
        glosses:
          dataset: {use: wordnet, source: "file:%1$s", train: 60, validation: 40, test: 40}
          task: {use: classification, text: gloss, label: supersense}
          evaluator: classification
      trainer: {use: gradient, learning_rate: 0.02, max_steps: 4, evaluation_steps: 2}
      adapter: {use: lora, lora_rank: 2}
      strategies:
      %2$s
      runner: {use: process, parallel: 2, threads: 1, time_limit: %3$s, max_heap: 256m}
      reports: []
      """;

  /**
   * Writes the comparison.
   *
   * @param strategies each with the selector of its name
   */
  static ProcessComparison of(Path folder, String timeLimit, String... strategies)
      throws IOException {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    MischiefPlugin.writeTo(plugins, Files.createDirectory(folder.resolve("sources")));
    Path data = TinyExperiment.in(folder.resolve("data")).folder();
    Path working = Files.createDirectory(folder.resolve("working"));
    return new ProcessComparison(working, plugins).write(data, timeLimit, strategies);
  }

  private ProcessComparison write(Path data, String timeLimit, String... strategies)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String strategy : strategies) {
      lines.append("  ").append(strategy).append(": ").append(strategy).append('\n');
    }
    Files.writeString(file(), TEXT.formatted(data, lines.toString(), timeLimit));
    return this;
  }

  /** A further comparison of the same data and plugin. */
  ProcessComparison another(Path working, String timeLimit, String... strategies)
      throws IOException {
    Path data = plugins.resolveSibling("data");
    return new ProcessComparison(Files.createDirectories(working), plugins)
        .write(data, timeLimit, strategies);
  }

  /** The comparison's file. */
  Path file() {
    return working.resolve("compare.yaml");
  }

  /** Replaces a text in the comparison's file. */
  ProcessComparison replace(String text, String by) throws IOException {
    String before = Files.readString(file());
    if (!before.contains(text)) {
      throw new IllegalArgumentException(before + " has no " + text);
    }
    Files.writeString(file(), before.replace(text, by));
    return this;
  }

  /** Runs it in the process of the command, to its end. */
  ProcessComparison runHere() throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(arguments());
    words.addAll(List.of("--set", "runner=local"));
    Program.Outcome outcome = Program.run(working, words.toArray(String[]::new));
    if (outcome.code() != 0) {
      throw new AssertionError("the comparison failed: " + outcome.err());
    }
    return this;
  }

  /** Requires that a cell found bit for bit what it found in another comparison. */
  static void requireSame(Path cell, Path other) throws IOException {
    Map<String, String> found = RunContents.of(cell);
    assertThat(found.remove("process.log")).as("%s", cell).isNotNull();
    assertThat(found)
        .as("%s", cell)
        .containsKeys("cells/main/theta.safetensors", "cells/main/predictions.jsonl")
        .isEqualTo(RunContents.of(other));
  }

  /** The arguments of the command. */
  List<String> arguments() {
    return List.of("compare", "compare.yaml", "--plugins", plugins.toString());
  }

  /** The folder of the comparison. */
  Path folder() throws IOException {
    return TinyExperiment.runs(working).get(0);
  }

  /** The folder of a strategy's cell. */
  Path cell(String strategy) throws IOException {
    return folder().resolve("cells").resolve("bert.glosses." + strategy + ".1");
  }

  /** What the ledger says last of each strategy's cell: the kind of the event, and the cause. */
  Map<String, String> endings() throws IOException {
    Map<String, String> endings = new TreeMap<>();
    for (String line : Files.readAllLines(folder().resolve("ledger.jsonl"))) {
      JsonNode event = JSON.readTree(line);
      String cell = event.get("cell").asText();
      if (!cell.isEmpty()) {
        endings.put(
            cell.split("\\.", -1)[2],
            event.get("kind").asText() + " " + event.at("/values/cause").asText());
      }
    }
    return endings;
  }
}
