package io.flexora.experiment.cell;

import io.flexora.api.evaluate.ScoredExample;
import io.flexora.results.run.ClassCurve;
import io.flexora.results.run.ClassCurve.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * ROC and precision-recall curves, each class against the others, as scikit-learn defines {@code
 * roc_curve} and {@code precision_recall_curve}.
 */
final class ClassCurves {

  /** The number of classes whose curves are kept, those with the most examples; areas all are. */
  static final int SHOWN = 8;

  /** Points nearer to the point before them than this, in both directions, are left out. */
  static final double NEAR = 1.0 / 200;

  private static final double DIGITS = 1e5;

  /** The counts of an example's probability and all higher ones. */
  private record Passed(long right, long wrong) {}

  private final List<double[]> probabilities;
  private final int[] labels;

  private ClassCurves(List<ScoredExample> scored) {
    this.probabilities = scored.stream().map(ScoredExample::probabilities).toList();
    this.labels = scored.stream().mapToInt(one -> one.prediction().label()).toArray();
  }

  /** The curves of the classes that some but not all examples have. */
  static List<ClassCurve> of(List<String> classes, List<ScoredExample> scored) {
    if (classes.isEmpty()) {
      return List.of();
    }
    ClassCurves all = new ClassCurves(scored);
    long[] examples = new long[classes.size()];
    for (int label : all.labels) {
      examples[label]++;
    }
    List<Integer> both =
        IntStream.range(0, classes.size())
            .filter(c -> examples[c] > 0 && examples[c] < scored.size())
            .boxed()
            .toList();
    Set<Integer> shown =
        both.stream()
            .sorted(Comparator.comparingLong(c -> -examples[c]))
            .limit(SHOWN)
            .collect(Collectors.toSet());
    return both.stream().map(c -> all.curve(classes.get(c), c, shown.contains(c))).toList();
  }

  private ClassCurve curve(String name, int of, boolean shown) {
    List<Passed> passed = passed(of);
    Passed all = passed.get(passed.size() - 1);
    List<Point> roc = new ArrayList<>(List.of(new Point(0, 0)));
    List<Point> precisionRecall = new ArrayList<>(List.of(new Point(0, 1)));
    double area = 0;
    double average = 0;
    for (Passed here : passed) {
      Point before = roc.get(roc.size() - 1);
      Point rates =
          new Point((double) here.wrong() / all.wrong(), (double) here.right() / all.right());
      double precision = (double) here.right() / (here.right() + here.wrong());
      area += (rates.x() - before.x()) * (rates.y() + before.y()) / 2;
      average += (rates.y() - before.y()) * precision;
      roc.add(rates);
      precisionRecall.add(new Point(rates.y(), precision));
    }
    return new ClassCurve(
        name,
        area,
        average,
        shown ? thinned(roc) : List.of(),
        shown ? thinned(precisionRecall) : List.of());
  }

  /** From the highest probability of the class down, an entry for each different one. */
  private List<Passed> passed(int of) {
    int[] order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -probabilities.get(i)[of]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Passed> passed = new ArrayList<>();
    long right = 0;
    for (int i = 0; i < order.length; i++) {
      right += labels[order[i]] == of ? 1 : 0;
      boolean last =
          i + 1 == order.length
              || probabilities.get(order[i])[of] != probabilities.get(order[i + 1])[of];
      if (last) {
        passed.add(new Passed(right, i + 1 - right));
      }
    }
    return passed;
  }

  /** The points that the eye tells apart, the first and the last among them. */
  private static List<Point> thinned(List<Point> points) {
    List<Point> kept = new ArrayList<>(List.of(points.get(0)));
    for (int i = 1; i < points.size(); i++) {
      Point before = kept.get(kept.size() - 1);
      Point here = points.get(i);
      double apart = Math.max(Math.abs(here.x() - before.x()), Math.abs(here.y() - before.y()));
      if (apart >= NEAR || i == points.size() - 1) {
        kept.add(new Point(rounded(here.x()), rounded(here.y())));
      }
    }
    return kept;
  }

  private static double rounded(double share) {
    return Math.round(share * DIGITS) / DIGITS;
  }
}
