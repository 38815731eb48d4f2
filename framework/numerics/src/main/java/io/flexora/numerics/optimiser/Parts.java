package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The parts of theta that a step moves, while the rest stays as it is: what PyTorch's optimisers do
 * where some parameters have no gradient.
 *
 * @param parts at least one; ascending, none overlapping another
 * @since 0.1
 */
public record Parts(List<Part> parts) {

  /**
   * A contiguous part of theta.
   *
   * @param from the index of its first element
   * @param to the index after its last element
   * @param count the number of the step since the part's initial state, from 1
   */
  public record Part(long from, long to, long count) {

    NDArray of(NDArray vector) {
      return vector.get(new NDIndex("{}:{}", from, to));
    }
  }

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there are no parts, or if they are not in order
   */
  public Parts {
    parts = List.copyOf(parts);
    long end = 0;
    for (Part part : parts) {
      if (part.from() < end || part.to() <= part.from() || part.count() < 1) {
        throw new IllegalArgumentException("parts are not in order: " + parts);
      }
      end = part.to();
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no parts");
    }
  }

  /** The norm of these parts of a vector together. */
  public double norm(NDArray vector) {
    double squares = 0;
    try (Workspace work = new Workspace(vector.getManager())) {
      NDArray shared = work.share(vector);
      for (Part part : parts) {
        NDArray own = part.of(shared);
        squares += InnerProducts.dot(own, own);
      }
    }
    return Math.sqrt(squares);
  }

  /**
   * Puts other values into these parts of a vector.
   *
   * @param vector a shared array of a workspace
   * @param values the values of each part by its position
   * @return a temporary array of the workspace
   */
  NDArray replace(NDArray vector, IntFunction<NDArray> values) {
    List<NDArray> pieces = new ArrayList<>();
    long end = 0;
    for (int i = 0; i < parts.size(); i++) {
      rest(vector, end, parts.get(i).from(), pieces);
      pieces.add(values.apply(i));
      end = parts.get(i).to();
    }
    rest(vector, end, vector.size(), pieces);
    return NDArrays.concat(new NDList(pieces));
  }

  private static void rest(NDArray vector, long from, long to, List<NDArray> pieces) {
    if (from < to) {
      pieces.add(vector.get(new NDIndex("{}:{}", from, to)));
    }
  }
}
