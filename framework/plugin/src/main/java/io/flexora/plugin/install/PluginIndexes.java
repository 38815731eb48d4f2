package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.lock.DetachedSignature;
import io.flexora.plugin.lock.LockedIndex;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.lock.SigningKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The indexes of plugins that a user reads. A signed index is bound to its key when it is first
 * installed from: a later copy that is unsigned, signed by another key, older than one that was
 * seen, or expired is refused.
 *
 * @since 0.1
 */
public final class PluginIndexes {

  private final PluginHost host;
  private final PluginFinder finder;
  private final InstantSource clock;
  private final IndexChoice choice;

  /**
   * The indexes of a host.
   *
   * @param sources serve the locations of sources
   * @throws FlexoraException if the host has no plugins' folder
   */
  public PluginIndexes(PluginHost host, Sources sources) {
    this(
        host,
        new PluginFinder(sources, HttpDownload.usual()),
        InstantSource.system(),
        IndexChoice.of(PluginInstaller.folder(host), System::getenv));
  }

  PluginIndexes(PluginHost host, PluginFinder finder, InstantSource clock, IndexChoice choice) {
    this.host = host;
    this.finder = finder;
    this.clock = clock;
    this.choice = choice;
  }

  /**
   * An index that was read and checked.
   *
   * @param location its path from the root on, or its address
   * @param signer the key that signed it; empty if it is unsigned
   */
  public record ReadIndex(String location, RepositoryIndex index, Optional<SigningKey> signer) {

    /** The lock that knows this index. */
    PluginsLock lockedBy(PluginsLock lock) {
      return signer
          .map(
              key ->
                  lock.with(new LockedIndex(location, index.name(), key.sha256(), index.serial())))
          .orElse(lock);
    }
  }

  /** The conditions that an index fulfils. */
  public record IndexRules(Optional<Path> signer, boolean plainHttp) {}

  /** The default index; empty without one. */
  public Optional<String> chosen() {
    return choice.location();
  }

  /**
   * Makes an index the user's default, and binds it to its key.
   *
   * @throws FlexoraException if it cannot be read, or it is not signed as it has to be; then the
   *     choice stays
   */
  public ReadIndex choose(String location, IndexRules rules) {
    ReadIndex read = read(location, rules);
    try (InstallFolder opened = InstallFolder.open(PluginInstaller.folder(host))) {
      opened.write(read.lockedBy(host.lock()));
    }
    choice.choose(read.location());
    return read;
  }

  /** Forgets the user's default index. */
  public void forget() {
    choice.forget();
  }

  /**
   * Reads an index and checks its signature, its serial number and its validity.
   *
   * @throws FlexoraException if it cannot be read or trusted
   */
  public ReadIndex read(String written, IndexRules rules) {
    String location = PluginFinder.absolute(written);
    byte[] content = finder.read(location, RepositoryIndex.BYTES_MAXIMUM, rules.plainHttp());
    Optional<SigningKey> signer =
        finder
            .readIfThere(
                location + DetachedSignature.ENDING,
                DetachedSignature.BYTES_MAXIMUM,
                rules.plainHttp())
            .map(signature -> DetachedSignature.signerOf(location, content, signature));
    PluginsLock lock = host.lock();
    requireKey(location, signer, lock, rules.signer());
    RepositoryIndex index = RepositoryIndex.parse(location, content);
    signer.ifPresent(key -> requireNewest(index, key, lock));
    requireValid(index);
    return new ReadIndex(location, index, signer);
  }

  private static void requireKey(
      String location, Optional<SigningKey> signer, PluginsLock lock, Optional<Path> asked) {
    Optional<String> expected =
        asked
            .map(SigningKey::read)
            .map(SigningKey::sha256)
            .or(
                () ->
                    lock.indexes().stream()
                        .filter(known -> known.location().equals(location))
                        .map(LockedIndex::key)
                        .findFirst());
    if (expected.isEmpty() || signer.map(SigningKey::sha256).equals(expected)) {
      return;
    }
    String seen =
        signer
            .map(key -> "is signed by the key with the SHA-256 " + key.sha256())
            .orElse("is not signed");
    throw new FlexoraException(
        asked.isPresent()
            ? "%s %s; --signed-by asks for %s".formatted(location, seen, expected.get())
            : "%s %s; until now %s signed it (%s). If its owner has changed the key, name the new one: flexora plugins use %1$s --signed-by FILE"
                .formatted(location, seen, expected.get(), lock.file().getFileName()));
  }

  private static void requireNewest(RepositoryIndex index, SigningKey key, PluginsLock lock) {
    lock.indexes().stream()
        .filter(known -> known.key().equals(key.sha256()) && known.name().equals(index.name()))
        .filter(known -> known.serial() > index.serial())
        .findFirst()
        .ifPresent(
            known -> {
              throw new FlexoraException(
                  "%s is older than a copy that was used before: its serial number is %d, and %s had %d. It is a mirror that lags, or somebody offers an old copy"
                      .formatted(
                          index.location(), index.serial(), known.location(), known.serial()));
            });
  }

  private void requireValid(RepositoryIndex index) {
    index
        .expires()
        .filter(end -> end.isBefore(clock.instant()))
        .ifPresent(
            end -> {
              throw new FlexoraException(
                  "%s expired at %s; its owner has to write it again (flexora plugins index), or this copy is old"
                      .formatted(index.location(), end));
            });
  }

  /**
   * Finds plugins.
   *
   * @param words words that the names or the description of each have; none for all
   * @return the newest version of each, by name
   */
  public List<IndexEntry> search(ReadIndex index, List<String> words) {
    return index.index().search(words);
  }

  /** The state of a locked plugin beside its index. */
  public enum AuditState {
    /** The index lists it, and nothing newer. */
    CURRENT,
    /** The index lists a newer version. */
    OUTDATED,
    /** It was not installed from an index. */
    UNLISTED,
    /** The index lists it no more. */
    WITHDRAWN,
    /** The index lists another jar for its version. */
    CHANGED,
    /** Its index cannot be read or trusted. */
    UNKNOWN;

    /** Whether somebody has to look into it. */
    public boolean isAlarming() {
      return compareTo(WITHDRAWN) >= 0;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A locked plugin and its state.
   *
   * @param detail what to know about it, in one line; may be empty
   */
  public record Audited(LockedPlugin plugin, AuditState state, String detail) {}

  /** Compares each locked plugin with its index. */
  public List<Audited> audit(boolean plainHttp) {
    return host.lock().plugins().stream().map(plugin -> audited(plugin, plainHttp)).toList();
  }

  private Audited audited(LockedPlugin plugin, boolean plainHttp) {
    if (plugin.index().isEmpty()) {
      return new Audited(plugin, AuditState.UNLISTED, "from " + plugin.location());
    }
    RepositoryIndex index;
    try {
      index = read(plugin.index(), new IndexRules(Optional.empty(), plainHttp)).index();
    } catch (FlexoraException e) {
      return new Audited(plugin, AuditState.UNKNOWN, e.getMessage());
    }
    List<IndexEntry> versions =
        index.entries().stream().filter(entry -> entry.name().equals(plugin.name())).toList();
    Optional<IndexEntry> same =
        versions.stream()
            .filter(entry -> entry.version().toString().equals(plugin.version()))
            .findFirst();
    if (same.isEmpty()) {
      return new Audited(
          plugin,
          AuditState.WITHDRAWN,
          versions.isEmpty()
              ? plugin.index() + " lists it no more"
              : "%s lists other versions alone, such as %s"
                  .formatted(plugin.index(), versions.get(0).version()));
    }
    if (!same.get().sha256().equals(plugin.sha256())) {
      return new Audited(
          plugin,
          AuditState.CHANGED,
          "%s lists another jar for this version (SHA-256 %s)"
              .formatted(plugin.index(), FileHash.brief(same.get().sha256())));
    }
    return versions.stream()
        .map(IndexEntry::version)
        .filter(version -> version.compareTo(same.get().version()) > 0)
        .max(Comparator.naturalOrder())
        .map(newer -> new Audited(plugin, AuditState.OUTDATED, newer + " is available"))
        .orElseGet(() -> new Audited(plugin, AuditState.CURRENT, ""));
  }
}
