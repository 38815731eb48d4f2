package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.ModelAbility;
import java.util.List;

/** A measurement at a theta, batch by batch. */
public interface Measure {

  /**
   * How many numbers a batch gives.
   *
   * @param layers the layers of the model
   * @param modules the adapted modules of each
   */
  int numbers(int layers, int modules);

  /** The optional abilities of the model that it needs. */
  default List<Class<? extends ModelAbility>> needs() {
    return List.of();
  }

  /**
   * Whether the scores are 0 in all layers while LoRA's B is 0, as it is before a training: zeros
   * are then refused, since they say nothing of the layers.
   */
  default boolean isZeroUntrained() {
    return false;
  }

  /**
   * What measuring takes.
   *
   * @param layers the layers of the model
   */
  Workload cost(int batches, int batchSize, int layers);

  /**
   * The numbers of a batch.
   *
   * @param scope the owner of temporary arrays
   * @param step the step whose batch it is
   */
  List<Double> of(NDManager scope, BilevelProblem problem, long step, NDArray theta);

  /**
   * The scores of the layers.
   *
   * @param sums the sums of the numbers over batches
   * @param batches how many
   * @param layers the layers of the model
   */
  List<Double> scores(List<Double> sums, long batches, int layers);

  /** The scores where each layer has a number, of which the mean is taken. */
  static List<Double> means(List<Double> sums, long batches) {
    return sums.stream().map(sum -> sum / batches).toList();
  }
}
