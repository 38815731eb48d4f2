package io.flexora.api.evaluate;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import java.util.Arrays;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Computes one or several figures from scored examples. One object serves all cells of a run: what
 * a call gives depends on its arguments alone.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "metric", affects = Effect.EVALUATION)
public interface Metric {

  /**
   * Describes the figures it computes, at least one; the first is the one that decides between
   * models where the metric is to decide. It needs no examples for that.
   */
  List<MetricDescription> descriptions();

  /**
   * Whether its figures may decide between models: not where a better value tells of no better
   * model, such as the p-value of a test, which is noise wherever there is nothing to find.
   */
  default boolean canDecide() {
    return true;
  }

  /**
   * Notes why it cannot be computed from some examples, such as {@code it needs two classes, but
   * there are 5}; nothing by default. It is asked before anything is trained or scored. Whether the
   * examples have what its descriptions {@linkplain MetricDescription#needs need} was checked
   * before.
   *
   * @param task the task to be scored
   */
  default void checkCompatibility(EvaluatedTask task, Compatibility found) {}

  /**
   * Computes its figures. The order of the examples changes no figure, but for the rounding of
   * sums.
   *
   * @param scored at least one example; with a reference exactly where the task that {@link
   *     #checkCompatibility} was asked about {@linkplain EvaluatedTask#hasReference has one}
   * @return one result for each description, in their order
   */
  List<Result> compute(ScoredExamples scored);

  /**
   * The value of a metric on a set of examples.
   *
   * @param value its value over all examples
   * @param examples a number for each example, in order, whose mean is the value: the example's own
   *     value where the metric is a mean, and otherwise the value plus the number of examples times
   *     the example's influence on it (the infinitesimal jackknife: Efron, The Jackknife, the
   *     Bootstrap and Other Resampling Plans, 1982, chapter 6). Empty if it has none; models are
   *     then compared over seeds alone
   */
  record Result(MetricValue value, List<Double> examples) {

    /** Copies the list. */
    public Result {
      examples = List.copyOf(examples);
    }

    /** The same of an array. */
    public static Result of(MetricValue value, double[] examples) {
      return new Result(value, Arrays.stream(examples).boxed().toList());
    }
  }
}
