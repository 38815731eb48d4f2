package io.flexora.api.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * Derives independent random streams from one seed, each by its name.
 *
 * <p>A stream depends on the seed and its name alone: not on which other streams are used, nor in
 * what order. The initial values of a module are drawn from {@code (seed, module)}, the order of
 * the data from {@code (seed, epoch)}; so choosing another set of layers moves nothing else.
 *
 * @param seed the seed of the run
 * @since 0.1
 */
public record Seeds(long seed) {

  /**
   * Derives the seed of a stream.
   *
   * @param name the parts of the stream's name; each is taken by its {@code toString}
   * @return the first eight bytes of SHA-256 over the seed and the name
   */
  public long derive(Object... name) {
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
    for (Object part : name) {
      byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /** Opens the stream of that name; see {@link #derive}. */
  public SplittableRandom stream(Object... name) {
    return new SplittableRandom(derive(name));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
