package io.flexora.files.durable;

import io.flexora.files.text.Utf8Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Opens files for reading, and nothing but files: a named pipe would keep its reader waiting for
 * ever, and a device may never end. A symbolic link to a file is one.
 *
 * @since 0.1
 */
public final class RegularFile {

  private static final int TYPE_MASK = 0170000;
  private static final int NAMED_PIPE = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int SOCKET = 0140000;

  private RegularFile() {}

  /** A path leads to something that is no file. */
  public static final class NotAFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private NotAFileException(Path path) {
      super("%s is %s; a regular file is needed".formatted(path, kind(path)));
    }
  }

  /** A file is larger than its limit. */
  public static final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    private TooLargeException(Path file, long most) throws IOException {
      super(
          "%s has %d MiB; at most %d MiB are read"
              .formatted(file, Files.size(file) >> 20, Math.max(1, most >> 20)));
    }
  }

  /**
   * Refuses what is not a file.
   *
   * @return the same path
   * @throws java.nio.file.NoSuchFileException if there is nothing
   * @throws NotAFileException if it is something else, with the path and what it is
   */
  public static Path require(Path path) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
      throw new NotAFileException(path);
    }
    return path;
  }

  /**
   * Refuses what is neither a file nor a folder.
   *
   * @return the same path
   * @throws IOException as {@link #require}
   */
  public static Path requireOrFolder(Path path) throws IOException {
    return Files.isDirectory(path) ? path : require(path);
  }

  /** Opens a stream of its bytes. */
  public static InputStream stream(Path file) throws IOException {
    return Files.newInputStream(require(file));
  }

  /** Reads all bytes. */
  public static byte[] bytes(Path file) throws IOException {
    return Files.readAllBytes(require(file));
  }

  /**
   * Reads all bytes of a file that is never large.
   *
   * @param most how many bytes it may have
   * @throws TooLargeException if it has more
   */
  public static byte[] bytes(Path file, long most) throws IOException {
    try (InputStream in = stream(file)) {
      int limit = (int) Math.min(most, Integer.MAX_VALUE - 8L);
      byte[] bytes = Files.size(file) > limit ? new byte[0] : in.readNBytes(limit);
      if (in.read() >= 0) {
        throw new TooLargeException(file, most);
      }
      return bytes;
    }
  }

  /**
   * Reads all of a UTF-8 text, without a byte order mark.
   *
   * @throws java.nio.charset.CharacterCodingException as {@link Utf8Text#of}
   */
  public static String text(Path file) throws IOException {
    return Utf8Text.of(bytes(file));
  }

  /**
   * Reads all lines of a UTF-8 text.
   *
   * @throws java.nio.charset.CharacterCodingException as {@link #text}
   */
  public static List<String> lines(Path file) throws IOException {
    return text(file).lines().toList();
  }

  /** Opens a channel to read, or to map. */
  public static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(require(file), StandardOpenOption.READ);
  }

  /** Opens it to be read here and there. */
  public static RandomAccessFile randomAccess(Path file) throws IOException {
    Path found = require(file);
    try {
      return new RandomAccessFile(found.toFile(), "r");
    } catch (FileNotFoundException e) {
      // It is also thrown where a file may not be read.
      if (Files.notExists(found)) {
        throw (IOException) new NoSuchFileException(found.toString()).initCause(e);
      }
      throw e;
    }
  }

  private static String kind(Path path) {
    if (Files.isDirectory(path)) {
      return "a folder";
    }
    try {
      return switch ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) {
        case NAMED_PIPE -> "a named pipe";
        case CHARACTER_DEVICE, BLOCK_DEVICE -> "a device";
        case SOCKET -> "a socket";
        default -> "no file";
      };
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "a pipe, a socket or a device";
    }
  }
}
