package io.flexora.selector.searched;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of layers with what is known of it.
 *
 * @param layers the layers, ascending
 * @param losses the validation loss at each rung that it reached; not finite where it diverged
 */
record TrialResult(List<Integer> layers, List<Double> losses) {

  /**
   * The sets that diverged last; of the others those that went further first, and of these the one
   * with the lower loss.
   */
  static final Comparator<TrialResult> BEST_FIRST =
      Comparator.comparing(TrialResult::diverged)
          .thenComparing((TrialResult t) -> t.losses().size(), Comparator.reverseOrder())
          .thenComparingDouble(TrialResult::loss);

  static TrialResult untried(List<Integer> layers) {
    return new TrialResult(layers, List.of());
  }

  TrialResult with(double loss) {
    List<Double> more = new ArrayList<>(losses);
    more.add(loss);
    return new TrialResult(layers, List.copyOf(more));
  }

  /** The loss at the last rung that it reached. */
  double loss() {
    return losses.get(losses.size() - 1);
  }

  /** Whether its last loss is no finite number. */
  boolean diverged() {
    return !Double.isFinite(loss());
  }
}
