package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.PredictedRow.PredictedAnswer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answers of a model to rows, a line each; of a single row, its most probable answers.
 *
 * @since 0.1
 */
public final class PredictionTable {

  private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");
  private static final int OTHERS = 2;
  private static final int OF_ONE_ROW = 5;

  private PredictionTable() {}

  /** The lines of the table. */
  public static List<String> lines(List<PredictedRow> rows, Palette palette, int columns) {
    if (rows.stream().flatMap(row -> row.answers().stream()).noneMatch(PredictionTable::isChosen)) {
      return answersAlone(rows, palette, columns);
    }
    return rows.size() == 1 ? answers(rows.get(0), palette, columns) : rows(rows, palette, columns);
  }

  private static boolean isChosen(PredictedAnswer answer) {
    return !Double.isNaN(answer.probability());
  }

  /** Answers without probabilities, such as numbers. */
  private static List<String> answersAlone(List<PredictedRow> rows, Palette palette, int columns) {
    TextTable table = new TextTable(List.of(TextTable.words("ROW"), TextTable.words("ANSWER")));
    rows.forEach(row -> table.row(List.of(row.row(), shortened(row.answers().get(0).text()))));
    return table.lines(palette, columns);
  }

  /** A number with the decimals of a table where it has more, and any other text as it is. */
  private static String shortened(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return text;
    }
    String shortened = Decimals.of(Double.parseDouble(text));
    return shortened.length() < text.length() ? shortened : text;
  }

  private static List<String> answers(PredictedRow row, Palette palette, int columns) {
    TextTable table =
        new TextTable(List.of(TextTable.words("ANSWER"), TextTable.numbers("PROBABILITY")));
    row.answers().stream()
        .limit(OF_ONE_ROW)
        .forEach(answer -> table.row(List.of(answer.text(), decimal(answer))));
    return table.lines(palette, columns);
  }

  private static List<String> rows(List<PredictedRow> rows, Palette palette, int columns) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("ROW"),
                TextTable.words("ANSWER"),
                TextTable.numbers("PROBABILITY"),
                TextTable.words("NEXT").ifThereIsRoom()));
    for (PredictedRow row : rows) {
      PredictedAnswer first = row.answers().get(0);
      table.row(
          List.of(
              row.row(),
              first.text(),
              decimal(first),
              row.answers().stream()
                  .skip(1)
                  .limit(OTHERS)
                  .map(answer -> answer.text() + " " + decimal(answer))
                  .collect(Collectors.joining(", "))));
    }
    return table.lines(palette, columns);
  }

  private static String decimal(PredictedAnswer answer) {
    return String.format(Locale.ROOT, "%.3f", answer.probability());
  }
}
