package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The sum of x xᵀ over rows x that come some at a time, whole or in low rank. */
final class RowMoments implements AutoCloseable {

  private final LaplaceScript script;
  private final NDManager parent;
  private final long side;
  private final FactorRanks ranks;
  private NDManager owner;
  private NDArray sum;

  /**
   * Starts with zero.
   *
   * @param side the elements of a row
   */
  RowMoments(NDManager parent, LaplaceScript script, long side, FactorRanks ranks) {
    this.parent = parent;
    this.script = script;
    this.side = side;
    this.ranks = ranks;
    this.owner = parent.newSubManager();
    long columns = isIncremental() ? ranks.rank() : side;
    this.sum = owner.zeros(new Shape(side, columns), DataType.FLOAT64);
  }

  private boolean isIncremental() {
    return !ranks.isWhole(side) && ranks.method() == LowRankMethod.INCREMENTAL;
  }

  /**
   * Adds rows.
   *
   * @param rows {@code [rows, side]}
   */
  void add(NDArray rows) {
    if (isIncremental()) {
      NDManager next = parent.newSubManager();
      NDArray grown = script.extended(next, sum, rows);
      owner.close();
      owner = next;
      sum = grown;
    } else {
      script.add(owner, sum, rows);
    }
  }

  /**
   * Decomposes the sum.
   *
   * @param keeper the owner of the result
   */
  Decomposition decomposed(NDManager keeper) {
    NDList found =
        isIncremental()
            ? script.split(keeper, sum)
            : script.largest(keeper, sum, ranks.isWhole(side) ? side : ranks.rank());
    return new Decomposition(found.get(0), found.get(1));
  }

  @Override
  public void close() {
    owner.close();
  }
}
