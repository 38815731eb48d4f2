package io.flexora.task.choice.file;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Notices;
import io.flexora.files.message.NearestName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A task file of lm-evaluation-harness whose output type is {@code multiple_choice}.
 *
 * @since 0.1
 */
public final class TaskFile {
  private static final int MOST_SHOTS = 1000;
  private static final List<String> SHOT_KEYS = List.of("sampler", "samples", "split");
  private static final Set<String> USED =
      Set.of(
          "output_type",
          "doc_to_text",
          "doc_to_choice",
          "doc_to_target",
          "target_delimiter",
          "fewshot_delimiter",
          "description",
          "num_fewshot",
          "fewshot_config");

  /** Keys that name data, say what is reported, or change nothing for this output type. */
  private static final Set<String> HARMLESS =
      Set.of(
          "task",
          "task_alias",
          "tag",
          "group",
          "group_alias",
          "metadata",
          "version",
          "dataset_path",
          "dataset_name",
          "dataset_kwargs",
          "training_split",
          "validation_split",
          "test_split",
          "fewshot_split",
          "metric_list",
          "should_decontaminate",
          "doc_to_decontamination_query",
          "generation_kwargs",
          "unsafe_code");

  private final Path path;
  private final Map<String, Object> keys;

  private TaskFile(Path path, Map<String, Object> keys) {
    this.path = path;
    this.keys = keys;
  }

  /**
   * Reads a file and those that it includes.
   *
   * @param notices is told what a person should know of the file, in whole sentences
   * @throws FlexoraException if it cannot be read, is of another output type, or holds a key or a
   *     Python function that would change the numbers
   */
  public static TaskFile read(Path path, Notices notices) {
    TaskFile file = new TaskFile(path, Includes.read(path, notices));
    file.check();
    return file;
  }

  private void check() {
    keys.forEach(
        (key, value) -> {
          boolean unused = value == null || (key.equals("repeats") && value.equals(1));
          if (HARMLESS.contains(key) || unused) {
            return;
          }
          if (value instanceof PythonFunction function) {
            throw refused(
                "'%s' is the Python function %s, which cannot be run; write its work as a template"
                    .formatted(key, function.name()));
          }
          if (!USED.contains(key)) {
            Set<String> known = new TreeSet<>(USED);
            throw refused(
                "'"
                    + key
                    + "' is not supported, and without it the numbers would differ"
                    + NearestName.hint(key, known));
          }
        });
    if (!"multiple_choice".equals(keys.get("output_type"))) {
      throw refused(
          "its output_type is "
              + (keys.containsKey("output_type") ? keys.get("output_type") : "not written")
              + "; multiple_choice is supported");
    }
    checkShots();
  }

  private void checkShots() {
    Object count = keys.get("num_fewshot");
    if (count != null && !(count instanceof Integer shots && shots >= 0 && shots <= MOST_SHOTS)) {
      throw refused("'num_fewshot' should be a number from 0 to " + MOST_SHOTS + ", not " + count);
    }
    Object value = keys.get("fewshot_config");
    if (value == null) {
      return;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw refused("'fewshot_config' should be a mapping, not " + value);
    }
    for (Object key : map.keySet()) {
      if (!SHOT_KEYS.contains(key)) {
        throw refused(
            "'fewshot_config.%s' is not supported; known are %s".formatted(key, SHOT_KEYS));
      }
    }
    Object sampler = map.get("sampler");
    if (sampler != null && !sampler.equals("default") && !sampler.equals("first_n")) {
      throw refused("'fewshot_config.sampler' should be default or first_n, not " + sampler);
    }
    Object samples = map.get("samples");
    if (samples instanceof PythonFunction function) {
      throw refused(
          "'fewshot_config.samples' is the Python function %s, which cannot be run; write what it returns"
              .formatted(function.name()));
    }
    if (samples != null
        && !(samples instanceof List<?> list && list.stream().allMatch(Map.class::isInstance))) {
      throw refused("'fewshot_config.samples' should be a list of rows, not " + samples);
    }
  }

  private FlexoraException refused(String what) {
    return new FlexoraException("task file " + path + ": " + what);
  }

  private FlexoraException missing(String key) {
    return refused("it has no '" + key + "'");
  }

  /**
   * The template of a key that is needed. A number, a truth value or a list of numbers, which the
   * harness takes for the index of a choice or for several, is the template that prints it.
   *
   * @throws FlexoraException if the key is not written
   */
  public String template(String key) {
    Object value = keys.get(key);
    if (value instanceof Boolean truth) {
      return truth ? "1" : "0";
    }
    if (value instanceof List<?> list && list.stream().allMatch(Integer.class::isInstance)) {
      return list.toString();
    }
    return text(key).orElseThrow(() -> missing(key));
  }

  /** The text of a key, or empty where it is not written. */
  public Optional<String> text(String key) {
    Object value = keys.get(key);
    if (value instanceof List || value instanceof Map) {
      throw refused("'" + key + "' should be a text, not " + value);
    }
    return Optional.ofNullable(value).map(Scalars::text);
  }

  /** The choices; a single one is a field or a template. */
  public List<String> choices() {
    Object value = keys.get("doc_to_choice");
    if (value instanceof Map<?, ?> map) {
      return several(List.copyOf(map.values()));
    }
    if (value instanceof List<?> list) {
      return several(list);
    }
    return List.of(text("doc_to_choice").orElseThrow(() -> missing("doc_to_choice")));
  }

  private List<String> several(List<?> choices) {
    if (choices.size() < 2) {
      throw refused("'doc_to_choice' lists fewer than two choices");
    }
    for (Object choice : choices) {
      if (!(choice instanceof String)) {
        throw refused(
            "'doc_to_choice' lists "
                + Scalars.text(choice)
                + ", which is no text; put it in quotes");
      }
    }
    return choices.stream().map(Scalars::text).toList();
  }

  /**
   * Says which metrics of the file nobody measures.
   *
   * @param classes the number of choices that all questions share, or 0
   * @return a sentence, or empty if all are measured
   */
  public Optional<String> unmeasured(int classes) {
    List<?> asked = keys.get("metric_list") instanceof List<?> list ? list : List.of();
    String names =
        asked.stream()
            .map(AskedMetric::of)
            .filter(metric -> !metric.isMeasured(classes))
            .map(AskedMetric::toString)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("task file %s asks for what is not reported: %s. Reported are acc, acc_norm, acc_bytes"
                    + " and loss; mcc where all questions have the same choices, f1 where these are"
                    + " two")
                .formatted(path, names));
  }

  /** How many shots the file asks for. */
  public Optional<Integer> fewshot() {
    return Optional.ofNullable((Integer) keys.get("num_fewshot"));
  }

  /**
   * The rows that the file itself gives for shots; empty where these are drawn from the dataset, as
   * they are where the file names a split for them.
   */
  public List<Row> samples() {
    boolean drawn = keys.get("fewshot_split") != null || shots().get("split") != null;
    if (drawn || !(shots().get("samples") instanceof List<?> samples)) {
      return List.of();
    }
    return IntStream.range(0, samples.size())
        .mapToObj(i -> sample("%s:fewshot_config.samples[%d]".formatted(path, i), samples.get(i)))
        .toList();
  }

  private static Row sample(String origin, Object written) {
    Map<String, Object> fields = new LinkedHashMap<>();
    ((Map<?, ?>) written).forEach((name, value) -> fields.put(String.valueOf(name), value));
    return new Row(origin, fields);
  }

  private Map<?, ?> shots() {
    return keys.get("fewshot_config") instanceof Map<?, ?> map ? map : Map.of();
  }

  /** Whether the first rows are the shots. */
  public boolean firstShots() {
    return "first_n".equals(shots().get("sampler"));
  }
}
