package io.flexora.optimiser.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.Cotangents;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.OptimiserStep;
import io.flexora.api.optimiser.Tangents;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch defines it. */
@Doc(
    "Adam with decoupled weight decay (AdamW, ICLR 2019); without weight decay it is Adam. It keeps"
        + " two arrays of theta's size.")
public final class AdamW implements ForwardDifferentiable {

  private static final String FIRST = "first_moment";
  private static final String SECOND = "second_moment";

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;

  /** Makes the optimiser. */
  @Inject
  public AdamW(AdamWOptions options) {
    this.beta1 = options.beta1();
    this.beta2 = options.beta2();
    this.epsilon = options.epsilon();
    this.weightDecay = options.weightDecay();
  }

  @Override
  public Set<String> stateNames() {
    return Set.of(FIRST, SECOND);
  }

  @Override
  public Iterate step(NDManager scope, OptimiserStep step) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(step.at().theta());
      NDArray first = first(work, step);
      NDArray second = second(work, step);
      NDArray move = first.div(bias(beta1, step)).div(root(second, step).add(epsilon));
      NDArray next = theta.sub(step.rate().times(move.add(theta.mul(weightDecay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).attachTo(scope);
    }
  }

  @Override
  public Cotangents reverse(NDManager scope, OptimiserStep step, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(after.theta());
      NDArray scaled = step.rate().times(theta);
      NDArray second = second(work, step);
      NDArray root = root(second, step);
      NDArray denominator = root.add(epsilon);
      NDArray first =
          work.share(after.state(FIRST)).sub(scaled.div(denominator).div(bias(beta1, step)));
      NDArray slope = slope(first(work, step), second, root, denominator, step);
      NDArray square = work.share(after.state(SECOND)).add(scaled.mul(slope));
      NDArray cotangent =
          first.mul(1 - beta1).add(square.mul(2 * (1 - beta2)).mul(step.gradient()));
      Map<String, NDArray> state = Map.of(FIRST, first.mul(beta1), SECOND, square.mul(beta2));
      Iterate before = new Iterate(theta.sub(scaled.mul(weightDecay)), state);
      return new Cotangents(before, cotangent).attachTo(scope);
    }
  }

  @Override
  public Iterate forward(NDManager scope, OptimiserStep step, Tangents along) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(along.before().theta());
      NDArray change = work.share(along.gradient());
      NDArray first = work.share(along.before().state(FIRST)).mul(beta1).add(change.mul(1 - beta1));
      NDArray second =
          work.share(along.before().state(SECOND))
              .mul(beta2)
              .add(change.mul(step.gradient()).mul(2 * (1 - beta2)));
      NDArray square = second(work, step);
      NDArray root = root(square, step);
      NDArray denominator = root.add(epsilon);
      NDArray slope = slope(first(work, step), square, root, denominator, step);
      NDArray move = first.div(denominator).div(bias(beta1, step)).sub(slope.mul(second));
      NDArray next = theta.sub(step.rate().times(move.add(theta.mul(weightDecay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).attachTo(scope);
    }
  }

  @Override
  public double l2Penalty() {
    if (weightDecay > 0) {
      throw new FlexoraException(
          ("weight_decay: %s is decoupled from the loss in adamw, which therefore does not end at a"
                  + " minimum that could be differentiated; write weight_decay: 0, or optimiser: sgd,"
                  + " momentum or nesterov, whose decay is part of the loss")
              .formatted(weightDecay));
    }
    return 0;
  }

  /**
   * The derivative of the move in the second moment, with its sign turned. Where the second moment
   * is 0 the gradient has always been 0, and so is the first moment: the move is constant there.
   * The quotients are taken one after the other because the product of the divisors underflows.
   */
  private NDArray slope(
      NDArray first, NDArray second, NDArray root, NDArray denominator, OptimiserStep step) {
    NDArray positive = second.gt(0).toType(second.getDataType(), false);
    NDArray safeRoot = root.add(positive.neg().add(1));
    return first
        .mul(positive)
        .div(2 * bias(beta1, step) * bias(beta2, step))
        .div(safeRoot)
        .div(denominator)
        .div(denominator);
  }

  private NDArray first(Workspace work, OptimiserStep step) {
    return work.share(step.at().state(FIRST))
        .mul(beta1)
        .add(work.share(step.gradient()).mul(1 - beta1));
  }

  private NDArray second(Workspace work, OptimiserStep step) {
    return work.share(step.at().state(SECOND))
        .mul(beta2)
        .add(work.share(step.gradient()).square().mul(1 - beta2));
  }

  private NDArray root(NDArray second, OptimiserStep step) {
    return second.div(bias(beta2, step)).sqrt();
  }

  private static double bias(double beta, OptimiserStep step) {
    return 1 - Math.pow(beta, (double) step.count());
  }
}
