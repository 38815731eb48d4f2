package io.flexora.source.hf;

import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A content that is not whole yet, with the digest of what is there. */
final class PartialFile implements Closeable {
  private final Path path;
  private final RemoteFile file;
  private final FileChannel channel;
  private MessageDigest digest;
  private long size;

  private PartialFile(Path path, RemoteFile file, FileChannel channel) {
    this.path = path;
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or makes it, and reads what is there.
   *
   * @throws io.flexora.api.run.FlexoraException if it cannot be written
   */
  static PartialFile open(Path path, RemoteFile file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
    PartialFile partial = new PartialFile(path, file, channel);
    if (channel.size() > file.size()) {
      partial.clear();
    } else {
      partial.readWhatIsThere();
    }
    return partial;
  }

  private void readWhatIsThere() throws IOException {
    digest = file.hash().digest(file.size());
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = RegularFile.stream(path)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        size += n;
      }
    }
    channel.position(size);
  }

  /** How many bytes are there. */
  long size() {
    return size;
  }

  boolean isComplete() {
    return size == file.size();
  }

  /** Throws away what is there. */
  void clear() throws IOException {
    channel.truncate(0);
    channel.position(0);
    size = 0;
    digest = file.hash().digest(file.size());
  }

  /**
   * Adds bytes.
   *
   * @throws WrongContentException if they are more than the file has
   * @throws io.flexora.api.run.FlexoraException if they cannot be written
   */
  void append(ByteBuffer bytes) throws IOException {
    if (size + bytes.remaining() > file.size()) {
      throw new WrongContentException("more than its %d bytes came".formatted(file.size()));
    }
    digest.update(bytes.duplicate());
    size += bytes.remaining();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /**
   * Forces it to the disk.
   *
   * @throws WrongContentException if its bytes are not those with the checksum
   */
  void verify() throws IOException {
    String seen = HexFormat.of().formatHex(digest.digest());
    if (!seen.equals(file.hash().hex())) {
      throw new WrongContentException(
          "its checksum is %s instead of %s".formatted(seen, file.hash().hex()));
    }
    try {
      channel.force(true);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
