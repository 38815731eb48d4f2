package io.flexora.selector.searched;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.layer.LayerMask;
import io.flexora.numerics.vector.Workspace;
import java.util.List;

/**
 * A problem in which only the adapters of some layers, and the head, are trained: the training
 * gradient is 0 elsewhere, and theta stays {@linkplain #kept as it is} there. As an adapter changes
 * nothing before it is trained, this is the model that has adapters on these layers alone.
 */
final class MaskedProblem extends ForwardingProblem {

  private final NDArray mask;

  /**
   * Masks a problem.
   *
   * @param scope the owner of the mask
   * @param layers the layers that are trained
   * @param type the type of theta
   */
  MaskedProblem(NDManager scope, BilevelProblem problem, List<Integer> layers, DataType type) {
    super(problem);
    this.mask = LayerMask.of(scope, problem.parameters(), type, slice -> factor(slice, layers));
  }

  private static double factor(Slice slice, List<Integer> layers) {
    return slice.layer().map(layers::contains).orElse(true) ? 1 : 0;
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    try (Workspace work = new Workspace(scope)) {
      LossGradient all = super.training(work.temporary(), innerStep, theta, alpha);
      NDArray masked = work.keep(all.theta().mul(work.share(mask)));
      return new LossGradient(all.loss(), all.terms(), masked, all.alpha().map(work::keep));
    }
  }

  /**
   * Where a step ends that leaves the other layers' parameters as they are: weight decay changes
   * them whatever the gradient, and many adapters change the model once theirs are smaller.
   *
   * @param scope the owner of the new theta
   */
  Iterate kept(NDManager scope, Iterate before, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      NDArray trained = work.share(mask);
      NDArray moved = work.share(after.theta()).mul(trained);
      NDArray rest = work.share(before.theta()).mul(trained.neg().add(1));
      return new Iterate(work.keep(moved.add(rest)), after.state());
    }
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    throw new UnsupportedOperationException("sets of layers are judged without second derivatives");
  }
}
