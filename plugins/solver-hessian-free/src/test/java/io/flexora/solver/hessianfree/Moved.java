package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.torch.NativeArrays;

/** A problem that starts at another theta. */
final class Moved extends ForwardingProblem {

  private final double[] theta;

  Moved(BilevelProblem problem, NDArray theta) {
    super(problem);
    this.theta = theta.toDoubleArray();
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return NativeArrays.of(scope, theta);
  }
}
