package io.flexora.adapter.eva;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;

/**
 * The principal directions of rows that come batch by batch (Ross et al. 2008, as in scikit-learn):
 * the singular vectors of the directions so far, times their singular values, stacked on the
 * centred rows of a batch and the move of the mean. Computed in float64.
 */
final class PrincipalDirections implements AutoCloseable {

  private static final String SCRIPT =
      """
        def fit(self, rows: Tensor, count: Tensor, directions: Tensor, values: Tensor, mean: Tensor, spread: Tensor, seen: Tensor) -> List[Tensor]:
          x = rows.to(7)
          new = torch.size(x, 0)
          batch_mean = torch.mean(x, [0])
          centred = x - batch_mean
          total = seen + new
          weight = seen * new / total
          move = mean - batch_mean
          scaled = torch.unsqueeze(values, 1) * directions
          moved = torch.unsqueeze(move * torch.sqrt(weight), 0)
          u, s, v = torch.linalg_svd(torch.cat([scaled, centred, moved]), False)
          found = torch.slice(v, 0, 0, int(count)).contiguous()
          similarity = torch.abs(torch.sum(found * directions, [1]))
          spread = spread + torch.sum(centred * centred) + torch.sum(move * move) * weight
          mean = (mean * seen + batch_mean * new) / total
          return [found, torch.slice(s, 0, 0, int(count)).contiguous(), mean, spread, total, similarity]
      """;

  private final NDManager manager;
  private final TorchScript script;
  private final int count;
  private NDManager owner;
  private NDList state;
  private NDArray waiting;
  private double[] similarity;

  /**
   * Starts without any rows.
   *
   * @param width the elements of a row
   * @param most the most directions to keep; no more than a row has elements
   */
  PrincipalDirections(NDManager parent, TorchScript script, int width, int most) {
    this.manager = parent.newSubManager();
    this.script = script;
    this.count = Math.min(most, width);
    this.owner = manager.newSubManager();
    this.similarity = new double[count];
    this.state =
        new NDList(
            owner.zeros(new Shape(count, width), DataType.FLOAT64),
            owner.zeros(new Shape(count), DataType.FLOAT64),
            owner.zeros(new Shape(width), DataType.FLOAT64),
            owner.zeros(new Shape(), DataType.FLOAT64),
            owner.zeros(new Shape(), DataType.FLOAT64));
  }

  static TorchScript compile(NDManager owner) {
    return TorchScript.compile(owner, SCRIPT);
  }

  /** Takes rows in; fewer than there are directions wait for the next. */
  void add(NDArray rows) {
    NDArray all = waiting == null ? rows.duplicate() : waiting.concat(rows, 0);
    all.attach(manager);
    if (waiting != null) {
      waiting.close();
    }
    waiting = all;
    if (all.getShape().get(0) >= count) {
      fit();
    }
  }

  private void fit() {
    NDManager next = manager.newSubManager();
    Arguments arguments =
        new Arguments(next)
            .with("rows", waiting)
            .with("count", count)
            .with("directions", state.get(0))
            .with("values", state.get(1))
            .with("mean", state.get(2))
            .with("spread", state.get(3))
            .with("seen", state.get(4));
    NDList found = script.call("fit", arguments);
    found.attach(next);
    similarity = found.get(5).toDoubleArray();
    state = new NDList(found.subList(0, 5));
    owner.close();
    owner = next;
    waiting.close();
    waiting = null;
  }

  int count() {
    return count;
  }

  /** The rows that were taken in. */
  long rows() {
    return Math.round(state.get(4).getDouble());
  }

  /** Whether the first directions are, up to sign, what they were a batch before. */
  boolean settled(int first, double similarityWanted) {
    for (int i = 0; i < first; i++) {
      if (similarity[i] < similarityWanted) {
        return false;
      }
    }
    return true;
  }

  /** The share of the variance of the rows that each direction has, descending. */
  double[] shares() {
    double spread = state.get(3).getDouble();
    double[] shares = values();
    for (int i = 0; i < shares.length; i++) {
      shares[i] = spread == 0 ? 0 : shares[i] * shares[i] / spread;
    }
    return shares;
  }

  /** The singular values of the centred rows, descending. */
  double[] values() {
    return state.get(1).toDoubleArray();
  }

  /** The directions as rows {@code [count, width]}, of unit length. */
  double[] directions() {
    return state.get(0).toDoubleArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
