package io.flexora.transformers.export;

import io.flexora.transformers.checkpoint.GgufForm;
import io.flexora.transformers.checkpoint.RotaryRows;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.util.Arrays;

/**
 * The numbers of a tensor as llama.cpp has them: rows of q and k in its order where it turns
 * neighbours, norms with what the decoder adds to them. Rows are read one head at a time; a merged
 * matrix is held whole.
 */
final class RowsForGguf {
  private static final int BLOCK_NUMBERS = 1 << 18;

  private final CausalCheckpoint checkpoint;
  private final int headSize;
  private final float added;
  private final StoredTensor tensor;
  private final float[] merged;
  private final int rowSize;
  private final int blockRows;
  private float[] block = {};
  private long blockStart = -1;

  RowsForGguf(MergedWeights weights, StoredTensor tensor) throws IOException {
    this.checkpoint = weights.checkpoint();
    GgufForm form = checkpoint.description().gguf().orElseThrow();
    this.headSize = form.turnedHead(tensor.name());
    this.added = (float) form.added(tensor.name());
    this.tensor = tensor;
    this.rowSize = Math.toIntExact(tensor.rowSize());
    this.merged = weights.changed(tensor.name()) ? weights.merged(tensor.name()) : null;
    this.blockRows = headSize > 0 ? headSize : Math.max(1, BLOCK_NUMBERS / rowSize);
  }

  /** Fills the start of the target; see {@code NewTensor.ElementSource}. */
  void read(long first, float[] target, int count) throws IOException {
    int done = 0;
    while (done < count) {
      long row = (first + done) / rowSize;
      int column = (int) ((first + done) % rowSize);
      int part = Math.min(rowSize - column, count - done);
      copyRow(row, column, target, done, part);
      done += part;
    }
    if (added != 0) {
      for (int i = 0; i < count; i++) {
        target[i] += added;
      }
    }
  }

  private void copyRow(long row, int column, float[] target, int at, int count) throws IOException {
    long stored = headSize > 0 ? RotaryRows.inHuggingFace(row, headSize) : row;
    if (merged != null) {
      int from = Math.toIntExact(stored * rowSize + column);
      System.arraycopy(merged, from, target, at, count);
      return;
    }
    load(stored - stored % blockRows);
    System.arraycopy(block, (int) (stored - blockStart) * rowSize + column, target, at, count);
  }

  private void load(long start) throws IOException {
    if (start != blockStart) {
      int rows = (int) Math.min(blockRows, tensor.rows() - start);
      block = Arrays.copyOf(block, rows * rowSize);
      checkpoint.readFloats(tensor, start, block, rows);
      blockStart = start;
    }
  }
}
