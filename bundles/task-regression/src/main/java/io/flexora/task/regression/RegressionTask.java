package io.flexora.task.regression;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.data.TextTemplate;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an example of a text and its number from each row. */
@Doc("Predict a number of a text, such as a rating or a similarity.")
final class RegressionTask implements PredictionTask {

  /** Sums of squares of numbers are finite. */
  private static final double MOST = 1e100;

  private final RegressionOptions options;
  private final TextTemplate text;
  private final Optional<TextTemplate> textPair;

  @Inject
  RegressionTask(RegressionOptions options) {
    this.options = options;
    this.text = TextTemplate.parse("text", options.text());
    this.textPair = options.textPair().map(pair -> TextTemplate.parse("text_pair", pair));
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, rows.getOrDefault(split, List.of()).stream().map(this::example).toList());
    }
    return new Examples(RegressionHead.of(options, splits.get(Split.TRAIN)), splits);
  }

  private Example example(Row row) {
    double number = RowFields.named("target", () -> number(row));
    return second(Example.measured(row.origin(), text.fill(row), new Target.Numeric(number)), row);
  }

  private double number(Row row) {
    double number = new RowFields(row).number(options.target());
    if (Math.abs(number) > MOST) {
      throw new RowException(
          row.origin(),
          "row %s: field '%s' holds %s; numbers lie between -1e100 and 1e100"
              .formatted(row.origin(), options.target(), number));
    }
    return number;
  }

  /** The example with the second text of its row, where it is of a pair. */
  private Example second(Example example, Row row) {
    return example.withSecond(textPair.map(pair -> pair.fill(row)));
  }

  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return rows.stream()
        .map(row -> second(new Example(row.origin(), text.fill(row), List.of(), 0), row))
        .toList();
  }

  @Override
  public Optional<String> textField() {
    return textPair.isPresent() ? Optional.empty() : text.onlyField();
  }

  @Override
  public Head head(Head.Saved saved) {
    return RegressionHead.of(saved);
  }
}
