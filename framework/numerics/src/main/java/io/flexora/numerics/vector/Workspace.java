package io.flexora.numerics.vector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.NativeArrays;

/**
 * The temporary arrays of one computation. DJL gives a result to the manager of its left operand;
 * what is computed from {@linkplain #share shared} arrays therefore belongs here, and is freed on
 * closing unless it is {@linkplain #keep kept}.
 *
 * @since 0.1
 */
public final class Workspace implements AutoCloseable {

  private final NDManager scope;
  private final NDManager temporary;

  /**
   * Opens a workspace.
   *
   * @param scope the owner of what is kept
   */
  public Workspace(NDManager scope) {
    this.scope = scope;
    this.temporary = scope.newSubManager();
  }

  /** The owner of the temporary arrays. */
  public NDManager temporary() {
    return temporary;
  }

  /**
   * Makes an array of this workspace on the same memory; the given one stays where it is.
   *
   * @throws IllegalStateException if the array is freed
   */
  public NDArray share(NDArray array) {
    NDArray view = NativeArrays.requireOpen(array, "the array to share").stopGradient();
    view.attach(temporary);
    return view;
  }

  /** Copies an array into the scope, with memory of its own; the given one stays where it is. */
  public NDArray copy(NDArray array) {
    return keep(array.duplicate());
  }

  /** Moves an array into the scope; not one that is {@linkplain #share shared}. */
  public NDArray keep(NDArray array) {
    array.attach(scope);
    return array;
  }

  /** Frees the temporary arrays. */
  @Override
  public void close() {
    temporary.close();
  }
}
