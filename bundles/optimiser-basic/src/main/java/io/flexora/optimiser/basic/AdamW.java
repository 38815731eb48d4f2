package io.flexora.optimiser.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), or with weight decay as part of
 * the gradient (Kingma and Ba 2015); both as PyTorch defines them.
 */
@Doc(
    "Adam with decoupled weight decay (AdamW, ICLR 2019). Without weight decay, or with"
        + " decoupled_weight_decay: false, it is Adam. It keeps two arrays of theta's size.")
public final class AdamW implements ForwardDifferentiable {

  private static final String FIRST = "first_moment";
  private static final String SECOND = "second_moment";

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  /** The decay beside the gradient; 0 where it is part of that. */
  private final double decay;

  /** The factor of the penalty whose gradient is added to that of the loss. */
  private final double penalty;

  /** Makes the optimiser. */
  @Inject
  public AdamW(AdamWOptions options) {
    this.beta1 = options.beta1();
    this.beta2 = options.beta2();
    this.epsilon = options.epsilon();
    this.decay = options.decoupledWeightDecay() ? options.weightDecay() : 0;
    this.penalty = options.decoupledWeightDecay() ? 0 : options.weightDecay();
  }

  @Override
  public Set<String> stateNames() {
    return Set.of(FIRST, SECOND);
  }

  @Override
  public Iterate step(NDManager scope, Optimiser.Step given) {
    try (Workspace work = new Workspace(scope)) {
      Optimiser.Step step = penalised(work, given);
      NDArray theta = work.share(step.at().theta());
      NDArray first = first(work, step);
      NDArray second = second(work, step);
      NDArray move = first.div(bias(beta1, step)).div(root(second, step).add(epsilon));
      NDArray next = theta.sub(step.rate().times(move.add(theta.mul(decay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).attachTo(scope);
    }
  }

  @Override
  public Cotangents reverse(NDManager scope, Optimiser.Step given, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      Optimiser.Step step = penalised(work, given);
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
      NDArray direct = penalised(theta.sub(scaled.mul(decay)), cotangent);
      return new Cotangents(new Iterate(direct, state), cotangent).attachTo(scope);
    }
  }

  @Override
  public Iterate forward(NDManager scope, Optimiser.Step given, Tangents along) {
    try (Workspace work = new Workspace(scope)) {
      Optimiser.Step step = penalised(work, given);
      NDArray theta = work.share(along.before().theta());
      NDArray change = penalised(work.share(along.gradient()), theta);
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
      NDArray next = theta.sub(step.rate().times(move.add(theta.mul(decay))));
      return new Iterate(next, Map.of(FIRST, first, SECOND, second)).attachTo(scope);
    }
  }

  @Override
  public double l2Penalty() {
    if (decay > 0) {
      throw new IncompatibleOptionException(
          "weight_decay",
          ("weight_decay: %s is decoupled from the loss in adamw, which therefore does not end at a"
                  + " minimum that could be differentiated; write weight_decay: 0, or"
                  + " decoupled_weight_decay: false, or optimiser: sgd, momentum or nesterov, whose"
                  + " decay is part of the loss")
              .formatted(decay));
    }
    return penalty;
  }

  /** The step with the gradient of loss and penalty. */
  private Optimiser.Step penalised(Workspace work, Optimiser.Step step) {
    NDArray gradient = penalised(work.share(step.gradient()), work.share(step.at().theta()));
    return new Optimiser.Step(step.at(), gradient, step.rate(), step.count());
  }

  /** Adds the penalty's multiple of a vector, its gradient at theta or the derivative of that. */
  private NDArray penalised(NDArray sum, NDArray vector) {
    return penalty == 0 ? sum : sum.add(vector.mul(penalty));
  }

  /**
   * The derivative of the move in the second moment, with its sign turned. Where the second moment
   * is 0 the gradient has always been 0, and so is the first moment: the move is constant there.
   * The quotients are taken one after the other because the product of the divisors underflows.
   */
  private NDArray slope(
      NDArray first, NDArray second, NDArray root, NDArray denominator, Optimiser.Step step) {
    NDArray positive = second.gt(0).toType(second.getDataType(), false);
    NDArray safeRoot = root.add(positive.neg().add(1));
    return first
        .mul(positive)
        .div(2 * bias(beta1, step) * bias(beta2, step))
        .div(safeRoot)
        .div(denominator)
        .div(denominator);
  }

  private NDArray first(Workspace work, Optimiser.Step step) {
    return work.share(step.at().state(FIRST))
        .mul(beta1)
        .add(work.share(step.gradient()).mul(1 - beta1));
  }

  private NDArray second(Workspace work, Optimiser.Step step) {
    return work.share(step.at().state(SECOND))
        .mul(beta2)
        .add(work.share(step.gradient()).square().mul(1 - beta2));
  }

  private NDArray root(NDArray second, Optimiser.Step step) {
    return second.div(bias(beta2, step)).sqrt();
  }

  private static double bias(double beta, Optimiser.Step step) {
    return 1 - Math.pow(beta, (double) step.count());
  }
}
