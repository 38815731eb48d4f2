package io.flexora.transformers.family;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.bitsandbytes.FourBitMatrix;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.TensorCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint with what it describes. A head that is said to be the embedding, but lies beside it
 * with other numbers, is a head of its own, as for transformers 5.
 *
 * @since 0.1
 */
public final class CausalCheckpoint implements Checkpoint {

  private static final int BLOCK_BYTES = 1 << 20;

  private final Checkpoint files;
  private final CausalDescription description;
  private final Map<String, StoredTensor> tensors;
  private final boolean otherHead;

  private CausalCheckpoint(Checkpoint files, CausalDescription described) throws IOException {
    this.files = files;
    Map<String, StoredTensor> used = new LinkedHashMap<>(files.tensors());
    CausalDescription own = described.withOwnHead();
    StoredTensor head = used.get(name(own, 1));
    StoredTensor embedding = used.get(name(own, 0));
    this.otherHead =
        described.tiedHead() && head != null && embedding != null && !same(head, embedding);
    this.description = otherHead ? own : described;
    if (description.tiedHead()) {
      used.remove(name(own, 1));
    }
    this.tensors = Collections.unmodifiableMap(used);
  }

  /** The name of the tensor that an array of the whole model is. */
  private static String name(CausalDescription description, int array) {
    FrozenArray found = description.arrays().all().get(array);
    return ((Joined) found).tensors().get(0).name();
  }

  private boolean same(StoredTensor one, StoredTensor other) throws IOException {
    if (!one.shape().equals(other.shape())) {
      return false;
    }
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
    files.readFloats(tensor, row, numbers, rows);
    return numbers;
  }

  /**
   * Opens a folder of safetensors files with its {@code config.json}, or a GGUF file. Nothing but
   * headers is read, and a head that is said to be the embedding, to see whether it is.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if there is no checkpoint, or one that is not computed here
   */
  public static CausalCheckpoint open(CausalFamilies families, Path folderOrGguf)
      throws IOException {
    if (Files.isDirectory(folderOrGguf)) {
      CausalDescription description = families.ofFolder(folderOrGguf);
      return of(Checkpoint.ofFolder(folderOrGguf, description::tensorName), description);
    }
    if (folderOrGguf.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return ofGguf(families, GgufFile.open(folderOrGguf));
    }
    throw new FlexoraException(
        folderOrGguf
            + " is no checkpoint; name a folder with config.json and *.safetensors, or a file that"
            + " ends in .gguf");
  }

  private static CausalCheckpoint ofGguf(CausalFamilies families, GgufFile file)
      throws IOException {
    try {
      CausalDescription description = families.ofGguf(file);
      return of(
          Checkpoint.ofGguf(file, description.gguf().orElseThrow(), description::tensorName),
          description);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static CausalCheckpoint of(Checkpoint files, CausalDescription description)
      throws IOException {
    try {
      return new CausalCheckpoint(files, description);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /**
   * Reads the headers of a folder's weights, if it has any.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a file is not whole, its tensors are not those of the model, or
   *     there are only weights in PyTorch's pickled format
   */
  public static void requireWhole(CausalFamilies families, Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(SafetensorsModel.SINGLE))
        || Files.isRegularFile(folder.resolve(SafetensorsModel.INDEX))) {
      try (CausalCheckpoint checkpoint = open(families, folder)) {
        checkpoint.requireWhole();
      }
    } else {
      SafetensorsModel.refusePickled(folder);
    }
  }

  /**
   * Refuses a checkpoint whose tensors are not those of the model.
   *
   * @throws FlexoraException if they are not
   */
  public void requireWhole() {
    TensorCheck.require(this, description.arrays(), description.modelType());
  }

  /** What its own description says, with a head of its own where it has another. */
  public CausalDescription description() {
    return description;
  }

  /** Whether its description says that the head is the embedding, but it is another one. */
  public boolean hasOtherHead() {
    return otherHead;
  }

  /** The name of the tensor of a head that is not the embedding. */
  public String headName() {
    return name(description.withOwnHead(), 1);
  }

  @Override
  public Path location() {
    return files.location();
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public String nameInFolder(StoredTensor tensor) {
    return files.nameInFolder(tensor);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    files.read(tensor, firstRow, into);
  }

  @Override
  public Optional<GgufType> quantised(StoredTensor tensor) {
    return files.quantised(tensor);
  }

  @Override
  public void readBlocks(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    files.readBlocks(tensor, firstRow, into);
  }

  @Override
  public Optional<FourBitMatrix> fourBit(StoredTensor tensor) {
    return files.fourBit(tensor);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
