package io.flexora.trainer.losa.prune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.trainer.losa.prune.PruningOptions.Criterion;
import io.flexora.trainer.losa.prune.PruningOptions.RankedGroup;
import java.util.Optional;

/**
 * Prunes one matrix. Exactly the integer part of the sparsity times the numbers of a group is
 * pruned, the lowest first; of equal scores the first in the row.
 *
 * <p>SparseGPT works on blocks of {@value #BLOCK} columns, with a damping of {@value #DAMPING} of
 * the mean of the diagonal of X Xᵀ: in a block, over all rows, the lowest w² / [H⁻¹]ⱼⱼ are pruned,
 * with H of the columns that are not yet done, and the columns behind a pruned number make up for
 * it. (The published code compares with a threshold that it includes, and so prunes one number of
 * each block more.)
 */
final class MatrixPruning {

  static final int BLOCK = 128;
  private static final double DAMPING = 0.01;
  private static final String RESOURCE = "pruning.torchscript";

  private final TorchScript script;
  private final Criterion method;
  private final RankedGroup group;
  private final Optional<Pattern> pattern;

  /**
   * A pruned matrix.
   *
   * @param kept which numbers are kept {@code [outputs, inputs]}, booleans
   * @param weight the numbers; zero where pruned where they are not those of the matrix
   */
  record PrunedMatrix(NDArray kept, NDArray weight) {}

  MatrixPruning(NDManager owner, PruningOptions options) {
    this.script = ScriptText.of(MatrixPruning.class, RESOURCE).compile(owner);
    this.method = options.pruning();
    this.group = options.pruningGroup();
    this.pattern = Pattern.of(options);
  }

  /** Whether what is pruned depends on the inputs of the module. */
  boolean needsInputs() {
    return method != Criterion.MAGNITUDE;
  }

  /** What is summed over inputs before the first one. */
  NDArray noInputs(NDManager owner, int inputs, DataType type) {
    return method == Criterion.SPARSEGPT
        ? owner.zeros(new Shape(inputs, inputs), type)
        : owner.zeros(new Shape(inputs), type);
  }

  /**
   * Adds inputs to the sum.
   *
   * @param scope the owner of temporary arrays
   * @param rows {@code [tokens, inputs]}
   */
  void add(NDManager scope, NDArray sum, NDArray rows) {
    try (NDManager temporary = scope.newSubManager()) {
      String adding = method == Criterion.SPARSEGPT ? "add_products" : "add_squares";
      script.call(adding, new Arguments(temporary).with("total", sum).with("x", rows));
    }
  }

  /**
   * Prunes.
   *
   * @param scope the owner of the result
   * @param weight {@code [outputs, inputs]}
   * @param inputs the sum over inputs; of no use to magnitude
   */
  PrunedMatrix prune(NDManager scope, NDArray weight, NDArray inputs, double sparsity) {
    try (NDManager temporary = scope.newSubManager()) {
      if (method == Criterion.SPARSEGPT) {
        NDList found = script.call("sparsegpt", ofBlocks(temporary, weight, inputs, sparsity));
        found.attach(scope);
        return new PrunedMatrix(found.get(1), found.get(0));
      }
      Arguments scored = new Arguments(temporary).with("weight", weight);
      NDArray scores =
          (method == Criterion.WANDA
                  ? script.call("wanda", scored.with("squares", inputs))
                  : script.call("magnitude", scored))
              .singletonOrThrow();
      NDArray kept = kept(temporary, scores, sparsity);
      kept.attach(scope);
      return new PrunedMatrix(kept, weight);
    }
  }

  private NDArray kept(NDManager temporary, NDArray scores, double sparsity) {
    long inputs = scores.getShape().get(1);
    long width =
        pattern
            .map(p -> (long) p.of())
            .orElse(group == RankedGroup.ROW ? inputs : scores.getShape().size());
    long dropped = pattern.map(p -> (long) p.dropped(sparsity)).orElse((long) (width * sparsity));
    Arguments arguments =
        new Arguments(temporary).with("scores", scores).with("width", width).with("drop", dropped);
    return script.call("kept", arguments).singletonOrThrow();
  }

  private Arguments ofBlocks(NDManager temporary, NDArray weight, NDArray inputs, double sparsity) {
    return new Arguments(temporary)
        .with("weight", weight)
        .with("products", inputs)
        .with("damping", NativeArrays.of(temporary, new double[] {DAMPING}))
        .with("block", BLOCK)
        .with("sparsity", NativeArrays.of(temporary, new double[] {sparsity}))
        .with("group", pattern.map(Pattern::of).orElse(0))
        .with("drop", pattern.map(p -> p.dropped(sparsity)).orElse(0));
  }
}
