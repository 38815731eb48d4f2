package io.flexora.files.durable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What identifies the content of a file.
 *
 * @param bytes its size
 * @param sha256 its SHA-256 in lower-case hexadecimal digits
 * @since 0.1
 */
public record FileHash(long bytes, String sha256) {

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

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
