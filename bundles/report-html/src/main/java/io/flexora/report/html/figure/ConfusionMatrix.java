package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassScore;
import io.flexora.results.run.Confusion;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A confusion matrix: how many examples of each class are predicted as each class.
 *
 * @param caption what it shows
 * @param classes the predicted classes, from left to right
 * @param rows a row for each true class
 */
public record ConfusionMatrix(String caption, List<String> classes, List<MatrixRow> rows) {

  /** More classes than these make a table of the most frequent confusions instead. */
  private static final int MOST_CLASSES = 20;

  private static final int MOST_CONFUSIONS = 20;

  /** A true class and its entries. */
  public record MatrixRow(String name, List<MatrixEntry> entries) {}

  /**
   * An entry.
   *
   * @param count the number of examples
   * @param share their share of the row, from 0 to 1, for the style sheet
   * @param right whether it lies on the diagonal
   * @param tip the entry in words
   */
  public record MatrixEntry(String count, String share, boolean right, String tip) {}

  /** Draws it; absent without confusions, and where there are too many classes. */
  static Optional<ConfusionMatrix> of(Outcome outcome, CellAnswers answers) {
    if (answers.confusions().isEmpty() || answers.classes().size() > MOST_CLASSES) {
      return Optional.empty();
    }
    Map<List<String>, Long> counts = new HashMap<>();
    answers.confusions().forEach(c -> counts.put(List.of(c.label(), c.predicted()), c.examples()));
    List<String> classes = answers.classes().stream().map(ClassScore::name).toList();
    return Optional.of(
        new ConfusionMatrix(
            "Confusion matrix of " + outcome.title(),
            classes,
            answers.classes().stream().map(label -> row(label, classes, counts)).toList()));
  }

  private static MatrixRow row(
      ClassScore label, List<String> classes, Map<List<String>, Long> counts) {
    return new MatrixRow(
        label.name(),
        classes.stream()
            .map(
                predicted ->
                    entry(
                        label,
                        predicted,
                        counts.getOrDefault(List.of(label.name(), predicted), 0L)))
            .toList());
  }

  private static MatrixEntry entry(ClassScore label, String predicted, long count) {
    double share = label.examples() == 0 ? 0 : (double) count / label.examples();
    return new MatrixEntry(
        Numerals.count((double) count),
        String.format(Locale.ROOT, "%.3f", share),
        label.name().equals(predicted),
        "%s of %s examples of %s predicted as %s (%s)"
            .formatted(
                Numerals.count((double) count),
                Numerals.count((double) label.examples()),
                label.name(),
                predicted,
                Numerals.percent(share)));
  }

  /** The most frequent confusions where there are too many classes for a matrix. */
  static Optional<FigureTable> mistakes(Outcome outcome, CellAnswers answers) {
    List<Confusion> mistakes =
        answers.confusions().stream()
            .filter(confusion -> !confusion.label().equals(confusion.predicted()))
            .sorted(Comparator.comparingLong(confusion -> -confusion.examples()))
            .limit(MOST_CONFUSIONS)
            .toList();
    if (mistakes.isEmpty() || answers.classes().size() <= MOST_CLASSES) {
      return Optional.empty();
    }
    Map<String, Long> examples = new HashMap<>();
    answers.classes().forEach(score -> examples.put(score.name(), score.examples()));
    FigureTable table =
        FigureTable.of(
            "Most frequent confusions of " + outcome.title(),
            "True",
            "Predicted",
            "#Examples",
            "#Share of the class");
    for (Confusion mistake : mistakes) {
      table.row(
          mistake.label(),
          mistake.predicted(),
          Numerals.count((double) mistake.examples()),
          Numerals.percent((double) mistake.examples() / examples.get(mistake.label())));
    }
    return Optional.of(table);
  }
}
