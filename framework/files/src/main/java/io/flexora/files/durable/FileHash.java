package io.flexora.files.durable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The size and hash of a file's content.
 *
 * @param bytes its size
 * @param sha256 its SHA-256 in lower-case hexadecimal digits
 * @since 0.1
 */
public record FileHash(long bytes, String sha256) {

  private static final int BRIEF = 12;

  /**
   * Reads a file and hashes it.
   *
   * @throws IOException if it cannot be read
   */
  public static FileHash of(Path file) throws IOException {
    MessageDigest digest = newDigest();
    long bytes = 0;
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = RegularFile.stream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        bytes += n;
      }
    }
    return new FileHash(bytes, hex(digest));
  }

  /** Hashes bytes in memory. */
  public static FileHash of(byte[] content) {
    MessageDigest digest = newDigest();
    digest.update(content);
    return new FileHash(content.length, hex(digest));
  }

  /**
   * Says how a file differs from the one that this identifies, such as {@code has 5 bytes instead
   * of 9}; empty if it does not.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<String> differenceOf(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.of("is missing");
    }
    long size = Files.size(file);
    if (size != bytes) {
      return Optional.of("has " + size + " bytes instead of " + bytes);
    }
    FileHash found = of(file);
    return found.equals(this)
        ? Optional.empty()
        : Optional.of("has the SHA-256 %s instead of %s".formatted(found.brief(), brief()));
  }

  /** The first digits of the hash, which tell it apart in a message. */
  public String brief() {
    return brief(sha256);
  }

  /** The first digits of a hash, which tell it apart in a message. */
  public static String brief(String sha256) {
    return sha256.substring(0, Math.min(BRIEF, sha256.length()));
  }

  /** Ends a digest, in lower-case hexadecimal digits. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Begins a SHA-256. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
