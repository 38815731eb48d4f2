package io.flexora.task.multilabel;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Estimates;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** Metrics of sets of labels; an F1 of 0/0 is 0. */
abstract class LabelMetrics implements Metric {

  private static final Need[] NEEDS = {Need.LABELS, Need.TARGET};

  private final MetricDescription description;

  LabelMetrics(MetricDescription description) {
    this.description = description;
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        compute(
            scored.examples().stream()
                .map(example -> example.prediction().as(Answer.Labels.class))
                .toList(),
            description));
  }

  abstract Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric);

  private static double[] each(List<Answer.Labels> answers, ToDoubleFunction<Answer.Labels> of) {
    return answers.stream().mapToDouble(of).toArray();
  }

  private static int right(Answer.Labels answer) {
    return (int) answer.predicted().stream().filter(answer.expected()::contains).count();
  }

  private static int either(Answer.Labels answer) {
    return answer.predicted().size() + answer.expected().size();
  }

  private static int labels(List<Answer.Labels> answers) {
    return answers.get(0).scores().size();
  }

  /** The F1 of all labels of all examples together. */
  @Doc("Measure the F1 of given labels, over all labels and examples together.")
  static final class MicroF1 extends LabelMetrics {
    MicroF1() {
      super(MetricDescription.fraction("micro_f1", NEEDS).withSymbol("µF1").asAggregate());
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      double[] either = each(answers, LabelMetrics::either);
      return DoubleStream.of(either).sum() == 0
          ? Estimates.ofInfluence(metric, 0)
          : Estimates.ratio(metric, each(answers, answer -> 2 * right(answer)), either);
    }
  }

  /** The mean of the F1 of each label. */
  @Doc("Measure the mean of the F1 of each label.")
  static final class MacroF1 extends LabelMetrics {
    MacroF1() {
      super(MetricDescription.fraction("label_macro_f1", NEEDS).withSymbol("mF1").asAggregate());
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      int labels = labels(answers);
      double value = 0;
      double[] influence = new double[answers.size()];
      for (int label = 0; label < labels; label++) {
        int of = label;
        double[] either = each(answers, a -> has(a.predicted(), of) + has(a.expected(), of));
        double[] right = each(answers, a -> 2.0 * has(a.predicted(), of) * has(a.expected(), of));
        double all = DoubleStream.of(either).sum();
        if (all > 0) {
          double f1 = DoubleStream.of(right).sum() / all;
          value += f1 / labels;
          for (int i = 0; i < influence.length; i++) {
            influence[i] += influence.length * (right[i] - f1 * either[i]) / all / labels;
          }
        }
      }
      return Estimates.ofInfluence(metric, value, influence);
    }

    private static int has(List<Integer> labels, int label) {
      return labels.contains(label) ? 1 : 0;
    }
  }

  /** The share of examples whose labels are all right. */
  @Doc("Measure the share of examples with exactly the right labels.")
  static final class SubsetAccuracy extends LabelMetrics {
    SubsetAccuracy() {
      super(MetricDescription.fraction("subset_accuracy", NEEDS).withSymbol("exact"));
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      return Estimates.mean(metric, each(answers, a -> a.predicted().equals(a.expected()) ? 1 : 0));
    }
  }

  /** The share of labels that are wrongly given or wrongly not given. */
  @Doc("Measure the share of labels that are wrongly given or missed.")
  static final class HammingLoss extends LabelMetrics {
    HammingLoss() {
      super(
          MetricDescription.error("hamming_loss", NEEDS)
              .withSymbol("hamming")
              .withRange(MetricDescription.Range.FRACTION));
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      return Estimates.mean(
          metric, each(answers, a -> (either(a) - 2.0 * right(a)) / a.scores().size()));
    }
  }

  /** The label ranking average precision. */
  @Doc(
      "Measure the label ranking average precision: for each right label, the share of right ones"
          + " among the labels with at least its score.")
  static final class RankingPrecision extends LabelMetrics {
    RankingPrecision() {
      super(MetricDescription.fraction("lrap", NEEDS).withSymbol("LRAP"));
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      return Estimates.mean(metric, each(answers, RankingPrecision::precision));
    }

    /** 1 where no label or all are right, as no ranking could be better. */
    private static double precision(Answer.Labels answer) {
      List<Integer> right = answer.expected();
      if (right.isEmpty() || right.size() == answer.scores().size()) {
        return 1;
      }
      double sum = 0;
      for (int label : right) {
        double score = answer.scores().get(label);
        long rank = answer.scores().stream().filter(s -> s >= score).count();
        long above = right.stream().filter(l -> answer.scores().get(l) >= score).count();
        sum += (double) above / rank;
      }
      return sum / right.size();
    }
  }

  /** The mean of the area under the ROC curve of each label. */
  @Doc(
      "Measure how well the score of a label tells examples that have it from others, by the area"
          + " under the ROC curve: the mean over the labels that some examples have and some have"
          + " not.")
  static final class LabelAuroc extends LabelMetrics {
    LabelAuroc() {
      super(
          MetricDescription.score("label_auroc", NEEDS)
              .withSymbol("AUROC")
              .withRange(MetricDescription.Range.FRACTION)
              .asAggregate());
    }

    @Override
    Metric.Result compute(List<Answer.Labels> answers, MetricDescription metric) {
      double sum = 0;
      double[] influence = new double[answers.size()];
      int told = 0;
      for (int label = 0; label < labels(answers); label++) {
        int of = label;
        double[] with = sorted(answers, of, true);
        double[] others = sorted(answers, of, false);
        if (with.length > 0 && others.length > 0) {
          told++;
          double auroc =
              DoubleStream.of(with).map(score -> below(others, score)).sum() / with.length;
          sum += auroc;
          for (int i = 0; i < influence.length; i++) {
            double score = answers.get(i).scores().get(of);
            influence[i] +=
                answers.get(i).expected().contains(of)
                    ? (below(others, score) - auroc) * influence.length / with.length
                    : (1 - below(with, score) - auroc) * influence.length / others.length;
          }
        }
      }
      if (told == 0) {
        return Estimates.ofInfluence(metric, 0.5);
      }
      double labels = told;
      return Estimates.ofInfluence(
          metric, sum / labels, DoubleStream.of(influence).map(i -> i / labels).toArray());
    }

    private static double[] sorted(List<Answer.Labels> answers, int label, boolean having) {
      return answers.stream()
          .filter(answer -> answer.expected().contains(label) == having)
          .mapToDouble(answer -> answer.scores().get(label))
          .sorted()
          .toArray();
    }

    /** The share of sorted scores below one; equals count half. */
    private static double below(double[] sorted, double score) {
      return (first(sorted, score, false) + first(sorted, score, true)) / 2.0 / sorted.length;
    }

    /** The index of the first score that is not below one, or of the first above it. */
    private static int first(double[] sorted, double score, boolean above) {
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        boolean before = above ? sorted[middle] <= score : sorted[middle] < score;
        low = before ? middle + 1 : low;
        high = before ? high : middle;
      }
      return low;
    }
  }
}
