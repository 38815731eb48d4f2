package {{package}};

import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.data.Task;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Asks for the class of a text, with an instruction in front of it. */
@Doc("Classify a text with an instruction in front of it.")
final class {{type}}Task implements Task {

  private final {{type}}Options options;

  @Inject
  {{type}}Task({{type}}Options options) {
    this.options = options;
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    List<String> classes = classes(rows.getOrDefault(Split.TRAIN, List.of()));
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(
          split,
          rows.getOrDefault(split, List.of()).stream().map(row -> example(row, classes)).toList());
    }
    // With classes, a head is trained for them. With none, write List.of(): a choice is then judged
    // by the likelihood of its text, and each example may have choices of its own.
    return new Examples(classes, splits);
  }

  /** The classes in an order that does not depend on that of the rows. */
  private List<String> classes(List<Row> training) {
    List<String> classes =
        training.stream().map(row -> label(new RowFields(row))).distinct().sorted().toList();
    if (classes.size() < 2) {
      throw new FlexoraException(
          "task {{name}} needs at least two classes, but field '%s' of the training rows has %s"
              .formatted(options.label(), classes));
    }
    return classes;
  }

  private Example example(Row row, List<String> classes) {
    RowFields fields = new RowFields(row);
    int label = classes.indexOf(label(fields));
    if (label < 0) {
      throw fields.bad(
          "class '%s' of field '%s' is in no training row; there are %s"
              .formatted(label(fields), options.label(), String.join(", ", classes)));
    }
    String prompt = (options.instruction() + " " + fields.text(options.text())).strip();
    return new Example(row.origin(), prompt, classes, label);
  }

  private String label(RowFields fields) {
    return fields.text(options.label()).strip();
  }
}
