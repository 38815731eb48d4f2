package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.batch.PackedBatch;
import io.flexora.transformers.batch.TokenTrees;
import java.util.List;

/**
 * The arrays that the likelihood of answers reads: the tokens to predict, and the choices that they
 * belong to.
 *
 * @param needsReference whether the loss reads the scores of the model without adapters
 */
record Likelihood(CausalModel model, boolean needsReference) implements PackedBatch.Targets {

  /** The logits of one chunk of rows, in float32, take about this many bytes. */
  static final int LOGIT_BYTES = 64 << 20;

  private static final int LEAST_ROWS = 16;

  @Override
  public List<NDArray> of(NDManager owner, PackedBatch.PackedPart part) {
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
        NativeArrays.of(owner, new double[] {part.share()}, new Shape(1), model.type()),
        NativeArrays.of(owner, trees.single(), new Shape(trees.labels()), model.type()));
  }

  private int chunkRows() {
    return Math.max(LEAST_ROWS, LOGIT_BYTES / (Float.BYTES * model.description().vocabulary()));
  }

  private NDArray ofChoices(NDManager owner, TokenTrees trees, float[] values) {
    Shape shape = new Shape(trees.examples(), trees.mostChoices());
    return NativeArrays.of(owner, values, shape, model.type());
  }

  private NDArray reference(NDManager owner, PackedBatch.PackedPart part) {
    int most = part.trees().mostChoices();
    double[] scores = new double[part.examples().size() * most];
    if (part.forLoss() && needsReference) {
      double[][] found = model.referenceScores(owner, part.examples());
      for (int e = 0; e < found.length; e++) {
        System.arraycopy(found[e], 0, scores, e * most, found[e].length);
      }
    }
    return NativeArrays.of(owner, scores, new Shape(part.examples().size(), most), model.type());
  }
}
