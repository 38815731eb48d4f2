package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The two factors of the curvature of each matrix, gathered example by example: of its inputs,
 * divided by their number or weight, and of its gradients, a sum over the examples. So the product
 * grows with the data and does not depend on how they are batched.
 */
final class KroneckerFactors implements AutoCloseable {

  private final LaplaceScript script;
  private final NDManager owner;
  private final TokenRule rule;
  private final FactorRanks ranks;
  private final Map<String, Factors> byName = new LinkedHashMap<>();

  private static final class Factors {
    private final RowMoments inputs;
    private final RowMoments gradients;
    private double weight;

    Factors(RowMoments inputs, RowMoments gradients) {
      this.inputs = inputs;
      this.gradients = gradients;
    }
  }

  /**
   * Starts without an example.
   *
   * @param parent the owner of temporary arrays
   */
  KroneckerFactors(NDManager parent, LaplaceScript script, TokenRule rule, FactorRanks ranks) {
    this.script = script;
    this.owner = parent.newSubManager();
    this.rule = rule;
    this.ranks = ranks;
  }

  /**
   * Adds what an example says of a matrix.
   *
   * @param scope the owner of temporary arrays
   * @param probabilities the softmax of the example's class outputs
   */
  void add(NDManager scope, MatrixData data, double[] probabilities) {
    NDList rows = script.rows(scope, rule, data, root(probabilities));
    Factors factors = byName.computeIfAbsent(data.name(), name -> started(data));
    factors.inputs.add(rows.get(0));
    factors.gradients.add(rows.get(1));
    factors.weight += rows.get(2).getDouble();
  }

  private Factors started(MatrixData data) {
    return new Factors(moments(data.inputs()), moments(data.gradients()));
  }

  private RowMoments moments(NDArray of) {
    return new RowMoments(owner, script, of.getShape().get(of.getShape().dimension() - 1), ranks);
  }

  /**
   * R with Rᵀ R = diag(p) - p pᵀ: row c is the square root of p_c times the gradient of -log p_c in
   * the class outputs. Its elements sum to 0, so that R g is the same of gradients g of the class
   * outputs and of their differences from the first one.
   */
  private static double[][] root(double[] p) {
    double[][] root = new double[p.length][p.length];
    for (int c = 0; c < p.length; c++) {
      for (int k = 0; k < p.length; k++) {
        root[c][k] = Math.sqrt(p[c]) * (p[k] - (c == k ? 1 : 0));
      }
    }
    return root;
  }

  /**
   * Decomposes the factors of all matrices.
   *
   * @param keeper the owner of the result
   */
  List<MatrixPosterior> decomposed(NDManager keeper) {
    List<MatrixPosterior> found = new ArrayList<>();
    byName.forEach(
        (name, factors) -> {
          Decomposition inputs = factors.inputs.decomposed(keeper);
          Decomposition gradients = factors.gradients.decomposed(keeper);
          double weight = factors.weight == 0 ? 1 : factors.weight;
          found.add(new MatrixPosterior(name, inputs.dividedBy(weight), gradients));
        });
    return found;
  }

  @Override
  public void close() {
    owner.close();
  }
}
