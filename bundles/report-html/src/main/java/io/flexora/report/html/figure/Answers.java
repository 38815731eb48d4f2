package io.flexora.report.html.figure;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.run.AnsweredExample;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The answers of one cell.
 *
 * @param title the cell's name
 * @param main whether it is the main cell, whose answers are shown at once
 * @param classes the scores of each class
 * @param matrix the confusion matrix
 * @param mistakes the most frequent confusions, where the matrix would be too large
 * @param curves ROC and precision-recall curves
 * @param examples examples right and wrong
 */
public record Answers(
    String title,
    boolean main,
    Optional<FigureTable> classes,
    Optional<ConfusionMatrix> matrix,
    Optional<FigureTable> mistakes,
    Optional<Curves> curves,
    List<FigureTable> examples) {

  private static final int DECIMALS = 3;

  /** Those of all cells that have some. */
  static List<Answers> of(Evidence evidence) {
    List<Answers> all = new ArrayList<>();
    for (Outcome outcome : evidence.outcomes()) {
      Optional.ofNullable(evidence.record().answers().get(outcome.name()))
          .filter(answers -> !answers.isEmpty())
          .ifPresent(answers -> all.add(of(outcome, answers)));
    }
    return all;
  }

  private static Answers of(Outcome outcome, CellAnswers answers) {
    List<FigureTable> examples = new ArrayList<>();
    add(
        examples,
        "Wrong answers of " + outcome.title() + ordered(answers, ", the most confident first"),
        answers,
        example -> !example.right());
    add(
        examples,
        "Right answers of " + outcome.title() + ordered(answers, ", the least confident first"),
        answers,
        AnsweredExample::right);
    return new Answers(
        outcome.title(),
        outcome.main(),
        classes(outcome, answers),
        ConfusionMatrix.of(outcome, answers),
        ConfusionMatrix.mistakes(outcome, answers),
        Curves.of(outcome, answers),
        examples);
  }

  /** Answers without a confidence, such as entities, stand in the order of their rows. */
  private static String ordered(CellAnswers answers, String order) {
    return answers.examples().stream().allMatch(example -> Double.isNaN(example.confidence()))
        ? ""
        : order;
  }

  private static Optional<FigureTable> classes(Outcome outcome, CellAnswers answers) {
    if (answers.classes().isEmpty()) {
      return Optional.empty();
    }
    FigureTable table =
        FigureTable.of(
            "Scores of each class by " + outcome.title(),
            "Class",
            "#Examples",
            "#Predicted",
            "#Precision",
            "#95 % interval of precision",
            "#Recall",
            "#95 % interval of recall",
            "#F1",
            "#95 % interval of F1");
    for (ClassScore score : answers.classes()) {
      table.row(
          score.name(),
          Numerals.count((double) score.examples()),
          Numerals.count((double) score.predicted()),
          number(score.precision()),
          range(score.precisionInterval()),
          number(score.recall()),
          range(score.recallInterval()),
          number(score.f1()),
          range(score.f1Interval()));
    }
    return Optional.of(table);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? Numerals.NONE : Numerals.fixed(value, DECIMALS);
  }

  private static String range(Optional<ConfidenceInterval> interval) {
    return interval
        .map(known -> Numerals.range(known.low(), known.high(), DECIMALS))
        .orElse(Numerals.NONE);
  }

  private static void add(
      List<FigureTable> tables,
      String caption,
      CellAnswers answers,
      Predicate<AnsweredExample> wanted) {
    List<AnsweredExample> examples = answers.examples().stream().filter(wanted).toList();
    if (examples.isEmpty()) {
      return;
    }
    boolean texts = examples.stream().anyMatch(example -> !example.text().isEmpty());
    FigureTable table =
        texts
            ? FigureTable.of(caption, "Text", "True", "Predicted", "#Confidence", "Row")
            : FigureTable.of(caption, "Row", "True", "Predicted", "#Confidence");
    for (AnsweredExample example : examples) {
      String confidence = number(example.confidence());
      if (texts) {
        table.row(
            example.text(), example.label(), example.predicted(), confidence, example.exampleId());
      } else {
        table.row(example.exampleId(), example.label(), example.predicted(), confidence);
      }
    }
    tables.add(table);
  }
}
