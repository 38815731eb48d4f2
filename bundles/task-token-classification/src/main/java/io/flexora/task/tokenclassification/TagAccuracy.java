package io.flexora.task.tokenclassification;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Answer;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Estimates;
import java.util.List;
import java.util.stream.IntStream;

/** The share of words with the right tag, over all words together. */
@Doc("Measure the share of words with the right tag.")
final class TagAccuracy implements Metric {

  private static final MetricDescription TAG_ACCURACY =
      MetricDescription.fraction("tag_accuracy", Need.TAGS, Need.TARGET)
          .withSymbol("tags")
          .asAggregate();

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(TAG_ACCURACY);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        Estimates.ratio(
            TAG_ACCURACY,
            scored.values(e -> right(e.prediction().as(Answer.Tags.class))),
            scored.values(e -> e.prediction().as(Answer.Tags.class).expected().size())));
  }

  private static double right(Answer.Tags tags) {
    return IntStream.range(0, tags.expected().size())
        .filter(i -> tags.expected().get(i).equals(tags.predicted().get(i)))
        .count();
  }
}
