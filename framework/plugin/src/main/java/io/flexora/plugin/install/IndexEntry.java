package io.flexora.plugin.install;

import io.flexora.plugin.lock.SigningKey;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Version;

/**
 * A bundle of an index.
 *
 * @param name its symbolic name
 * @param version its version
 * @param url the place of its jar, relative to the index or not
 * @param sha256 the SHA-256 of its jar
 * @param bytes the size of its jar; negative if the index does not have it
 * @param signer the key that signed the jar; empty if the index has none
 * @param extensions its extensions, each as {@code kind/name}; empty if the index has none
 * @param description its description; empty if the index has none
 * @since 0.1
 */
public record IndexEntry(
    String name,
    Version version,
    String url,
    String sha256,
    long bytes,
    Optional<SigningKey> signer,
    List<String> extensions,
    String description) {

  /** Copies the list. */
  public IndexEntry {
    extensions = List.copyOf(extensions);
  }

  /** Whether a user may mean it: by its symbolic name, or an extension's ({@code [kind/]name}). */
  boolean isCalled(String reference) {
    return name.equals(reference)
        || extensions.stream().anyMatch(e -> e.equals(reference) || e.endsWith("/" + reference));
  }
}
