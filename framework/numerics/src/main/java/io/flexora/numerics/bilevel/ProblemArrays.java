package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.torch.NativeArrays;

/**
 * Checks the arrays that a bilevel problem is asked with: further inside, a model's own code would
 * fail with a message about neither of them.
 *
 * @since 0.1
 */
public final class ProblemArrays {

  private ProblemArrays() {}

  /**
   * Refuses arrays that are not those of a problem.
   *
   * @throws IllegalArgumentException if theta has not a number for each parameter or alpha not one
   *     for each gate, or if they are no floating-point numbers
   */
  public static void require(BilevelProblem problem, NDArray theta, NDArray alpha) {
    require("theta", theta, problem.parameters().size(), "parameters");
    require("alpha", alpha, problem.gates(), "gates");
  }

  private static void require(String name, NDArray array, long length, String what) {
    Shape shape = NativeArrays.requireOpen(array, name).getShape();
    if (!shape.equals(new Shape(length))) {
      throw new IllegalArgumentException(
          "%s has the shape %s, but the problem has %d %s".formatted(name, shape, length, what));
    }
    if (!array.getDataType().isFloating()) {
      throw new IllegalArgumentException(
          "%s is %s, but has to be float32 or float64, as initialTheta is"
              .formatted(name, array.getDataType()));
    }
  }
}
