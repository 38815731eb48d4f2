package io.flexora.model.decoder.export;

import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.model.decoder.weights.Checkpoint;
import io.flexora.model.decoder.weights.RotaryRows;
import io.flexora.transformers.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.Arrays;

/**
 * The numbers of a tensor as llama.cpp has them: rows of q and k of a llama in its order, norms
 * with what the family adds to them. Rows are read one head at a time; a merged matrix is held
 * whole.
 */
final class RowsForGguf {
  private static final int BLOCK_NUMBERS = 1 << 18;

  private final Checkpoint checkpoint;
  private final DecoderShape shape;
  private final StoredTensor tensor;
  private final boolean permuted;
  private final float[] merged;
  private final int rowSize;
  private final int blockRows;
  private float[] block = {};
  private long blockStart = -1;

  RowsForGguf(MergedWeights weights, StoredTensor tensor) throws IOException {
    this.checkpoint = weights.checkpoint();
    this.shape = checkpoint.shape();
    this.tensor = tensor;
    this.permuted = RotaryRows.permuted(shape, tensor.name());
    this.rowSize = Math.toIntExact(tensor.rowSize());
    this.merged = weights.changed(tensor.name()) ? weights.merged(tensor.name()) : null;
    this.blockRows = permuted ? shape.headSize() : Math.max(1, BLOCK_NUMBERS / rowSize);
  }

  /** Fills the start of the target; see {@code NewTensor.Elements}. */
  void read(long first, float[] target, int count) throws IOException {
    int done = 0;
    while (done < count) {
      long row = (first + done) / rowSize;
      int column = (int) ((first + done) % rowSize);
      int part = Math.min(rowSize - column, count - done);
      copyRow(row, column, target, done, part);
      done += part;
    }
    if (tensor.name().endsWith("norm.weight") && shape.normOffset() != 0) {
      for (int i = 0; i < count; i++) {
        target[i] += (float) shape.normOffset();
      }
    }
  }

  private void copyRow(long row, int column, float[] target, int at, int count) throws IOException {
    long stored = permuted ? RotaryRows.inHuggingFace(row, shape.headSize()) : row;
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
