package io.flexora.distribution.compare;

import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A comparison on a tiny model.
 *
 * @param file the comparison's file
 */
public record TinyComparison(Path file) {

  /** A strategy that fails while it searches: its steps leave all numbers behind. */
  static final String FAILING =
      "{use: flexora, solver: {use: first-order, inner_steps: 4, inner: {learning_rate: 1e38}},"
          + " outer_steps: 9}";

  private static final String TEXT =
      """
      name: tiny
      seeds: [1, 2]
      data_seed: 7
      device: cpu
      models:
        bert: {use: encoder, source: "file:%1$s/model.onnx", max_tokens: 24}
      tasks:
        glosses:
          dataset: {use: wordnet, source: "file:%1$s", train: 60, validation: 40, test: 40}
          task: {use: classification, text: gloss, label: supersense}
      trainer: {use: gradient, learning_rate: 0.02, max_steps: 6, evaluation_steps: 3}
      %2$s
      budget: {hold: layers, layers: 2}
      baseline: all
      strategies:
        all: all
        random: {use: random, layers: same}
      checkpoints: {every_steps: 1}
      reports: [csv]
      """;

  private static final String LORA = "{use: lora, lora_rank: 2, lora_dropout: 0.1}";

  /** Writes the model, the data and the comparison. */
  public static TinyComparison in(Path folder) throws IOException {
    TinyExperiment.in(folder);
    return write(folder, "compare.yaml", TEXT.formatted(folder, "adapter: " + LORA));
  }

  /** Writes the same with two adapters beside the comparison. */
  public TinyComparison ofAdapters() throws IOException {
    Path folder = file.getParent();
    String adapters = "adapters: {lora: %s, dora: {use: dora, lora_rank: 2}}".formatted(LORA);
    String text = TEXT.formatted(folder, adapters).replace("baseline: all\n", "");
    return write(folder, "adapters.yaml", text);
  }

  /** Writes the same with two trainers beside the comparison, the first that of the others. */
  TinyComparison ofTrainers() throws IOException {
    String text = TEXT.formatted(file.getParent(), "adapter: " + LORA);
    String slow = "{use: gradient, learning_rate: 0.001, max_steps: 6, evaluation_steps: 3}";
    String both =
        text.replaceFirst("trainer: (.*)", "trainers: {fast: $1, slow: %s}".formatted(slow));
    return write(file.getParent(), "trainers.yaml", both.replace("baseline: all\n", ""));
  }

  private static TinyComparison write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return new TinyComparison(file);
  }

  /** What each cell of a comparison found, bit for bit, by its ID. */
  public static Map<String, Map<String, String>> contents(Path comparison) throws IOException {
    Map<String, Map<String, String>> contents = new TreeMap<>();
    for (Path cell : cells(comparison)) {
      contents.put(cell.getFileName().toString(), RunContents.of(cell));
    }
    return contents;
  }

  private static List<Path> cells(Path comparison) throws IOException {
    try (Stream<Path> cells = Files.list(comparison.resolve("cells"))) {
      return cells.filter(cell -> !cell.getFileName().toString().startsWith(".")).toList();
    }
  }
}
