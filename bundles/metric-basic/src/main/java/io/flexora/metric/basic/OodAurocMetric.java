package io.flexora.metric.basic;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.metric.basic.OodAurocOptions.Certainty;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;

/**
 * The area under the ROC curve of the model's certainty, with its own test examples as positives
 * and those of a further test set (out of distribution) as negatives.
 *
 * <p>Examples have no numbers of it. Those of the further test set alone would leave out how much
 * the own ones vary, and tests over them would be too sure.
 */
@Doc(
    "Measure how well the model's certainty tells its own test examples from those of a further"
        + " test set, by the area under the ROC curve: 1 is perfect, 0.5 is chance. It is for"
        + " evaluators under test_sets, of the same kind as that of the own test examples, and"
        + " needs two choices at least in every example of both.")
final class OodAurocMetric implements Metric {

  private static final MetricDescription OOD_AUROC =
      MetricDescription.score("ood_auroc", Need.SCORES, Need.REFERENCE)
          .withSymbol("OOD AUROC")
          .withRange(MetricDescription.Range.FRACTION)
          .asAggregate();

  private final OodAurocOptions options;

  @Inject
  OodAurocMetric(OodAurocOptions options) {
    this.options = options;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(OOD_AUROC);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    List<Example> both =
        Stream.concat(task.reference().stream().flatMap(List::stream), task.examples().stream())
            .toList();
    Classes.checkAllChoices(both, found);
    checkScore(both, found);
  }

  /** A guess among few choices has a higher probability than one among many. */
  private void checkScore(List<Example> both, Compatibility found) {
    both.stream()
        .filter(example -> options.score() == Certainty.CONFIDENCE)
        .filter(example -> example.choices().size() != both.get(0).choices().size())
        .findFirst()
        .ifPresent(
            other ->
                found.refuse(
                    ("by 'score: confidence' it needs the same number of choices in every example, its"
                            + " own and those of the test set, but %s has %d and %s has %d; take"
                            + " 'score: entropy'")
                        .formatted(
                            both.get(0).id(),
                            both.get(0).choices().size(),
                            other.id(),
                            other.choices().size())));
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    Auroc auroc = new Auroc(certainties(scored.requireReference()), certainties(scored.examples()));
    MetricValue value = new MetricValue(OOD_AUROC, auroc.value(), auroc.standardError());
    return List.of(new Metric.Result(value, List.of()));
  }

  private double[] certainties(List<ScoredExample> examples) {
    return examples.stream()
        .mapToDouble(
            options.score() == Certainty.CONFIDENCE
                ? ScoredExample::confidence
                : OodAurocMetric::negativeEntropy)
        .toArray();
  }

  /** Minus the entropy of the probabilities, divided by its maximum: from -1 to 0. */
  private static double negativeEntropy(ScoredExample example) {
    double[] probabilities = example.probabilities();
    double sum = 0;
    for (double probability : probabilities) {
      sum += probability > 0 ? probability * Math.log(probability) : 0;
    }
    return sum / Math.log(probabilities.length);
  }
}
