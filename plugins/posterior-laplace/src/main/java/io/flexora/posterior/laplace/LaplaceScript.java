package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import java.util.Arrays;

/** The computations on the device, all of them in float64. */
final class LaplaceScript {

  /** The side of a block of a symmetric matrix; smaller ones make slower products. */
  private static final int BLOCK = 384;

  private static final String RESOURCE = "laplace.torchscript";

  private final TorchScript script;

  private LaplaceScript(TorchScript script) {
    this.script = script;
  }

  /** Compiles it; it lives as long as its owner. */
  static LaplaceScript compile(NDManager owner) {
    return new LaplaceScript(ScriptText.of(LaplaceScript.class, RESOURCE).compile(owner));
  }

  /**
   * The two matrices of LoRA by themselves: A with inputs x and gradients s g B, and B with inputs
   * A x and gradients s g.
   *
   * @param inputs x {@code [tokens, inputs]}
   * @param gradients g {@code [classes, tokens, outputs]}
   * @param factors A and B
   */
  NDList factors(NDManager scope, NDArray inputs, NDArray gradients, LoraFactors factors) {
    return script.call(
        "factors",
        new Arguments(scope)
            .with("x", inputs)
            .with("g", gradients)
            .with("a", factors.a())
            .with("b", factors.b())
            .with("scale", number(scope, factors.scaling())));
  }

  /** The features of a head and a 1 for its bias {@code [1, hidden + 1]}. */
  NDArray withBias(NDManager scope, NDArray features) {
    return script.call("with_bias", new Arguments(scope).with("x", features)).singletonOrThrow();
  }

  /**
   * What an example adds to the two factors of a matrix.
   *
   * @param root a matrix R with Rᵀ R the Hessian of the loss in the class outputs
   * @return rows of the inputs, rows of the gradients, and the weight of the former
   */
  NDList rows(NDManager scope, TokenRule rule, MatrixData data, double[][] root) {
    long[] read = Arrays.stream(data.read()).asLongStream().toArray();
    return script.call(
        "rows",
        new Arguments(scope)
            .with("a", data.inputs())
            .with("g", data.gradients())
            .with("root", matrix(scope, root))
            .with("read", NativeArrays.of(scope, read))
            .with("rule", rule.code()));
  }

  /**
   * Adds Xᵀ X to a symmetric matrix, of which only the blocks on and below the diagonal are kept:
   * {@link #largest} reads no others.
   */
  void add(NDManager scope, NDArray sum, NDArray rows) {
    script
        .call(
            "add", new Arguments(scope).with("total", sum).with("rows", rows).with("block", BLOCK))
        .close();
  }

  /**
   * The best F of that rank for F Fᵀ + Xᵀ X.
   *
   * @param basis F {@code [side, rank]}
   * @param rows X {@code [rows, side]}
   */
  NDArray extended(NDManager scope, NDArray basis, NDArray rows) {
    return script
        .call("extended", new Arguments(scope).with("basis", basis).with("rows", rows))
        .singletonOrThrow();
  }

  /** The largest eigenvalues, ascending, and their vectors as columns, of the lower triangle. */
  NDList largest(NDManager scope, NDArray matrix, long rank) {
    return script.call("largest", new Arguments(scope).with("matrix", matrix).with("rank", rank));
  }

  /** The squared lengths of orthogonal columns, and the columns made of unit length. */
  NDList split(NDManager scope, NDArray basis) {
    return script.call("split", new Arguments(scope).with("basis", basis));
  }

  /**
   * The covariance of class outputs that a matrix alone makes, for each prior precision.
   *
   * @return {@code [precisions, classes, classes]}
   */
  NDArray covariances(NDManager scope, MatrixData data, MatrixPosterior of, double[] precisions) {
    return script
        .call(
            "covariances",
            new Arguments(scope)
                .with("a", data.inputs())
                .with("g", data.gradients())
                .with("u", of.inputs().vectors())
                .with("v", of.gradients().vectors())
                .with("of_inputs", of.inputs().values())
                .with("of_gradients", of.gradients().values())
                .with("whole", of.isWhole() ? 1 : 0)
                .with("precisions", NativeArrays.of(scope, precisions)))
        .singletonOrThrow();
  }

  private static NDArray number(NDManager scope, double value) {
    return NativeArrays.of(scope, new double[] {value}, new Shape());
  }

  private static NDArray matrix(NDManager scope, double[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return NativeArrays.of(scope, flat, new Shape(rows.length, flat.length / rows.length));
  }
}
