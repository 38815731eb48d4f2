package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A repository of a {@link FakeHub}: the same files at all of its revisions. */
final class FakeRepo {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private final Map<String, Stored> files = new LinkedHashMap<>();
  private final Map<String, String> commits = new LinkedHashMap<>(Map.of("main", COMMIT));
  private volatile boolean gated;

  /** A file: what is sent, and what is said of it. */
  static final class Stored {
    private final byte[] sent;
    private final long size;
    private final String blobId;
    private final String sha256;

    private Stored(byte[] sent, long size, String blobId, String sha256) {
      this.sent = sent;
      this.size = size;
      this.blobId = blobId;
      this.sha256 = sha256;
    }

    byte[] sent() {
      return sent;
    }

    long size() {
      return size;
    }

    String blobId() {
      return blobId;
    }

    String sha256() {
      return sha256;
    }

    boolean isLarge() {
      return !sha256.isEmpty();
    }
  }

  /** Adds a small file, which is kept in git itself. */
  FakeRepo small(String path, String content) {
    byte[] bytes = content.getBytes(UTF_8);
    files.put(path, new Stored(bytes, bytes.length, gitHash(bytes), ""));
    return this;
  }

  /** Adds a large file, which another host sends. */
  FakeRepo large(String path, byte[] content) {
    files.put(
        path,
        new Stored(content, content.length, gitHash("pointer".getBytes(UTF_8)), sha256(content)));
    return this;
  }

  /** Announces another size than that of what is sent. */
  FakeRepo announce(String path, long size) {
    files.computeIfPresent(path, (p, f) -> new Stored(f.sent(), size, f.blobId(), f.sha256()));
    return this;
  }

  /** Sends other bytes than those that were announced. */
  FakeRepo corrupt(String path, byte[] sent) {
    files.computeIfPresent(path, (p, f) -> new Stored(sent, f.size(), f.blobId(), f.sha256()));
    return this;
  }

  FakeRepo revision(String name, String commit) {
    commits.put(name, commit);
    return this;
  }

  FakeRepo gate() {
    gated = true;
    return this;
  }

  boolean isGated() {
    return gated;
  }

  Map<String, Stored> files() {
    return files;
  }

  /** The commit of a revision or of a commit; null if there is none. */
  String commit(String revision) {
    return commits.containsValue(revision) ? revision : commits.get(revision);
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  static String gitHash(byte[] content) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.writeBytes(("blob " + content.length + "\0").getBytes(UTF_8));
    blob.writeBytes(content);
    return hash("SHA-1", blob.toByteArray());
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
