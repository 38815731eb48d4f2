package io.flexora.formats.gguf;

import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.ExactStream;
import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes GGUF files of version 3, little-endian. The same tensors and metadata give the same bytes.
 * A tensor's content is asked for when its turn comes, so that memory need not hold the model.
 *
 * @since 0.1
 */
public final class GgufWriter {

  private GgufWriter() {}

  /**
   * Writes a file whole or not at all.
   *
   * @return the size and the hash of the file
   * @throws io.flexora.api.run.FlexoraException if it cannot be written or a type cannot hold a
   *     number; the file is as it was
   * @throws IllegalArgumentException if two tensors have one name, or a tensor does not write as
   *     many bytes as its shape says
   */
  public static FileHash write(Path file, GgufMetadata metadata, List<NewTensor> tensors) {
    return DurableFile.write(file, stream -> write(stream, metadata, tensors));
  }

  /**
   * Writes the content of a file to a stream, which stays open; see {@link #write(Path,
   * GgufMetadata, List)}.
   *
   * @throws IOException if the stream cannot take it
   */
  public static void write(OutputStream stream, GgufMetadata metadata, List<NewTensor> tensors)
      throws IOException {
    long alignment = GgufHeader.alignmentToWrite(metadata);
    byte[] header = header(metadata, tensors, alignment);
    stream.write(header);
    pad(stream, header.length, alignment);
    for (NewTensor tensor : tensors) {
      ExactStream.write(
          stream,
          "tensor " + tensor.name(),
          tensor.byteCount(),
          tensor.type() + " " + tensor.shape(),
          tensor.content());
      pad(stream, tensor.byteCount(), alignment);
    }
  }

  private static byte[] header(GgufMetadata metadata, List<NewTensor> tensors, long alignment) {
    HeaderBytes header = new HeaderBytes();
    header.i32(GgufHeaderParser.MAGIC).i32(GgufHeaderParser.VERSION);
    header.i64(tensors.size()).i64(metadata.size());
    metadata.forEach((key, value) -> header.entry(key, metadata.type(key).orElseThrow(), value));
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (NewTensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors have the name " + tensor.name());
      }
      header.tensor(tensor, offset);
      offset = GgufHeader.aligned(Math.addExact(offset, tensor.byteCount()), alignment);
    }
    return header.bytes();
  }

  private static void pad(OutputStream stream, long bytes, long alignment) throws IOException {
    for (long at = bytes; at < GgufHeader.aligned(bytes, alignment); at++) {
      stream.write(0);
    }
  }
}
