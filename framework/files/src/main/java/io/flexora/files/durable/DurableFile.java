package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.util.UUID;

/**
 * Writes a file so that, after a crash at any moment or on a full disk, the file holds either its
 * old content or the new one, whole.
 *
 * <p>The content goes to a sibling file whose name ends in {@value #PARTIAL}, is forced to the
 * disk, and the sibling is moved over the target; then the folder is forced. A symbolic link is
 * replaced, and not followed: a folder that was copied from elsewhere may hold one. A file has one
 * writer at a time: the caller sees to that.
 *
 * @since 0.1
 */
public final class DurableFile {

  /** The suffix of a file or folder that is not complete. */
  public static final String PARTIAL = ".partial";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes everything to the stream and leaves it open.
     *
     * @throws IOException if the stream cannot take it
     */
    void writeTo(OutputStream stream) throws IOException;
  }

  /** The making of a file at a path. */
  @FunctionalInterface
  public interface PathContent {
    /**
     * Makes the file.
     *
     * @throws IOException if it cannot be made whole
     */
    void writeTo(Path path) throws IOException;
  }

  private DurableFile() {}

  /**
   * The file to write where a user names one: that to which a symbolic link leads, so that the link
   * stays.
   *
   * @throws FlexoraException if something else is there, such as a folder or a device
   */
  public static Path named(Path path) {
    try {
      return Files.exists(path) ? RegularFile.require(path).toRealPath() : path;
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /**
   * Writes a file whole or not at all.
   *
   * @return the size and the hash of what was written
   * @throws FlexoraException if it cannot be written, or something else than a file is there; the
   *     target is as it was and nothing is left
   */
  public static FileHash write(Path target, Content content) {
    return write(target, content, partial -> {});
  }

  private static FileHash write(Path target, Content content, PathContent creation) {
    Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
    try {
      if (Files.exists(target)) {
        RegularFile.require(target);
      }
      creation.writeTo(partial);
      FileHash written = writeSynced(partial, content);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      DurableFolder.sync(target.toAbsolutePath().getParent());
      return written;
    } catch (IOException e) {
      DurableFolder.deleteQuietly(partial);
      throw WriteFailure.explain(target, e);
    } catch (RuntimeException e) {
      DurableFolder.deleteQuietly(partial);
      throw e;
    }
  }

  /** Writes a text in UTF-8; see {@link #write(Path, Content)}. */
  public static FileHash write(Path target, String text) {
    return write(target, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a text in UTF-8 that only its owner may read; see {@link #write(Path, Content)}. */
  public static FileHash writePrivate(Path target, String text) {
    return write(
        target,
        stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)),
        DurableFile::createPrivate);
  }

  private static void createPrivate(Path file) throws IOException {
    Files.deleteIfExists(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  /**
   * Writes a file that several processes may write at once, and its folders: it has its name when
   * it is whole, and the last one stays.
   *
   * @param content fills a file beside it
   * @throws IOException if that cannot be done; the file is as it was
   */
  public static void writeShared(Path target, PathContent content) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + PARTIAL);
    try {
      content.writeTo(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Writes bytes, forced to the disk; see {@link #writeShared(Path, PathContent)}. */
  public static void writeShared(Path target, byte[] content) throws IOException {
    writeShared(target, part -> writeSynced(part, stream -> stream.write(content)));
  }

  /**
   * Writes a file in place and forces it to the disk: for files of a folder that is itself not
   * complete yet.
   */
  static FileHash writeSynced(Path file, Content content) throws IOException {
    // A plain stream rather than a channel: an interrupted thread would find its channel closed.
    try (FileOutputStream out = new FileOutputStream(asFile(file))) {
      CountingStream counting = new CountingStream(out);
      DigestOutputStream digest = new DigestOutputStream(counting, FileHash.newDigest());
      OutputStream buffered = new BufferedOutputStream(digest, 1 << 16);
      content.writeTo(buffered);
      buffered.flush();
      out.getFD().sync();
      return new FileHash(counting.count, FileHash.hex(digest.getMessageDigest()));
    }
  }

  private static File asFile(Path file) throws IOException {
    try {
      return file.toFile();
    } catch (UnsupportedOperationException e) {
      throw new IOException("not a path of the default file system: " + file, e);
    }
  }

  private static final class CountingStream extends OutputStream {
    private final OutputStream next;
    private long count;

    CountingStream(OutputStream next) {
      this.next = next;
    }

    @Override
    public void write(int value) throws IOException {
      next.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      next.write(bytes, from, length);
      count += length;
    }
  }
}
