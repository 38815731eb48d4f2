package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch defines it.
 *
 * @param beta1 the decay of the first moment
 * @param beta2 the decay of the second moment
 * @param epsilon what is added to the root of the second moment
 * @param weightDecay the factor of the decay, times the learning rate
 * @since 0.1
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimiser {

  private static final String FIRST = "first_moment";
  private static final String SECOND = "second_moment";

  /** Adam with PyTorch's defaults and without decay. */
  public static AdamW adam() {
    return new AdamW(0.9, 0.999, 1e-8, 0);
  }

  @Override
  public int stateArrays() {
    return 2;
  }

  @Override
  public Map<String, NDArray> initialState(NDManager scope, NDArray theta) {
    return Map.of(
        FIRST, scope.zeros(theta.getShape(), theta.getDataType()),
        SECOND, scope.zeros(theta.getShape(), theta.getDataType()));
  }

  @Override
  public Iterate step(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(at.theta());
      NDArray first = first(work, at, gradient);
      NDArray second = second(work, at, gradient);
      NDArray move = first.div(bias(beta1, count)).div(root(second, count).add(epsilon));
      NDArray next = theta.sub(rate.times(move.add(theta.mul(weightDecay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).keptBy(work);
    }
  }

  @Override
  public Cotangents reverse(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(after.theta());
      NDArray scaled = rate.times(theta);
      NDArray second = second(work, at, gradient);
      NDArray root = root(second, count);
      NDArray denominator = root.add(epsilon);
      NDArray first =
          work.share(after.state(FIRST)).sub(scaled.div(denominator).div(bias(beta1, count)));
      NDArray slope = slope(first(work, at, gradient), second, root, denominator, count);
      NDArray square = work.share(after.state(SECOND)).add(scaled.mul(slope));
      NDArray cotangent = first.mul(1 - beta1).add(square.mul(2 * (1 - beta2)).mul(gradient));
      Map<String, NDArray> state = Map.of(FIRST, first.mul(beta1), SECOND, square.mul(beta2));
      Iterate before = new Iterate(theta.sub(scaled.mul(weightDecay)), state);
      return new Cotangents(before, cotangent).keptBy(work);
    }
  }

  @Override
  public Iterate forward(
      NDManager scope,
      Iterate at,
      NDArray gradient,
      LearningRate rate,
      long count,
      Tangents along) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(along.before().theta());
      NDArray change = work.share(along.gradient());
      NDArray first = work.share(along.before().state(FIRST)).mul(beta1).add(change.mul(1 - beta1));
      NDArray second =
          work.share(along.before().state(SECOND))
              .mul(beta2)
              .add(change.mul(gradient).mul(2 * (1 - beta2)));
      NDArray square = second(work, at, gradient);
      NDArray root = root(square, count);
      NDArray denominator = root.add(epsilon);
      NDArray slope = slope(first(work, at, gradient), square, root, denominator, count);
      NDArray move = first.div(denominator).div(bias(beta1, count)).sub(slope.mul(second));
      NDArray next = theta.sub(rate.times(move.add(theta.mul(weightDecay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).keptBy(work);
    }
  }

  /**
   * The derivative of the move in the second moment, with its sign turned. Where the second moment
   * is 0 the gradient has always been 0, and so is the first moment: the move is constant there.
   * The quotients are taken one after the other because the product of the divisors underflows.
   */
  private NDArray slope(
      NDArray first, NDArray second, NDArray root, NDArray denominator, long count) {
    NDArray positive = second.gt(0).toType(second.getDataType(), false);
    NDArray safeRoot = root.add(positive.neg().add(1));
    return first
        .mul(positive)
        .div(2 * bias(beta1, count) * bias(beta2, count))
        .div(safeRoot)
        .div(denominator)
        .div(denominator);
  }

  private NDArray first(Workspace work, Iterate at, NDArray gradient) {
    return work.share(at.state(FIRST)).mul(beta1).add(work.share(gradient).mul(1 - beta1));
  }

  private NDArray second(Workspace work, Iterate at, NDArray gradient) {
    return work.share(at.state(SECOND))
        .mul(beta2)
        .add(work.share(gradient).square().mul(1 - beta2));
  }

  private NDArray root(NDArray second, long count) {
    return second.div(bias(beta2, count)).sqrt();
  }

  private static double bias(double beta, long count) {
    return 1 - Math.pow(beta, (double) count);
  }
}
