package io.flexora.task.classification;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.data.TextTemplate;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Makes an example of a text and its class from each row. */
@Doc("Classify a text of each row into one of the classes found in a label field.")
final class ClassificationTask implements PredictionTask {
  /** How many classes a message lists, and how much of the name of each. */
  private static final int LISTED = 10;

  private static final int SHOWN = 40;
  private final ClassificationTaskOptions options;
  private final TextTemplate text;
  private final Optional<TextTemplate> textPair;
  private final Notices notices;

  @Inject
  ClassificationTask(ClassificationTaskOptions options, Notices notices) {
    this.options = options;
    this.notices = notices;
    this.text = TextTemplate.parse("text", options.text());
    this.textPair = options.textPair().map(pair -> TextTemplate.parse("text_pair", pair));
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    List<Row> training = rows.getOrDefault(Split.TRAIN, List.of());
    List<String> classes = classes(training);
    Map<String, Integer> indices = new TreeMap<>();
    IntStream.range(0, classes.size()).forEach(i -> indices.put(classes.get(i), i));
    String ifUnknown = ifUnknown(classes, training.size());
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    Set<String> leftOut = new HashSet<>();
    for (Split split : Split.values()) {
      List<Row> ofSplit = known(rows.getOrDefault(split, List.of()), split, indices, leftOut);
      splits.put(
          split,
          ofSplit.stream()
              .map(row -> example(row, classes, index(row, split, indices, ifUnknown)))
              .toList());
    }
    return new Examples(
        Head.classes(classes, weights(classes, splits.get(Split.TRAIN))), splits, leftOut);
  }

  /** The rows without those of unknown classes, where these are dropped. */
  private List<Row> known(
      List<Row> rows, Split split, Map<String, Integer> indices, Set<String> leftOut) {
    if (options.unknownClasses() == ClassificationTaskOptions.Unknown.ERROR) {
      return rows;
    }
    Map<String, Long> dropped =
        rows.stream()
            .map(this::label)
            .filter(label -> !indices.containsKey(label))
            .collect(Collectors.groupingBy(label -> label, TreeMap::new, Collectors.counting()));
    if (dropped.isEmpty()) {
      return rows;
    }
    long count = dropped.values().stream().mapToLong(Long::longValue).sum();
    String name = split.name().toLowerCase(Locale.ROOT);
    String unknown =
        listed(dropped.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    if (count == rows.size()) {
      throw new IncompatibleOptionException(
          "unknown_classes",
          "all %d %s rows are of unknown classes (%s), so none is left"
              .formatted(count, name, unknown));
    }
    notices.add(
        "'unknown_classes: drop' left out %d of %d %s rows, by class: %s"
            .formatted(count, rows.size(), name, unknown));
    Map<Boolean, List<Row>> known =
        rows.stream().collect(Collectors.partitioningBy(row -> indices.containsKey(label(row))));
    known.get(false).forEach(row -> leftOut.add(row.origin()));
    return known.get(true);
  }

  /** A class without a training row has the weight 1, by which validation rows count. */
  private List<Double> weights(List<String> classes, List<Example> training) {
    if (options.classWeights() == ClassificationTaskOptions.Weights.NONE) {
      return List.of();
    }
    long[] rows = new long[classes.size()];
    training.forEach(example -> rows[example.label()]++);
    return LongStream.of(rows)
        .mapToObj(own -> own == 0 ? 1.0 : training.size() / (double) (classes.size() * own))
        .toList();
  }

  /** The example with the second text of its row, where it is of a pair. */
  private Example second(Example example, Row row) {
    return example.withSecond(textPair.map(pair -> pair.fill(row)));
  }

  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return rows.stream()
        .map(row -> second(new Example(row.origin(), text.fill(row), head.classes(), 0), row))
        .toList();
  }

  @Override
  public Optional<String> textField() {
    return textPair.isPresent() ? Optional.empty() : text.onlyField();
  }

  private List<String> classes(List<Row> training) {
    List<String> classes =
        options
            .classes()
            .orElseGet(
                () -> List.copyOf(new TreeSet<>(training.stream().map(this::label).toList())));
    if (classes.size() < 2) {
      throw new IncompatibleOptionException(
          "classes",
          "a classification needs at least two classes, but "
              + (options.classes().isPresent() ? "'classes' lists " : "the training rows have ")
              + (classes.isEmpty() ? "none" : "only '" + classes.get(0) + "'")
              + "; look at the label field '"
              + options.label()
              + "' and at the size of the training split");
    }
    refuseRepeated(classes);
    return classes;
  }

  private static void refuseRepeated(List<String> classes) {
    HashSet<String> seen = new HashSet<>();
    for (String name : classes) {
      if (!seen.add(name)) {
        throw new IncompatibleOptionException(
            "classes", "'classes' lists '" + name + "' twice; each class once");
      }
    }
  }

  private int index(Row row, Split split, Map<String, Integer> indices, String ifUnknown) {
    String name = label(row);
    Integer index = indices.get(name);
    if (index == null) {
      throw new RowException(
          row.origin(),
          "row %s (%s): class '%s' of field '%s' %s"
              .formatted(
                  row.origin(),
                  split.name().toLowerCase(Locale.ROOT),
                  shown(name),
                  options.label(),
                  ifUnknown));
    }
    return index;
  }

  private Example example(Row row, List<String> classes, int index) {
    Example example = second(new Example(row.origin(), text.fill(row), classes, index), row);
    return options
        .target()
        .map(
            field ->
                example.withTarget(RowFields.named("target", () -> Target.ofField(row, field))))
        .orElse(example);
  }

  /** The class of a row; a list of one, as data with several labels has it, is that one. */
  private String label(Row row) {
    return RowFields.named("label", () -> labelOf(row));
  }

  private String labelOf(Row row) {
    RowFields fields = new RowFields(row);
    Object value = fields.value(options.label());
    if (value instanceof List<?> list) {
      if (list.size() != 1) {
        throw fields.wrong(options.label(), "one class", value);
      }
      return fields.asText(options.label(), list.get(0));
    }
    return fields.asText(options.label(), value);
  }

  /** What is said of a class that none of these is. */
  private String ifUnknown(List<String> classes, int trainingRows) {
    if (options.classes().isPresent()) {
      return ("is not in 'classes'; known are %s. Add it there, or leave such rows out by"
              + " 'unknown_classes: drop'")
          .formatted(listed(classes));
    }
    if (classes.size() > LISTED && 2 * classes.size() > trainingRows) {
      return ("has no training row. Is '%s' the field with the class? Its %d training rows have %d"
              + " classes. If it is, name all classes in 'classes'")
          .formatted(options.label(), trainingRows, classes.size());
    }
    return ("has no training row; known are %s. Add training rows of that class, name all"
            + " classes in 'classes', or leave such rows out by 'unknown_classes: drop'")
        .formatted(listed(classes));
  }

  private static String listed(List<String> classes) {
    String first =
        classes.stream()
            .limit(LISTED)
            .map(ClassificationTask::shown)
            .collect(Collectors.joining(", "));
    return classes.size() > LISTED
        ? "%s and %d more".formatted(first, classes.size() - LISTED)
        : first;
  }

  private static String shown(String name) {
    return name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
  }
}
