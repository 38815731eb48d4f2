package {{package}};

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricDescription.Need;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The share of examples of which a right choice is among the k likeliest. */
@Doc("Measure the share of examples of which a right choice is among the k likeliest.")
final class {{type}}Metric implements Metric {

  // All that tables, comparisons and reports know of it: its range, that more is better, that it is
  // the mean of a value of each example, and what it is computed from.
  private static final MetricDescription DESCRIPTION =
      MetricDescription.fraction("{{snake}}", Need.SCORES, Need.LABEL);

  private final {{type}}Options options;

  @Inject
  {{type}}Metric({{type}}Options options) {
    this.options = options;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(DESCRIPTION);
  }

  /** Asked before anything is trained: an hour later would be too late. */
  @Override
  public Optional<String> misfit(EvaluatedTask task) {
    return task.classes().isEmpty() || task.classes().size() > options.k()
        ? Optional.empty()
        : Optional.of(
            "it counts the %d likeliest choices, but there are %d classes"
                .formatted(options.k(), task.classes().size()));
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    // With the value of each example, models can be compared example by example.
    return List.of(Estimates.mean(DESCRIPTION, scored.values(this::hit)));
  }

  private double hit(ScoredExample example) {
    double right = example.score(example.prediction().label());
    long better =
        IntStream.range(0, example.prediction().scores().size())
            .filter(choice -> example.score(choice) > right)
            .count();
    return better < options.k() ? 1 : 0;
  }
}
