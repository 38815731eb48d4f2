package io.flexora.model.decoder.weights;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.transformers.checkpoint.Floats;
import io.flexora.transformers.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The weights of a decoder on disk, whatever the file format: tensors by their names in Hugging
 * Face form, with the values that transformers would load. Of a GGUF file, rows of q and k are put
 * back into the half-split order, what was added to norms is taken off, and quantised numbers are
 * dequantised.
 */
public interface Checkpoint extends AutoCloseable {

  /**
   * Opens a folder of safetensors files with its {@code config.json}, or a GGUF file. Nothing but
   * headers is read, and a head that is said to be the embedding, to see whether it is.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if there is no checkpoint, or one that this backend does not compute
   */
  static Checkpoint open(Path folderOrGguf) throws IOException {
    if (Files.isDirectory(folderOrGguf)) {
      return FolderCheckpoint.open(folderOrGguf);
    }
    if (folderOrGguf.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return GgufCheckpoint.open(folderOrGguf);
    }
    throw new FlexoraException(
        folderOrGguf
            + " is no checkpoint; name a folder with config.json and *.safetensors, or a file that"
            + " ends in .gguf");
  }

  /**
   * Reads the headers of a folder's weights, if it has any.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a file is not whole, or its tensors are not those of the model
   */
  static void requireWhole(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(SafetensorsModel.SINGLE))
        || Files.isRegularFile(folder.resolve(SafetensorsModel.INDEX))) {
      try (Checkpoint checkpoint = FolderCheckpoint.open(folder)) {
        Expected.require(checkpoint);
      }
    }
  }

  /** The folder or the GGUF file. */
  Path location();

  /** What its own description says, with a head of its own where it has another. */
  Decoder decoder();

  /** The tensors by their names in Hugging Face form. */
  Map<String, StoredTensor> tensors();

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
