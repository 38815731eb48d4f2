package io.flexora.task.multilabel;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.data.TextTemplate;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes an example of a text and its set of labels from each row. */
@Doc("Give a text any number of labels, such as the topics that it is about.")
final class MultiLabelTask implements PredictionTask {

  private static final Set<String> YES = Set.of("1", "1.0", "true", "yes");
  private static final Set<String> NO = Set.of("0", "0.0", "false", "no", "");

  private final MultiLabelOptions options;
  private final TextTemplate text;

  @Inject
  MultiLabelTask(MultiLabelOptions options) {
    this.options = options;
    this.text = TextTemplate.parse("text", options.text());
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    List<String> names = names(rows.getOrDefault(Split.TRAIN, List.of()));
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(
          split,
          rows.getOrDefault(split, List.of()).stream().map(row -> example(row, names)).toList());
    }
    return new Examples(new LabelsHead(names, options.threshold()), splits);
  }

  private List<String> names(List<Row> training) {
    List<String> names =
        options
            .classes()
            .or(options::labelFields)
            .orElseGet(
                () -> {
                  Set<String> found = new TreeSet<>();
                  training.forEach(row -> found.addAll(labels(row)));
                  return List.copyOf(found);
                });
    if (names.isEmpty() || names.size() != Set.copyOf(names).size()) {
      throw new IncompatibleOptionException(
          options.classes().isPresent() ? "classes" : "labels",
          names.isEmpty()
              ? "no training row has a label; look at the field '%s'".formatted(options.labels())
              : "a label is listed twice; each label once");
    }
    return names;
  }

  private Example example(Row row, List<String> names) {
    Set<Integer> indices = new TreeSet<>();
    for (String label : labels(row)) {
      int index = names.indexOf(label);
      if (index < 0) {
        throw new RowException(
            row.origin(),
            "row %s: the label '%s' is in no training row; name all labels in 'classes', or remove the row"
                .formatted(row.origin(), label));
      }
      indices.add(index);
    }
    return Example.measured(row.origin(), text.fill(row), new LabelSet(List.copyOf(indices)));
  }

  /** The labels of a row, each once. */
  private Set<String> labels(Row row) {
    RowFields fields = new RowFields(row);
    Set<String> labels = new LinkedHashSet<>();
    if (options.labelFields().isPresent()) {
      options.labelFields().get().stream()
          .filter(column -> RowFields.named("label_fields", () -> isGiven(fields, column)))
          .forEach(labels::add);
    } else if (fields.has(options.labels()) || !row.fields().containsKey(options.labels())) {
      Object value = RowFields.named("labels", () -> fields.value(options.labels()));
      List<String> texts =
          value instanceof List<?>
              ? fields.asTexts(options.labels(), value, 0)
              : Arrays.asList(
                  fields.text(options.labels()).split(Pattern.quote(options.separator()), -1));
      texts.stream().map(String::strip).filter(label -> !label.isEmpty()).forEach(labels::add);
    }
    return labels;
  }

  private static boolean isGiven(RowFields fields, String column) {
    if (!fields.has(column) && fields.row().fields().containsKey(column)) {
      return false;
    }
    String written = fields.text(column).strip().toLowerCase(Locale.ROOT);
    if (!YES.contains(written) && !NO.contains(written)) {
      throw fields.wrong(column, "1 or 0", written);
    }
    return YES.contains(written);
  }

  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return rows.stream()
        .map(row -> new Example(row.origin(), text.fill(row), List.of(), 0))
        .toList();
  }

  @Override
  public Optional<String> textField() {
    return text.onlyField();
  }

  @Override
  public Head head(Head.Saved saved) {
    return LabelsHead.of(saved);
  }
}
