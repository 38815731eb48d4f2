package io.flexora.formats.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads a stretch of a tensor's elements, a chunk of blocks at a time. */
final class BlockReader {

  private static final int CHUNK_BYTES = 1 << 17;

  /** Takes decoded elements. */
  interface Sink {
    /** Takes {@code count} elements that start at {@code from} in the values. */
    void take(float[] values, int from, int count);
  }

  private final FileChannel channel;
  private final GgufTensor tensor;
  private final Dequantiser dequantiser;
  private final int perBlock;

  BlockReader(FileChannel channel, GgufTensor tensor, Dequantiser dequantiser) {
    this.channel = channel;
    this.tensor = tensor;
    this.dequantiser = dequantiser;
    this.perBlock = tensor.type().blockElements();
  }

  /** Decodes straight into the target where the stretch consists of whole blocks. */
  void read(long first, float[] target, int from, int count) throws IOException {
    if (first % perBlock == 0 && count % perBlock == 0) {
      eachChunk(
          first / perBlock,
          count / perBlock,
          (bytes, blocks, done) -> dequantiser.read(bytes, blocks, target, from + done * perBlock));
      return;
    }
    int[] at = {from};
    read(
        first,
        count,
        (values, start, n) -> {
          System.arraycopy(values, start, target, at[0], n);
          at[0] += n;
        });
  }

  void read(long first, int count, Sink sink) throws IOException {
    if (count == 0) {
      return;
    }
    long firstBlock = first / perBlock;
    int skipped = (int) (first % perBlock);
    int blocks = Math.toIntExact((first + count - 1) / perBlock - firstBlock + 1);
    float[] values = new float[Math.min(blocks, chunkBlocks()) * perBlock];
    eachChunk(
        firstBlock,
        blocks,
        (bytes, n, done) -> {
          dequantiser.read(bytes, n, values, 0);
          int from = done == 0 ? skipped : 0;
          long left = (long) skipped + count - (long) done * perBlock;
          sink.take(values, from, (int) Math.min(n * (long) perBlock, left) - from);
        });
  }

  private int chunkBlocks() {
    return CHUNK_BYTES / tensor.type().blockBytes();
  }

  private interface Chunk {
    void take(byte[] bytes, int blocks, int done);
  }

  private void eachChunk(long firstBlock, int blocks, Chunk sink) throws IOException {
    int width = tensor.type().blockBytes();
    byte[] bytes = new byte[Math.min(blocks, chunkBlocks()) * width];
    for (int done = 0; done < blocks; done += chunkBlocks()) {
      int n = Math.min(chunkBlocks(), blocks - done);
      long from = tensor.offset() + (firstBlock + done) * width;
      HeaderCursor.readFully(channel, from, ByteBuffer.wrap(bytes, 0, n * width));
      sink.take(bytes, n, done);
    }
  }
}
