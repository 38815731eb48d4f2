package io.flexora.transformers.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint that has not been fetched: all tensors of a model in bf16. It has no numbers.
 *
 * @since 0.1
 */
public final class ExpectedCheckpoint implements Checkpoint {

  private final Path location;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  /** Expects the tensors of a model at a location. */
  public ExpectedCheckpoint(Path location, FrozenArrays arrays) {
    this.location = location;
    for (FrozenArray.Tensor tensor : arrays.tensors()) {
      String label = StoredTensor.label(tensor.name(), location);
      tensors.put(
          tensor.name(), new StoredTensor(tensor.name(), tensor.shape(), StoredType.BF16, label));
    }
  }

  @Override
  public Path location() {
    return location;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Map.copyOf(tensors);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) {
    throw new IllegalStateException(tensor.label() + " has not been fetched");
  }

  @Override
  public void close() {}
}
