package io.flexora.solver.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerStep;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.InnerProducts;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Optimiser steps together with their derivative along directions of the gates. With z = (theta,
 * optimiser state), each step pushes the derivative of z along v through the optimiser, and through
 * the gradient by the product of the Hessian in (theta, alpha) with that of theta and v.
 */
final class ForwardPass {

  private final NDManager scope;
  private final InnerLoop loop;
  private final NDArray alpha;
  private NDManager held;
  private InnerPosition at;
  private final List<double[]> directions;
  private List<Iterate> tangents;

  /**
   * Begins where no gate has had an influence yet.
   *
   * @param scope the owner of all arrays of the pass
   * @param directions each with a number for each gate
   */
  ForwardPass(
      NDManager scope,
      InnerLoop loop,
      NDArray alpha,
      InnerPosition begin,
      List<double[]> directions) {
    this.scope = scope;
    this.loop = loop;
    this.alpha = alpha;
    this.held = scope.newSubManager();
    this.at = begin;
    this.directions = directions;
    this.tangents = Collections.nCopies(directions.size(), zeros(held, begin.at()));
  }

  /** Does one step. The arrays of one step are alive at a time. */
  void step() {
    NDManager own = scope.newSubManager();
    InnerLoop.Trajectory path = loop.run(own, at, 1, 1, 1);
    InnerStep step = path.last().pop();
    try (GradientRecord record = step.record()) {
      tangents =
          IntStream.range(0, tangents.size()).mapToObj(i -> pushed(own, step, record, i)).toList();
    }
    step.gradient().close();
    at = path.end();
    held.close();
    held = own;
  }

  /** Where the steps ended. */
  InnerPosition end() {
    return at;
  }

  /** The derivative along each direction of {@code <in, theta>}. */
  double[] along(NDArray in) {
    return tangents.stream().mapToDouble(z -> InnerProducts.dot(z.theta(), in)).toArray();
  }

  private Iterate pushed(NDManager own, InnerStep step, GradientRecord record, int i) {
    Iterate tangent = tangents.get(i);
    try (NDManager temporary = own.newSubManager()) {
      Direction along = new Direction(tangent.theta(), vector(temporary, directions.get(i), alpha));
      Direction change = record.hessianProduct(temporary, along);
      Tangents both = new Tangents(tangent, change.theta());
      return loop.rule().forward(own, step.at(), step.gradient(), step.count(), both);
    }
  }

  /** Values for the gates, in the type of alpha. */
  static NDArray vector(NDManager owner, double[] values, NDArray alpha) {
    return NativeArrays.of(owner, values).toType(alpha.getDataType(), false);
  }

  private static Iterate zeros(NDManager owner, Iterate like) {
    Map<String, NDArray> zeros = new TreeMap<>(like.arrays());
    zeros.replaceAll((name, array) -> owner.zeros(array.getShape(), array.getDataType()));
    return Iterate.of(zeros);
  }
}
