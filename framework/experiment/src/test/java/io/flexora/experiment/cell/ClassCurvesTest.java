package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Prediction;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.ClassCurve;
import io.flexora.results.run.ClassCurve.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassCurvesTest {

  /** Log-likelihoods of ten examples, of which two pairs have the same. */
  private static final double[][] SCORES = {
    {-1.2, -0.4, -2.0},
    {-0.3, -1.5, -2.2},
    {-0.3, -1.5, -2.2},
    {-0.9, -1.0, -1.4},
    {-2.5, -0.2, -3.0},
    {-2.0, -1.8, -0.4},
    {-2.0, -1.8, -0.4},
    {-1.1, -1.3, -0.8},
    {-0.1, -3.0, -2.7},
    {-3.1, -2.4, -0.2}
  };

  private static final int[] LABELS = {0, 0, 1, 1, 1, 2, 0, 2, 1, 2};

  private static CellAnswers answers(List<String> classes, double[][] scores, int[] labels) {
    List<Example> examples =
        IntStream.range(0, labels.length)
            .mapToObj(i -> new Example("row " + i, "text", classes, labels[i]))
            .toList();
    List<Prediction> predictions =
        IntStream.range(0, labels.length)
            .mapToObj(i -> Prediction.of(examples.get(i), scores[i]))
            .toList();
    return AnswerSummary.of(examples, predictions, false);
  }

  private static Point[] points(double... pairs) {
    return IntStream.range(0, pairs.length / 2)
        .mapToObj(i -> new Point(pairs[2 * i], pairs[2 * i + 1]))
        .toArray(Point[]::new);
  }

  /**
   * The numbers are those of scikit-learn 1.9.1: {@code confusion_matrix}, {@code roc_auc_score},
   * {@code average_precision_score}, {@code roc_curve} with {@code drop_intermediate=False} and
   * {@code precision_recall_curve}, one class against the rest by its softmax probability.
   */
  @Test
  void agreesWithScikitLearn() {
    CellAnswers answers = answers(List.of("cat", "dog", "eel"), SCORES, LABELS);

    assertThat(answers.confusions())
        .extracting(c -> c.label() + " " + c.predicted() + " " + c.examples())
        .containsExactly(
            "cat cat 1", "cat dog 1", "cat eel 1", "dog cat 3", "dog dog 1", "eel eel 3");
    List<ClassCurve> curves = answers.curves();
    assertThat(curves).extracting(ClassCurve::name).containsExactly("cat", "dog", "eel");
    double[] areas = {0.5238095238095238, 0.6041666666666666, 0.9285714285714285};
    double[] precisions = {0.3472222222222222, 0.6416666666666666, 0.8055555555555556};
    for (int c = 0; c < 3; c++) {
      assertThat(curves.get(c).rocArea()).isCloseTo(areas[c], within(1e-15));
      assertThat(curves.get(c).averagePrecision()).isCloseTo(precisions[c], within(1e-15));
    }
    assertThat(curves.get(2).roc())
        .containsExactly(
            points(
                0, 0, 0, 0.33333, 0.14286, 0.66667, 0.14286, 1, 0.28571, 1, 0.42857, 1, 0.71429, 1,
                0.85714, 1, 1, 1));
    assertThat(curves.get(1).precisionRecall())
        .containsExactly(
            points(
                0, 1, 0.25, 1, 0.25, 0.5, 0.5, 0.66667, 0.5, 0.5, 0.75, 0.5, 0.75, 0.375, 0.75,
                0.33333, 1, 0.4));
  }

  @Test
  void aThinnedCurveKeepsItsAreaWithinTheEyesReach() {
    Random random = new Random(3);
    int[] labels = random.ints(20_000, 0, 2).toArray();
    double[][] scores =
        IntStream.of(labels)
            .mapToObj(label -> new double[] {random.nextGaussian() - label, random.nextGaussian()})
            .toArray(double[][]::new);

    ClassCurve curve = answers(List.of("no", "yes"), scores, labels).curves().get(1);

    List<Point> roc = curve.roc();
    assertThat(roc).hasSizeBetween(150, 402).startsWith(new Point(0, 0)).endsWith(new Point(1, 1));
    double area = 0;
    for (int i = 1; i < roc.size(); i++) {
      area += (roc.get(i).x() - roc.get(i - 1).x()) * (roc.get(i).y() + roc.get(i - 1).y()) / 2;
    }
    // The scores' difference is N(0, 2) without and N(1, 2) with the class: Phi(1/2).
    assertThat(curve.rocArea()).isCloseTo(0.6915, within(0.01));
    assertThat(area).isCloseTo(curve.rocArea(), within(ClassCurves.NEAR));
  }

  @Test
  void keepsTheCurvesOfTheClassesWithTheMostExamples() {
    List<String> classes = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < ClassCurves.SHOWN + 2; c++) {
      classes.add("class " + c);
      for (int i = 0; i <= c; i++) {
        labels.add(c);
      }
    }
    classes.add("without examples");
    double[][] scores = new double[labels.size()][classes.size()];
    int[] known = labels.stream().mapToInt(Integer::intValue).toArray();
    List<ClassCurve> curves = answers(classes, scores, known).curves();

    assertThat(curves).hasSize(ClassCurves.SHOWN + 2);
    assertThat(curves).extracting(ClassCurve::rocArea).containsOnly(0.5);
    assertThat(curves.subList(0, 2)).allMatch(curve -> curve.roc().isEmpty());
    assertThat(curves.subList(2, curves.size()))
        .allMatch(curve -> curve.roc().equals(List.of(points(0, 0, 1, 1))));
  }

  @Test
  void choicesOfEachExampleHaveNoCurves() {
    Example one = new Example("a", "Where?", List.of("here", "there"), 1);
    Example other = new Example("b", "Who?", List.of("he", "she"), 0);
    CellAnswers answers =
        AnswerSummary.of(
            List.of(one, other),
            List.of(
                Prediction.of(one, new double[] {-2, -1}),
                Prediction.of(other, new double[] {-2, -1})),
            true);
    assertThat(answers.curves()).isEmpty();
    assertThat(answers.confusions()).isEmpty();
  }
}
