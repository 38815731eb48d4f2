package io.flexora.transformers.export;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.ShardedWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes merged weights as safetensors, each tensor in the type that the checkpoint gives it in. A
 * tensor that no adapter changes is the same bit for bit; what an adapter adds is rounded with the
 * sum to the nearest number of the type, as PEFT does when it merges.
 */
final class SafetensorsExport {
  private static final int BLOCK_BYTES = 1 << 20;

  private final MergedWeights weights;
  private final CausalCheckpoint checkpoint;

  SafetensorsExport(MergedWeights weights) {
    this.weights = weights;
    this.checkpoint = weights.checkpoint();
  }

  void write(DurableFolder.Staging folder, long shardBytes) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      DurableFile.Content content =
          weights.changed(tensor.name())
              ? out -> writeMerged(tensor, out)
              : out -> copy(tensor, out);
      tensors.add(
          new Tensor(
              checkpoint.nameInFolder(tensor),
              type(weights.type(tensor)),
              tensor.shape(),
              content));
    }
    ShardedWriter.write(folder, tensors, SafetensorsWriter.PYTORCH, shardBytes);
  }

  private static DType type(StoredType type) {
    return switch (type) {
      case F16 -> DType.F16;
      case BF16 -> DType.BF16;
      case F32 -> DType.F32;
    };
  }

  private void copy(StoredTensor tensor, OutputStream out) throws IOException {
    long rows = Math.max(1, BLOCK_BYTES / tensor.rowBytes());
    for (long row = 0; row < tensor.rows(); row += rows) {
      long count = Math.min(rows, tensor.rows() - row);
      ByteBuffer block = ByteBuffer.allocate(Math.toIntExact(count * tensor.rowBytes()));
      checkpoint.read(tensor, row, block);
      out.write(block.array());
    }
  }

  private void writeMerged(StoredTensor tensor, OutputStream out) throws IOException {
    float[] values = weights.merged(tensor.name());
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      put(tensor, weights.type(tensor), value, block);
      if (!block.hasRemaining()) {
        out.write(block.array());
        block.clear();
      }
    }
    out.write(block.array(), 0, block.position());
  }

  private static void put(StoredTensor tensor, StoredType type, float value, ByteBuffer block) {
    switch (type) {
      case F32 -> block.putFloat(value);
      case BF16 -> block.putShort(Bfloat16.bits(value));
      case F16 -> block.putShort(Half.bits(value));
    }
    if (!(Math.abs(value) <= greatest(type))) {
      throw new FlexoraException(
          "with its adapter, %s has the value %s, which the type %s cannot hold; export to peft"
              .formatted(tensor.label(), value, type));
    }
  }

  private static float greatest(StoredType type) {
    return type == StoredType.F16 ? 65_504 : Float.MAX_VALUE;
  }
}
