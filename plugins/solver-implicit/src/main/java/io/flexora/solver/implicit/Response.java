package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The response of the system to the validation gradient.
 *
 * @param gradient the hypergradient {@code [gates]}
 * @param residual the length of what the solution misses of the right side, over its length
 */
record Response(NDArray gradient, double residual) {

  /** The state's array that tells how good the solution was. */
  static final String RESIDUAL = "residual";

  /**
   * Solves for the validation gradient.
   *
   * @param scope the owner of temporary arrays and of the result
   * @param solver finds q with {@code system q = b}
   */
  static Response of(
      NDManager scope,
      ShiftedHessian system,
      LossGradient validation,
      UnaryOperator<NDArray> solver) {
    NDArray direct = validation.alpha().orElseThrow();
    NDArray b = validation.theta();
    double length = InnerProducts.norm(b);
    if (length == 0 || !Double.isFinite(length)) {
      return new Response(direct, 0);
    }
    NDArray q = solver.apply(b);
    Direction product = system.times(scope, q);
    double residual = InnerProducts.norm(b.sub(product.theta())) / length;
    return new Response(direct.sub(product.alpha()), residual);
  }

  /** The result of the outer step, with the residual in its state. */
  Hypergradient in(Workspace work, Hypergradient found) {
    Map<String, NDArray> arrays = new TreeMap<>(found.next().arrays());
    arrays.put(RESIDUAL, work.keep(NativeArrays.of(work.temporary(), new double[] {residual})));
    InnerState next = new InnerState(found.next().steps(), arrays);
    return new Hypergradient(found.gradient(), next, found.trainingLoss(), found.validationLoss());
  }

  /** A state without the arrays that these solvers add to those of the optimiser. */
  static InnerState ofOptimiser(InnerState state) {
    Map<String, NDArray> arrays =
        state.arrays().entrySet().stream()
            .filter(e -> !e.getKey().equals(RESIDUAL))
            .filter(e -> !e.getKey().startsWith(NystromSketch.PREFIX))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new InnerState(state.steps(), arrays);
  }
}
