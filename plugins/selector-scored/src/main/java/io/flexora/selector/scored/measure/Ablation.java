package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.layer.LayerMask;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rise of the validation loss when the adapters of a layer are put back to their initial
 * values, at which the layer computes what the frozen one does.
 */
public record Ablation() implements Measure {

  /**
   * The initial theta, the trained one, a mask of the layer and one of the others, their mixture.
   */
  private static final int ARRAYS = 7;

  @Override
  public int numbers(int layers, int modules) {
    return layers;
  }

  @Override
  public Workload cost(int batches, int batchSize, int layers) {
    return Workload.NONE
        .forward(Passes.of(batches * (layers + 1L), batchSize))
        .storedThetas(ARRAYS);
  }

  @Override
  public List<Double> of(NDManager scope, BilevelProblem problem, long step, NDArray theta) {
    double whole = loss(scope, problem, step, theta);
    return IntStream.range(0, problem.gates())
        .mapToObj(layer -> without(scope, problem, step, theta, layer) - whole)
        .toList();
  }

  @Override
  public List<Double> scores(List<Double> sums, long batches, int layers) {
    return Measure.means(sums, batches);
  }

  private static double without(
      NDManager scope, BilevelProblem problem, long step, NDArray theta, int layer) {
    try (NDManager own = scope.newSubManager()) {
      NDArray initial = problem.initialTheta(own);
      NDArray trained = NativeArrays.convert(own, theta, theta.getDataType());
      return loss(
          own,
          problem,
          step,
          trained
              .mul(mask(own, problem, theta, layer, 0))
              .add(initial.mul(mask(own, problem, theta, layer, 1))));
    }
  }

  private static NDArray mask(
      NDManager scope, BilevelProblem problem, NDArray theta, int layer, double inLayer) {
    return LayerMask.of(
        scope,
        problem.parameters(),
        theta.getDataType(),
        slice -> slice.layer().filter(l -> l == layer).isPresent() ? inLayer : 1 - inLayer);
  }

  private static double loss(NDManager scope, BilevelProblem problem, long step, NDArray theta) {
    try (NDManager own = scope.newSubManager()) {
      return problem.validationLoss(own, step, theta, WarmUp.noGates(own, problem, theta));
    }
  }
}
