package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The checksum that the Hub gives of a file: the SHA-256 of its content for large files, git's
 * SHA-1 of a blob for all others.
 *
 * @param hex the digits, in lower case
 */
record ContentHash(String hex) {
  private static final Pattern GIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ETAG = Pattern.compile("(?:W/)?\"?([^\"]*)\"?");

  /** Reads an entity tag; absent if it is none of the two checksums. */
  static Optional<ContentHash> ofEtag(String etag) {
    return Optional.of(ETAG.matcher(etag.strip()))
        .filter(m -> m.matches())
        .map(m -> new ContentHash(m.group(1)))
        .filter(ContentHash::isKnown);
  }

  boolean isKnown() {
    return isSha256() || GIT.matcher(hex).matches();
  }

  boolean isSha256() {
    return SHA256.matcher(hex).matches();
  }

  /** Starts the digest of a content of so many bytes. */
  MessageDigest digest(long size) {
    try {
      MessageDigest digest = MessageDigest.getInstance(isSha256() ? "SHA-256" : "SHA-1");
      if (!isSha256()) {
        digest.update(("blob " + size + "\0").getBytes(US_ASCII));
      }
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
    }
  }
}
