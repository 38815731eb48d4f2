package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.AdapterChange.PlainLora;
import java.util.OptionalInt;

/**
 * The product of two factors that is closest to a matrix in the Frobenius norm: that of its largest
 * singular values (Eckart and Young 1936). Computed in float64; the factors are float32.
 *
 * @since 0.1
 */
public final class LowRankApproximation implements AutoCloseable {

  private static final String SCRIPT =
      """
        def of_matrix(self, matrix: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(matrix.to(7), False)
          return [u, s, v]

        def of_product(self, a: Tensor, b: Tensor) -> List[Tensor]:
          qb, rb = torch.linalg_qr(b.to(7))
          qa, ra = torch.linalg_qr(torch.transpose(a.to(7), 0, 1))
          u, s, v = torch.linalg_svd(torch.matmul(rb, torch.transpose(ra, 0, 1)), False)
          return [torch.matmul(qb, u), s, torch.matmul(v, torch.transpose(qa, 0, 1))]

        def factors(self, u: Tensor, s: Tensor, v: Tensor, rank: Tensor) -> List[Tensor]:
          r = int(rank)
          root = torch.sqrt(torch.slice(s, 0, 0, r))
          a = torch.slice(v, 0, 0, r) * torch.reshape(root, [r, 1])
          b = torch.slice(u, 1, 0, r) * root
          return [a.to(6).contiguous(), b.to(6).contiguous()]

        def squares(self, matrix: Tensor, a: Tensor, b: Tensor) -> List[Tensor]:
          wanted = matrix.to(7)
          missed = wanted - torch.matmul(b.to(7), a.to(7))
          return [torch.sum(missed * missed), torch.sum(wanted * wanted)]
      """;

  private final TorchScript script;

  /**
   * Prepares.
   *
   * @param owner outlives it
   */
  public LowRankApproximation(NDManager owner) {
    this.script = TorchScript.compile(owner, SCRIPT);
  }

  /**
   * The distance of a product from a matrix, as squares of Frobenius norms.
   *
   * @param missed of the difference
   * @param wanted of the matrix
   */
  public record Squares(double missed, double wanted) {

    /** The sum of those of two pairs of matrices. */
    public Squares plus(Squares other) {
      return new Squares(missed + other.missed, wanted + other.wanted);
    }

    /** The norm of the difference over that of the matrix; 0 where the matrix is 0 and met. */
    public double relativeError() {
      return missed == 0 ? 0 : Math.sqrt(missed / wanted);
    }
  }

  /**
   * Approximates a matrix {@code [outputs, inputs]}.
   *
   * @param scope the owner of the result
   * @param rank the rank; empty for the least that {@code tolerance} allows
   * @param tolerance the largest relative error where no rank is given
   */
  public PlainLora ofMatrix(NDManager scope, NDArray matrix, OptionalInt rank, double tolerance) {
    return factors(
        scope,
        script.call("of_matrix", new Arguments(scope).with("matrix", matrix)),
        rank,
        tolerance);
  }

  /**
   * Approximates the product of two factors by one of a lower rank.
   *
   * @param scope the owner of the result
   * @param rank the most that the result has
   */
  public PlainLora ofProduct(NDManager scope, PlainLora product, int rank) {
    Arguments arguments = new Arguments(scope).with("a", product.a()).with("b", product.b());
    return factors(scope, script.call("of_product", arguments), OptionalInt.of(rank), 0);
  }

  /** How far a product is from a matrix. */
  public Squares squares(NDManager scope, NDArray matrix, PlainLora product) {
    Arguments arguments =
        new Arguments(scope).with("matrix", matrix).with("a", product.a()).with("b", product.b());
    NDList found = script.call("squares", arguments);
    return new Squares(found.get(0).toDoubleArray()[0], found.get(1).toDoubleArray()[0]);
  }

  private PlainLora factors(NDManager scope, NDList svd, OptionalInt rank, double tolerance) {
    double[] singular = svd.get(1).toDoubleArray();
    int kept = Math.min(rank.orElseGet(() -> least(singular, tolerance)), singular.length);
    Arguments arguments =
        new Arguments(scope)
            .with("u", svd.get(0))
            .with("s", svd.get(1))
            .with("v", svd.get(2))
            .with("rank", kept);
    NDList factors = script.call("factors", arguments);
    return new PlainLora(factors.get(0), factors.get(1));
  }

  /** The least rank whose relative error is at most the tolerance. */
  private static int least(double[] singular, double tolerance) {
    double all = 0;
    for (double value : singular) {
      all += value * value;
    }
    double left = 0;
    int rank = singular.length;
    while (rank > 1) {
      left += singular[rank - 1] * singular[rank - 1];
      if (left > tolerance * tolerance * all) {
        return rank;
      }
      rank--;
    }
    return rank;
  }

  @Override
  public void close() {
    script.close();
  }
}
