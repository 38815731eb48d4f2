package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.Tokens;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.batch.PackedBatch;
import io.flexora.transformers.batch.TokenTrees;
import java.util.List;
import java.util.Optional;

/**
 * The arrays that the likelihood of answers reads: the tokens to predict, and the choices that they
 * belong to.
 *
 * @param type the type of the model's parameters
 * @param vocabulary the number of tokens that the model knows
 * @param reference the scores of the model without adapters; empty where the loss does not read
 *     them
 */
record Likelihood(DataType type, int vocabulary, Optional<Reference> reference)
    implements PackedBatch.Targets {

  /** The scores of examples by a model that nothing was trained in. */
  @FunctionalInterface
  interface Reference {

    /** The log-likelihood of each choice of each example. */
    double[][] of(NDManager owner, List<Tokens> examples);
  }

  /** The logits of one chunk of rows, in float32, take about this many bytes. */
  static final int LOGIT_BYTES = 64 << 20;

  private static final int LEAST_ROWS = 16;

  @Override
  public List<NDArray> of(NDManager owner, PackedBatch.Part part) {
    TokenTrees trees = part.trees();
    return List.of(
        NativeArrays.of(owner, trees.rows()),
        NativeArrays.of(owner, trees.rowOfLabel()),
        NativeArrays.of(owner, trees.tokens()),
        NativeArrays.onHost(owner, trees.chunks(chunkRows())),
        NativeArrays.of(owner, trees.choices()),
        ofChoices(owner, trees, trees.choiceMask()),
        ofChoices(owner, trees, trees.rightMask()),
        ofChoices(owner, trees, trees.lengths()),
        reference(owner, part),
        NativeArrays.of(owner, new double[] {part.share()}, new Shape(1), type),
        NativeArrays.of(owner, trees.single(), new Shape(trees.labels()), type));
  }

  private int chunkRows() {
    return Math.max(LEAST_ROWS, LOGIT_BYTES / (Float.BYTES * vocabulary));
  }

  private NDArray ofChoices(NDManager owner, TokenTrees trees, float[] values) {
    Shape shape = new Shape(trees.examples(), trees.mostChoices());
    return NativeArrays.of(owner, values, shape, type);
  }

  private NDArray reference(NDManager owner, PackedBatch.Part part) {
    int most = part.trees().mostChoices();
    double[] scores = new double[part.examples().size() * most];
    if (part.forLoss() && reference.isPresent()) {
      double[][] found = reference.get().of(owner, part.examples());
      for (int e = 0; e < found.length; e++) {
        System.arraycopy(found[e], 0, scores, e * most, found[e].length);
      }
    }
    return NativeArrays.of(owner, scores, new Shape(part.examples().size(), most), type);
  }
}
