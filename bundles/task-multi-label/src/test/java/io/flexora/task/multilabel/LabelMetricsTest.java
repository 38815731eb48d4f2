package io.flexora.task.multilabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.testkit.MetricSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LabelMetricsTest {

  private static final int[][] TRUE = {
    {0, 0, 1, 0, 0},
    {1, 0, 1, 1, 0},
    {0, 0, 0, 0, 0},
    {0, 1, 1, 0, 0},
    {0, 0, 0, 0, 0},
    {1, 1, 1, 0, 0},
    {0, 1, 1, 1, 0},
    {1, 0, 0, 1, 0}
  };

  private static final double[][] SCORES = {
    {0.6, 0.59, 0.91, 0.13, 0.7},
    {0.8, 0.24, 0.8, 0.81, 0.1},
    {0.4, 0.83, 0.51, 0.2, 0.95},
    {0.0, 1.0, 0.5, 0.2, 0.04},
    {0.24, 0.59, 0.63, 0.4, 0.3},
    {0.75, 0.8, 0.8, 0.2, 0.34},
    {0.0, 0.26, 0.9, 0.83, 0.4},
    {0.7, 0.1, 0.01, 0.84, 0.35}
  };

  private static ScoredExample example(String id, List<Integer> labels, double... scores) {
    LabelsHead head =
        new LabelsHead(
            IntStream.range(0, scores.length).mapToObj(i -> "label" + i).toList(),
            Optional.of(0.5));
    Example example = Example.measured(id, "text", new LabelSet(labels));
    return new ScoredExample(example, new Prediction(id, head.answer(example, scores)), List.of());
  }

  private static List<Integer> ones(int[] row) {
    return IntStream.range(0, row.length).filter(i -> row[i] == 1).boxed().toList();
  }

  /** The numbers are those of scikit-learn. */
  @Test
  void agreesWithScikitLearn() {
    List<ScoredExample> scored = new ArrayList<>();
    for (int i = 0; i < TRUE.length; i++) {
      scored.add(example("e" + i, ones(TRUE[i]), SCORES[i]));
    }
    assertValue(new LabelMetrics.MicroF1(), scored, 0.7428571428571429);
    assertValue(new LabelMetrics.MacroF1(), scored, 0.6380952380952382);
    assertValue(new LabelMetrics.SubsetAccuracy(), scored, 0.5);
    assertValue(new LabelMetrics.HammingLoss(), scored, 0.225);
    assertValue(new LabelMetrics.RankingPrecision(), scored, 0.9895833333333334);
    assertValue(new LabelMetrics.LabelAuroc(), scored, 0.9);
  }

  @Test
  void nothingGivenAndNothingRightIsNoF1() {
    List<ScoredExample> scored = List.of(example("e", List.of(), 0.1, 0.2));
    assertValue(new LabelMetrics.MicroF1(), scored, 0);
    assertValue(new LabelMetrics.MacroF1(), scored, 0);
    assertValue(new LabelMetrics.LabelAuroc(), scored, 0.5);
  }

  private static void assertValue(Metric metric, List<ScoredExample> scored, double value) {
    assertThat(metric.compute(new ScoredExamples(scored)).get(0).value().value())
        .as(metric.descriptions().get(0).name())
        .isCloseTo(value, within(1e-12));
  }

  /** A metric by its name. */
  abstract static class Named extends MetricSuite {

    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    protected String configuration() {
      return name;
    }

    @Override
    protected ScoredExample draw(int index, SplittableRandom random) {
      List<Integer> labels =
          IntStream.range(0, 3).filter(i -> random.nextInt(3) <= i).boxed().toList();
      double[] scores = new double[3];
      for (int i = 0; i < 3; i++) {
        double score = random.nextDouble() * 0.7 + (labels.contains(i) ? 0.3 : 0);
        scores[i] = index % 5 == 0 ? Math.rint(10 * score) / 10 : score;
      }
      return example("e" + index, labels, scores);
    }

    @Override
    protected ScoredExample perfect(ScoredExample example) {
      List<Integer> labels = ((LabelSet) example.example().target().orElseThrow()).indices();
      return example(
          example.example().id(),
          labels,
          IntStream.range(0, 3).mapToDouble(i -> labels.contains(i) ? 0.9 : 0.1).toArray());
    }
  }

  @Nested
  class MicroF1 extends Named {
    MicroF1() {
      super("micro_f1");
    }
  }

  @Nested
  class MacroF1 extends Named {
    MacroF1() {
      super("label_macro_f1");
    }
  }

  @Nested
  class SubsetAccuracy extends Named {
    SubsetAccuracy() {
      super("subset_accuracy");
    }
  }

  @Nested
  class HammingLoss extends Named {
    HammingLoss() {
      super("hamming_loss");
    }
  }

  @Nested
  class RankingPrecision extends Named {
    RankingPrecision() {
      super("lrap");
    }
  }

  @Nested
  class LabelAuroc extends Named {
    LabelAuroc() {
      super("label_auroc");
    }
  }
}
