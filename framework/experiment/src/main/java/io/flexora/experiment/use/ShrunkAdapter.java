package io.flexora.experiment.use;

import io.flexora.api.data.Split;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of shrinking a trained adapter.
 *
 * @param parametersBefore the parameters of the adapter, without a head
 * @param parametersAfter what is left of them
 * @param layers the layers that are left
 * @param leastRank the least rank of a module that is left; 0 if none is
 * @param greatestRank the greatest
 * @param scores the scores before and after on each split that has rows
 * @param target what was written
 * @param notices what the strategy and the export say
 * @since 0.1
 */
public record ShrunkAdapter(
    long parametersBefore,
    long parametersAfter,
    List<Integer> layers,
    int leastRank,
    int greatestRank,
    Map<Split, Scores> scores,
    Path target,
    List<String> notices) {

  /** Copies the collections. */
  public ShrunkAdapter {
    layers = List.copyOf(layers);
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    notices = List.copyOf(notices);
  }

  /**
   * The scores on a split, by its deciding metric.
   *
   * @param metric the name of the metric
   * @param examples the examples
   * @param before of the adapter as it was
   * @param after of what is left
   * @param test a paired test of the difference over the examples; empty if the metric is no mean
   *     over them
   */
  public record Scores(
      String metric, int examples, double before, double after, Optional<Test> test) {}

  /**
   * A paired t-test over examples.
   *
   * @param low the lower end of the 95 % interval of the difference, after less before
   * @param high its upper end
   * @param pValue two-sided
   */
  public record Test(double low, double high, double pValue) {}
}
