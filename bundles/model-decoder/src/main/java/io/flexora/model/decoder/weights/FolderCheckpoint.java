package io.flexora.model.decoder.weights;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A folder of safetensors files in Hugging Face form. A head that is said to be the embedding, but
 * lies beside it with other numbers, is a head of its own, as for transformers 5.
 */
final class FolderCheckpoint implements Checkpoint {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path folder;
  private final Decoder decoder;
  private final SafetensorsModel files;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private FolderCheckpoint(Path folder, Decoder decoder, SafetensorsModel files) {
    this.folder = folder;
    this.decoder = decoder;
    this.files = files;
    Path where = files.files().size() == 1 ? files.files().get(0) : folder;
    for (TensorInfo tensor : files.tensors()) {
      if (!Expected.harmless(tensor.name(), decoder)) {
        tensors.put(tensor.name(), stored(tensor, where));
      }
    }
  }

  static Checkpoint open(Path folder) throws IOException {
    Decoder decoder = Decoder.ofFolder(folder);
    SafetensorsModel files = SafetensorsModel.open(folder);
    try {
      FolderCheckpoint untied = new FolderCheckpoint(folder, decoder.withOwnHead(), files);
      return decoder.shape().tiedHead() && !untied.hasOtherHead()
          ? new FolderCheckpoint(folder, decoder, files)
          : untied;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Whether there is a head that differs from the embedding. */
  private boolean hasOtherHead() throws IOException {
    StoredTensor head = tensors.get("lm_head.weight");
    StoredTensor embedding = tensors.get("model.embed_tokens.weight");
    if (head == null || embedding == null) {
      return false;
    }
    return !head.shape().equals(embedding.shape()) || !sameNumbers(head, embedding);
  }

  private boolean sameNumbers(StoredTensor one, StoredTensor other) throws IOException {
    int most = Math.toIntExact(Math.max(1, BLOCK_BYTES / one.rowBytes()));
    for (long row = 0; row < one.rows(); row += most) {
      int rows = (int) Math.min(most, one.rows() - row);
      if (!Arrays.equals(floats(one, row, rows), floats(other, row, rows))) {
        return false;
      }
    }
    return true;
  }

  private float[] floats(StoredTensor tensor, long row, int rows) throws IOException {
    float[] numbers = new float[Math.toIntExact(rows * tensor.rowSize())];
    readFloats(tensor, row, numbers, rows);
    return numbers;
  }

  private static StoredTensor stored(TensorInfo tensor, Path where) {
    String label = StoredTensor.label(tensor.name(), where);
    StoredType type =
        switch (tensor.type()) {
          case F16 -> StoredType.F16;
          case BF16 -> StoredType.BF16;
          case F32 -> StoredType.F32;
          default ->
              throw new FlexoraException(
                  label
                      + " has the type "
                      + tensor.type()
                      + "; accepted are BF16, F16 and F32. Take a checkpoint that is not quantised");
        };
    return new StoredTensor(tensor.name(), tensor.shape(), type, label);
  }

  @Override
  public Path location() {
    return folder;
  }

  @Override
  public Decoder decoder() {
    return decoder;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    if (firstRow < 0 || firstRow > tensor.rows()) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    files.read(tensor.name(), firstRow * tensor.rowBytes(), into);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
