package io.flexora.experiment.cell;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Head;
import io.flexora.numerics.score.Estimates;
import io.flexora.results.run.AnsweredExample;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassScore;
import io.flexora.results.run.Confusion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A summary of the answers of a cell, class by class and with some examples, from its predictions.
 */
final class AnswerSummary {

  /** So many right and so many wrong examples are kept. */
  static final int SHOWN = 5;

  /** So many characters of a text are. */
  static final int LONGEST = 400;

  private final List<ScoredExample> scored;
  private final List<String> classes;
  private final boolean texts;

  private AnswerSummary(List<ScoredExample> scored, List<String> classes, boolean texts) {
    this.scored = scored;
    this.classes = classes;
    this.texts = texts;
  }

  /**
   * Sums the answers up.
   *
   * @param examples the evaluated examples
   * @param predictions one for each of them, in order
   * @param texts whether examples are shown with their texts. Without them one is shown by the
   *     origin of its row, and its answers by their classes, or by their numbers from 1 where it
   *     has choices of its own
   * @return nothing unless there is a prediction for each example and it chooses among answers
   */
  static CellAnswers of(List<Example> examples, List<Prediction> predictions, boolean texts) {
    if (examples.size() != predictions.size()) {
      return new CellAnswers(List.of(), List.of());
    }
    List<ScoredExample> scored =
        IntStream.range(0, examples.size())
            .mapToObj(i -> new ScoredExample(examples.get(i), predictions.get(i), List.of()))
            .toList();
    if (scored.isEmpty() || !scored.stream().allMatch(AnswerSummary::chooses)) {
      return new CellAnswers(List.of(), List.of());
    }
    // A single example shares its choices with itself, which does not make them classes.
    List<String> classes =
        texts || examples.size() > 1 ? Example.sharedChoices(examples) : List.of();
    AnswerSummary summary = new AnswerSummary(scored, classes, texts);
    return new CellAnswers(
        summary.classes(),
        summary.confusions(),
        ClassCurves.of(summary.classes, summary.scored),
        summary.shown());
  }

  /**
   * Sums up answers with named things, such as labels or entities, by their names.
   *
   * @param head the head that gave the answers
   * @param texts whether examples are shown with their texts, and things with their parts of them
   * @return nothing unless there is a prediction for each example and the head names things
   */
  static CellAnswers ofFindings(
      Head head, List<Example> examples, List<Prediction> predictions, boolean texts) {
    if (examples.size() != predictions.size()) {
      return new CellAnswers(List.of(), List.of());
    }
    Map<String, long[]> counts = new TreeMap<>();
    List<AnsweredExample> answered = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      List<Head.Finding> findings = head.findings(example, predictions.get(i).answer());
      for (Head.Finding finding : findings) {
        long[] count = counts.computeIfAbsent(finding.name(), name -> new long[3]);
        count[0] += finding.expected() ? 1 : 0;
        count[1] += finding.given() ? 1 : 0;
        count[2] += finding.expected() && finding.given() ? 1 : 0;
      }
      if (findings.stream().anyMatch(finding -> finding.given() || finding.expected())) {
        answered.add(answered(example, findings, texts));
      }
    }
    return new CellAnswers(
        counts.entrySet().stream()
            .map(e -> score(e.getKey(), e.getValue()[0], e.getValue()[1], e.getValue()[2]))
            .toList(),
        Stream.of(false, true)
            .flatMap(right -> answered.stream().filter(e -> e.right() == right).limit(SHOWN))
            .toList());
  }

  private static AnsweredExample answered(
      Example example, List<Head.Finding> findings, boolean texts) {
    return new AnsweredExample(
        example.id(),
        texts ? cut(example.prompt()) : "",
        named(example, findings, Head.Finding::expected, texts),
        named(example, findings, Head.Finding::given, texts),
        Double.NaN,
        findings.stream().allMatch(finding -> finding.given() == finding.expected()));
  }

  private static String named(
      Example example, List<Head.Finding> findings, Predicate<Head.Finding> which, boolean texts) {
    return cut(
        findings.stream()
            .filter(which)
            .map(
                finding ->
                    finding
                        .part()
                        .filter(part -> texts)
                        .map(part -> part.in(example.prompt()) + " (" + finding.name() + ")")
                        .orElse(finding.name()))
            .collect(Collectors.joining(", ")));
  }

  private static boolean chooses(ScoredExample scored) {
    int choices = scored.example().choices().size();
    return choices > 1
        && scored.prediction().isChoice()
        && scored.prediction().scores().size() == choices
        && scored.prediction().exampleId().equals(scored.example().id())
        && scored.prediction().scores().stream().noneMatch(score -> score.isNaN());
  }

  private List<ClassScore> classes() {
    long[] examples = new long[classes.size()];
    long[] predicted = new long[classes.size()];
    long[] right = new long[classes.size()];
    if (!classes.isEmpty()) {
      for (ScoredExample one : scored) {
        examples[one.prediction().label()]++;
        predicted[one.prediction().predicted()]++;
        right[one.prediction().label()] += one.isRight() ? 1 : 0;
      }
    }
    return IntStream.range(0, classes.size())
        .mapToObj(c -> score(classes.get(c), examples[c], predicted[c], right[c]))
        .toList();
  }

  private List<Confusion> confusions() {
    long[][] counts = new long[classes.size()][classes.size()];
    if (!classes.isEmpty()) {
      scored.forEach(one -> counts[one.prediction().label()][one.prediction().predicted()]++);
    }
    List<Confusion> confusions = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        if (counts[label][predicted] > 0) {
          confusions.add(
              new Confusion(classes.get(label), classes.get(predicted), counts[label][predicted]));
        }
      }
    }
    return confusions;
  }

  private static ClassScore score(String name, long examples, long predicted, long right) {
    // F1 = 2J / (1 + J), where J is the share of right ones among all that have the class as
    // label or prediction: a proportion, whose interval carries over.
    long either = examples + predicted - right;
    return new ClassScore(
        name,
        examples,
        predicted,
        right,
        share(right, predicted),
        interval(right, predicted, p -> p),
        share(right, examples),
        interval(right, examples, p -> p),
        share(2 * right, examples + predicted),
        interval(right, either, j -> 2 * j / (1 + j)));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  private static Optional<MetricValue.ConfidenceInterval> interval(
      long part, long whole, DoubleUnaryOperator transformed) {
    if (whole == 0) {
      return Optional.empty();
    }
    MetricValue.ConfidenceInterval found = Estimates.wilson(part, whole);
    return Optional.of(
        new MetricValue.ConfidenceInterval(
            transformed.applyAsDouble(found.low()), transformed.applyAsDouble(found.high())));
  }

  /** The most confident of the wrong ones and the least confident of the right ones. */
  private List<AnsweredExample> shown() {
    List<AnsweredExample> wrong = new ArrayList<>();
    List<AnsweredExample> right = new ArrayList<>();
    for (ScoredExample one : scored) {
      (one.isRight() ? right : wrong).add(answered(one));
    }
    Comparator<AnsweredExample> confidence =
        Comparator.comparingDouble(AnsweredExample::confidence);
    return Stream.concat(
            wrong.stream().sorted(confidence.reversed()).limit(SHOWN),
            right.stream().sorted(confidence).limit(SHOWN))
        .toList();
  }

  private AnsweredExample answered(ScoredExample one) {
    int predicted = one.prediction().predicted();
    return new AnsweredExample(
        one.example().id(),
        texts ? cut(one.example().prompt()) : "",
        answer(one, one.prediction().label()),
        answer(one, predicted),
        one.confidence(),
        one.isRight());
  }

  private String answer(ScoredExample one, int choice) {
    return texts || !classes.isEmpty()
        ? cut(one.choiceText(choice))
        : "choice %d".formatted(choice + 1);
  }

  /** A text without its end, and never half of a character. */
  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
