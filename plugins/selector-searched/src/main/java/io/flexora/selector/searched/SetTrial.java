package io.flexora.selector.searched;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.List;

/** A set of layers in training. Every set has the same start, data and dropout. */
final class SetTrial implements AutoCloseable {

  private final NDManager own;
  private final InnerTraining training;
  private final MaskedProblem problem;
  private NDManager held;
  private Iterate at;
  private long steps;

  /** Begins where every set begins. */
  SetTrial(NDManager owner, BilevelProblem problem, InnerTraining training, List<Integer> layers) {
    this.own = owner.newSubManager();
    this.training = training;
    this.held = own.newSubManager();
    this.at = Iterate.of(training.start(held, problem).arrays());
    this.problem = new MaskedProblem(own, problem, layers, at.theta().getDataType());
  }

  Iterate at() {
    return at;
  }

  long steps() {
    return steps;
  }

  /** Goes on from where a checkpoint was made, after so many steps; takes over its arrays. */
  void goOnFrom(Iterate saved, long stepsDone) {
    hold(own.newSubManager(), saved);
    steps = stepsDone;
  }

  /** Does one optimiser step and answers the training loss before it. */
  double train() {
    NDManager next = own.newSubManager();
    try (NDManager work = next.newSubManager()) {
      InnerPosition begin = new InnerPosition(steps, steps, at, 0);
      InnerPosition end = training.loop(work, problem, noGates(work)).run(work, begin, 1, 0).end();
      hold(next, problem.kept(work, at, end.at()));
      steps = end.count();
      return end.lossSum();
    }
  }

  /** The validation loss, on the same examples for every set. */
  double validate() {
    try (NDManager work = own.newSubManager()) {
      return problem.validationLoss(work, 0, at.theta(), noGates(work));
    }
  }

  /** At alpha = 0 each gate is 1. */
  private NDArray noGates(NDManager scope) {
    return scope.zeros(new Shape(problem.gates()), at.theta().getDataType());
  }

  private void hold(NDManager scope, Iterate iterate) {
    iterate.arrays().values().forEach(array -> array.attach(scope));
    held.close();
    held = scope;
    at = iterate;
  }

  @Override
  public void close() {
    own.close();
  }
}
