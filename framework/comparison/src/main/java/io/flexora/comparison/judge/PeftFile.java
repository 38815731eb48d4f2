package io.flexora.comparison.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Reads a result of PEFT's method comparison: one training of one seed, with the accuracy on test
 * examples, whose answers are not kept, and what it cost.
 */
final class PeftFile {

  private static final String TEST = "test ";

  private PeftFile() {}

  /** Whether a JSON file is such a result. */
  static boolean isOne(JsonNode tree) {
    return tree.path("run_info").isObject() && tree.path("train_info").isObject();
  }

  static void read(
      JudgedSource source, JsonNode tree, JudgeOptions options, ForeignResults results) {
    Path file = source.path();
    JsonNode training = tree.path("train_info");
    if (!training.path("status").asText("success").equals("success")) {
      results.note(
          "%s is left out: its training has the status '%s'."
              .formatted(file, training.path("status").asText()));
      return;
    }
    Map<String, Double> measured = tested(training.path("metrics"));
    Optional<String> metric =
        options.metric().isPresent()
            ? options.metric().filter(measured::containsKey)
            : measured.keySet().stream().findFirst();
    if (metric.isEmpty()) {
      throw new FlexoraException(
          "%s: no entry of train_info.metrics has %s; there is %s"
              .formatted(
                  file,
                  options.metric().map(name -> "'" + TEST + name + "'").orElse("a test metric"),
                  measured.isEmpty()
                      ? "none"
                      : measured.keySet().stream()
                          .map(name -> "'" + TEST + name + "'")
                          .collect(Collectors.joining(", "))));
    }
    ForeignCell.Key key = key(source, tree, options);
    ForeignCell cell = results.cell(key, file, metric.get());
    if (cell.hasValue()) {
      throw new FlexoraException(
          "%s has %s again, after %s; name what differs as NAME@SEED=PATH, or leave one of them out"
              .formatted(file, key.words(), cell.file()));
    }
    cell.set(measured.get(metric.get()));
    cell.set(OptionalDouble.empty(), options.examples());
    Map<String, Double> seconds = new LinkedHashMap<>();
    JsonNode time = training.path("train_time");
    if (time.isNumber() && time.doubleValue() >= 0 && ForeignCell.isUsable(time.doubleValue())) {
      seconds.put("train", time.doubleValue());
    }
    cell.costs(Math.max(0, training.path("num_trainable_params").asLong(0)), seconds);
  }

  private static ForeignCell.Key key(JudgedSource source, JsonNode tree, JudgeOptions options) {
    JsonNode run = tree.path("run_info");
    JsonNode setting = run.path("train_config");
    String experiment = run.path("experiment_name").asText(source.path().getFileName().toString());
    return new ForeignCell.Key(
        options.model().orElseGet(() -> setting.path("model_id").asText("model")),
        task(tree.path("meta_info").path("dataset_info")),
        source.strategyOr(experiment),
        source.seed().orElseGet(() -> seed(source.path(), setting.path("seed"))));
  }

  private static long seed(Path file, JsonNode seed) {
    if (!seed.isMissingNode() && !(seed.isIntegralNumber() && seed.canConvertToLong())) {
      throw new FlexoraException(
          "%s: seed '%s' is no whole number".formatted(file, Printable.brief(seed.asText())));
    }
    return seed.asLong(0);
  }

  /** The data sets of training and test, such as {@code metamath, gsm8k}. */
  private static String task(JsonNode sets) {
    StringBuilder names = new StringBuilder();
    sets.fieldNames()
        .forEachRemaining(name -> names.append(names.isEmpty() ? "" : ", ").append(name));
    return names.isEmpty() ? "method comparison" : names.toString();
  }

  /** What the last entries say of the test examples, by the name of the metric. */
  private static Map<String, Double> tested(JsonNode metrics) {
    Map<String, Double> tested = new LinkedHashMap<>();
    for (JsonNode entry : metrics) {
      entry
          .properties()
          .forEach(
              field -> {
                if (field.getKey().startsWith(TEST) && field.getValue().isNumber()) {
                  tested.put(
                      field.getKey().substring(TEST.length()), field.getValue().doubleValue());
                }
              });
    }
    return tested;
  }
}
