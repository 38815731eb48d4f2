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

  /** Starts without an array; sums are temporary arrays of the workspace. */
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
    if (terms == 0) {
      sum = work.share(value).duplicate();
      single = true;
    } else {
      NDArray before = single ? sum.mul(terms) : sum;
      sum = before.add(work.share(value).mul(count));
      single = false;
    }
    terms += count;
  }

  /** The terms of all arrays together. */
  public long terms() {
    return terms;
  }

  /** The mean, moved into the workspace's scope; empty if there was no array. */
  public Optional<NDArray> kept() {
    return Optional.ofNullable(sum).map(s -> work.keep(single ? s : s.div(terms)));
  }
}
