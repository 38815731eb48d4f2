package io.flexora.transformers.checkpoint;

import io.flexora.formats.bitsandbytes.FourBitMatrix;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The weights of a model on disk, whatever the file format: tensors by their names in Hugging Face
 * form, with the values that transformers would load. Of a GGUF file, rows of q and k are put back
 * into the half-split order, what was added to norms is taken off, and quantised numbers are
 * dequantised; {@link #readBlocks} gives them as they are stored.
 *
 * @since 0.1
 */
public interface Checkpoint extends AutoCloseable {

  /**
   * Opens the safetensors files of a folder. Nothing but headers is read.
   *
   * @param names the name in Hugging Face form of a tensor by its name in the files, which may
   *     leave out a prefix; empty for a tensor that is of no use
   * @throws IOException if a file cannot be read
   * @throws io.flexora.api.run.FlexoraException if a tensor is of a type that is not read
   */
  static Checkpoint ofFolder(Path folder, Function<String, Optional<String>> names)
      throws IOException {
    return FolderCheckpoint.open(folder, names);
  }

  /**
   * Reads the headers of a GGUF file.
   *
   * @param file an open file, which is closed with the checkpoint
   * @param form how such files have the model
   * @param names as for {@link #ofFolder}, of names in Hugging Face form where a tensor has one
   */
  static Checkpoint ofGguf(GgufFile file, GgufForm form, Function<String, Optional<String>> names) {
    return new GgufCheckpoint(file, form, names);
  }

  /** The folder or the GGUF file. */
  Path location();

  /** The tensors by their names in Hugging Face form. */
  Map<String, StoredTensor> tensors();

  /** The name under which a tensor is written into a folder: the one that it has in this one. */
  default String nameInFolder(StoredTensor tensor) {
    return tensor.name();
  }

  /**
   * Reads whole rows, row-major and little-endian in the tensor's type, as many as the buffer has
   * room for.
   *
   * @param tensor one of {@link #tensors}
   * @param firstRow the first row to read
   * @param into a buffer with an array or a direct one; its room is a multiple of the row's bytes
   * @throws IOException if there are not so many rows or they cannot be read
   */
  void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException;

  /**
   * The type in which a tensor is quantised.
   *
   * @return empty if its numbers are stored one by one
   */
  default Optional<GgufType> quantised(StoredTensor tensor) {
    return Optional.empty();
  }

  /**
   * Reads whole rows of a quantised tensor as they are stored, block after block, but in the order
   * of rows of {@link #read}.
   *
   * @param tensor one of {@link #tensors} that is {@link #quantised}
   * @param firstRow the first row to read
   * @param into a buffer as for {@link #read}; its room is a multiple of the bytes of a row's
   *     blocks
   * @throws IOException if there are not so many rows or they cannot be read
   * @throws IllegalArgumentException if the tensor is not quantised
   */
  default void readBlocks(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    throw new IllegalArgumentException(tensor.label() + " is not quantised");
  }

  /**
   * A matrix that is stored in four bits, as bitsandbytes does.
   *
   * @return empty if it is stored otherwise
   */
  default Optional<FourBitMatrix> fourBit(StoredTensor tensor) {
    return Optional.empty();
  }

  /**
   * Reads whole rows as floats, each number exactly.
   *
   * @param tensor one of {@link #tensors}
   * @param firstRow the first row to read
   * @param target takes the numbers from its start on
   * @param rows how many rows to read
   * @throws IOException if there are not so many rows or they cannot be read
   */
  default void readFloats(StoredTensor tensor, long firstRow, float[] target, int rows)
      throws IOException {
    int bytes = Math.toIntExact(Math.multiplyExact(tensor.rowBytes(), (long) rows));
    ByteBuffer raw = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    read(tensor, firstRow, raw);
    Floats.of(tensor.type(), raw.flip(), target);
  }

  @Override
  void close() throws IOException;
}
