package io.flexora.numerics.batch;

import ai.djl.ndarray.NDArray;
import io.flexora.numerics.vector.Workspace;
import java.util.Optional;

/**
 * A mean of arrays, each weighted by the number of terms that it is itself the mean of. A single
 * array is passed through as it is.
 *
 * @since 0.1
 */
public final class TermMean {

  private final Workspace work;
  private NDArray sum;
  private long terms;
  private boolean single;

  /**
   * Starts without an array. However many are added, what stays is their sum, a temporary array of
   * the workspace.
   */
  public TermMean(Workspace work) {
    this.work = work;
  }

  /**
   * Adds an array that is the mean of so many terms. What is added may be freed or changed
   * afterwards. The mean of no terms is no number and does not count beside others.
   */
  public void add(NDArray value, long count) {
    if (count == 0 && terms > 0) {
      return;
    }
    try (Workspace one = new Workspace(work.temporary())) {
      NDArray shared = one.share(value);
      if (terms == 0) {
        begin(one.copy(shared));
      } else {
        if (single) {
          sum.muli(terms);
        }
        sum.addi(shared.mul(count));
        single = false;
      }
    }
    terms += count;
  }

  private void begin(NDArray first) {
    if (sum != null) {
      sum.close();
    }
    sum = first;
    single = true;
  }

  /** The terms of all arrays together. */
  public long terms() {
    return terms;
  }

  /**
   * The mean, moved into the workspace's scope; empty if there was no array. Nothing is added
   * afterwards.
   */
  public Optional<NDArray> kept() {
    return Optional.ofNullable(sum).map(s -> work.keep(single ? s : s.div(terms)));
  }
}
