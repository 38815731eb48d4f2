package io.flexora.comparison.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what lm-evaluation-harness writes: {@code samples_TASK_TIME.jsonl} with {@code
 * --log_samples}, a line for each example, and {@code results_TIME.json} beside it.
 */
final class HarnessFiles {

  private static final Pattern SAMPLES =
      Pattern.compile("samples_(.+?)(?:_(\\d{4}-\\d{2}-\\d{2}T[\\d.:-]+))?\\.jsonl");
  private static final Pattern ARGUMENT = Pattern.compile("(?:^|,)\\s*(\\w+)=([^,]*)");
  private static final int HASH = 8;

  private final ForeignResults results;
  private final JudgeOptions options;
  private final Map<Path, Run> runs = new HashMap<>();
  private final Set<Told> told = new HashSet<>();

  /** A task of a run whose samples were read. */
  private record Told(Path results, String task) {}

  /** A run of the harness, by its file of results. */
  private record Run(Optional<String> name, Optional<String> base, JsonNode tree) {

    static final Run UNKNOWN =
        new Run(Optional.empty(), Optional.empty(), JsonTree.JSON.nullNode());

    static Run of(JsonNode tree) {
      Map<String, String> arguments = arguments(tree.path("config").path("model_args"));
      Optional<String> base = Optional.ofNullable(arguments.get("pretrained"));
      Optional<String> name =
          Optional.of(tree.path("model_name").asText("")).filter(text -> !text.isEmpty());
      return new Run(name.or(() -> base), base, tree);
    }

    private static Map<String, String> arguments(JsonNode written) {
      Map<String, String> arguments = new LinkedHashMap<>();
      if (written.isObject()) {
        written
            .properties()
            .forEach(entry -> arguments.put(entry.getKey(), entry.getValue().asText()));
      }
      Matcher matcher = ARGUMENT.matcher(written.isTextual() ? written.asText() : "");
      while (matcher.find()) {
        arguments.put(matcher.group(1), matcher.group(2));
      }
      return arguments;
    }

    boolean lowerIsBetter(String task, String metric) {
      JsonNode higher = tree.path("higher_is_better").path(task).path(metric);
      return higher.isBoolean() && !higher.booleanValue();
    }
  }

  /** A line of samples. */
  private static final class Sample {
    private String doc = "";
    private String hashes = "";
    private String filter = "none";
    private final List<String> metrics = new ArrayList<>();
    private final Map<String, Double> numbers = new HashMap<>();

    String example() {
      return hashes.isEmpty() ? doc : doc + " (" + hashes + ")";
    }
  }

  HarnessFiles(ForeignResults results, JudgeOptions options) {
    this.results = results;
    this.options = options;
  }

  /** Whether a file is named as the harness names its samples. */
  static boolean isSamples(Path file) {
    return SAMPLES.matcher(file.getFileName().toString()).matches();
  }

  /** Whether a file is named as the harness names its results. */
  static boolean isResults(Path file) {
    return file.getFileName().toString().matches("results_.+\\.json");
  }

  /** Reads the examples of a task. */
  void samples(JudgedSource source) {
    Path file = source.path();
    Matcher name = SAMPLES.matcher(file.getFileName().toString());
    String task =
        name.matches()
            ? name.group(1)
            : file.getFileName().toString().replaceFirst("\\.jsonl$", "");
    Optional<Path> beside =
        name.matches() && name.group(2) != null
            ? Optional.of(file.resolveSibling("results_" + name.group(2) + ".json"))
                .filter(Files::exists)
            : Optional.empty();
    Run run =
        beside.map(path -> runs.computeIfAbsent(path, HarnessFiles::read)).orElse(Run.UNKNOWN);
    beside.ifPresent(path -> told.add(new Told(path, task)));
    try (NumberedLines lines = new NumberedLines(file)) {
      new Samples(source, run, task, lines).read();
    }
  }

  /** Reads the samples of a task line by line. */
  private final class Samples {
    private final JudgedSource source;
    private final Run run;
    private final String task;
    private final NumberedLines lines;
    private final Set<String> filters = new TreeSet<>();
    private String filter;
    private String metric;

    Samples(JudgedSource source, Run run, String task, NumberedLines lines) {
      this.source = source;
      this.run = run;
      this.task = task;
      this.lines = lines;
      this.filter = options.filter().orElse("");
      this.metric = options.metric().orElse("");
    }

    void read() {
      Optional<ForeignCell> cell = Optional.empty();
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          continue;
        }
        Sample sample = sample(line);
        filters.add(sample.filter);
        filter = filter.isEmpty() ? sample.filter : filter;
        if (sample.filter.equals(filter)) {
          double value = value(sample);
          if (cell.isEmpty()) {
            cell = Optional.of(begin());
          }
          add(cell.get(), sample, value);
        }
      }
      if (cell.isEmpty()) {
        throw lines.wrong(
            filters.isEmpty()
                ? "the file has no samples"
                : "no sample has filter '%s'; there are %s"
                    .formatted(filter, String.join(", ", filters)));
      }
      filters.remove(filter);
      if (!filters.isEmpty()) {
        results.note(
            "Of %s the answers of filter '%s' are judged; --filter chooses another: %s."
                .formatted(task, filter, String.join(", ", filters)));
      }
    }

    private ForeignCell begin() {
      ForeignCell cell =
          cellOf(source, run, task, metric, source.path().toAbsolutePath().getParent());
      if (cell.size() > 0 || cell.hasValue()) {
        throw again(cell, source.path());
      }
      return cell;
    }

    private void add(ForeignCell cell, Sample sample, double value) {
      if (cell.has(sample.example())) {
        throw lines.wrong("doc_id %s has a value already".formatted(sample.doc));
      }
      cell.add(sample.example(), value);
    }

    private double value(Sample sample) {
      List<String> names = sample.metrics;
      if (metric.isEmpty()) {
        metric = names.stream().filter(sample.numbers::containsKey).findFirst().orElse("");
        if (metric.isEmpty()) {
          throw lines.wrong(
              "the sample has no metric with a number; its metrics are "
                  + String.join(", ", names));
        }
        List<String> others =
            names.stream()
                .filter(name -> !name.equals(metric) && sample.numbers.containsKey(name))
                .toList();
        if (!others.isEmpty()) {
          results.note(
              "Of %s '%s' is judged; --metric chooses another: %s."
                  .formatted(task, metric, String.join(", ", others)));
        }
      }
      Double value = sample.numbers.get(metric);
      if (value == null || !ForeignCell.isUsable(value)) {
        throw lines.wrong(
            "the sample has no finite number of '%s'; it has %s"
                .formatted(metric, sample.numbers.keySet()));
      }
      return value;
    }

    private Sample sample(String line) {
      Sample sample = new Sample();
      String hashes = "";
      try (JsonParser parser = JsonTree.JSON.createParser(line)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw lines.wrong("a line is a JSON object, as the harness writes with --log_samples");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          JsonToken token = parser.nextToken();
          switch (name) {
            case "doc_id" -> sample.doc = parser.getText();
            case "filter" -> sample.filter = parser.getText();
            case "doc_hash" -> hashes = parser.getText();
            case "metrics" -> {
              while (token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
                sample.metrics.add(parser.getText());
              }
            }
            default -> number(parser, token).ifPresent(n -> sample.numbers.put(name, n));
          }
          parser.skipChildren();
        }
        lines.requireEnd(parser);
      } catch (JsonProcessingException e) {
        throw lines.wrong("the line is no JSON: " + JsonProblem.of(e));
      } catch (IOException e) {
        throw new IllegalStateException("a text is read from memory", e);
      }
      if (sample.doc.isEmpty()) {
        throw lines.wrong("the sample has no doc_id, which the harness writes with --log_samples");
      }
      sample.hashes = hashes.substring(0, Math.min(HASH, hashes.length()));
      if (sample.metrics.isEmpty()) {
        sample.numbers.keySet().stream().sorted().forEach(sample.metrics::add);
      }
      return sample;
    }

    private static Optional<Double> number(JsonParser parser, JsonToken token) throws IOException {
      return switch (token) {
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(parser.getDoubleValue());
        case VALUE_TRUE -> Optional.of(1.0);
        case VALUE_FALSE -> Optional.of(0.0);
        default -> Optional.empty();
      };
    }
  }

  /** Reads the values of the tasks of a run whose samples were not read. */
  void results(JudgedSource source) {
    Path file = source.path();
    Run run = runs.computeIfAbsent(file, HarnessFiles::read);
    JsonNode values = run.tree().path("results");
    values
        .properties()
        .forEach(
            task -> {
              boolean group = !run.tree().path("group_subtasks").path(task.getKey()).isEmpty();
              if (!group && !told.contains(new Told(file, task.getKey()))) {
                value(source, run, task.getKey(), task.getValue());
              }
            });
  }

  private void value(JudgedSource source, Run run, String task, JsonNode values) {
    Path file = source.path();
    Map<String, JsonNode> metrics = new LinkedHashMap<>();
    values
        .properties()
        .forEach(
            entry -> {
              boolean error = entry.getKey().matches(".*_stderr(,.*)?");
              if (entry.getKey().contains(",") && entry.getValue().isNumber() && !error) {
                metrics.put(entry.getKey(), entry.getValue());
              }
            });
    Optional<String> chosen =
        metrics.keySet().stream()
            .filter(key -> options.metric().map(name -> metric(key).equals(name)).orElse(true))
            .filter(key -> options.filter().map(name -> key.endsWith("," + name)).orElse(true))
            .findFirst();
    if (chosen.isEmpty()) {
      throw new FlexoraException(
          "%s: task '%s' has no value of the metric and filter that are asked for; it has %s"
              .formatted(file, task, metrics.keySet()));
    }
    String metric = metric(chosen.get());
    ForeignCell cell = cellOf(source, run, task, metric, file.toAbsolutePath().getParent());
    if (cell.size() > 0 || cell.hasValue()) {
      throw again(cell, file);
    }
    cell.set(metrics.get(chosen.get()).doubleValue());
    JsonNode error = values.path(chosen.get().replaceFirst(",", "_stderr,"));
    JsonNode count = run.tree().path("n-samples").path(task).path("effective");
    cell.set(
        error.isNumber() ? OptionalDouble.of(error.doubleValue()) : OptionalDouble.empty(),
        count.canConvertToLong() ? OptionalLong.of(count.longValue()) : OptionalLong.empty());
  }

  private static String metric(String key) {
    return key.substring(0, key.indexOf(','));
  }

  private ForeignCell cellOf(
      JudgedSource source, Run run, String task, String metric, Path folder) {
    String strategy =
        source.strategyOr(run.name().orElseGet(() -> folder.getFileName().toString()));
    ForeignCell.Key key =
        new ForeignCell.Key(
            options.model().or(run::base).orElse("model"), task, strategy, source.seed().orElse(0));
    ForeignCell cell = results.cell(key, source.path(), metric);
    if (run.lowerIsBetter(task, metric)) {
      cell.task().lowerIsBetter();
    }
    return cell;
  }

  private static FlexoraException again(ForeignCell cell, Path file) {
    return new FlexoraException(
        "%s has %s again, after %s; name what differs as NAME@SEED=PATH, or leave one of them out"
            .formatted(file, cell.key().words(), cell.file()));
  }

  private static Run read(Path file) {
    JsonNode tree = JsonTree.read(file);
    if (!tree.path("results").isObject()) {
      throw new FlexoraException(
          file + " has no 'results', which the harness writes into results_TIME.json");
    }
    return Run.of(tree);
  }
}
