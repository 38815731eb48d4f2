package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.admission.PluginManifest;
import io.flexora.plugin.install.PluginFinder.FoundPlugin;
import io.flexora.plugin.install.PluginIndexes.IndexRules;
import io.flexora.plugin.install.PluginIndexes.ReadIndex;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.lock.SigningKey;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Installs, updates and removes plugins by name. A jar gets into the plugins' folder only when it
 * is whole, has the digest and the signature that are asked for, and runs in this host together
 * with what is installed; what it needs is told and not fetched. The lock beside the folder records
 * it.
 *
 * @since 0.1
 */
public final class PluginInstaller {

  private static final Pattern VERSIONED =
      Pattern.compile("(.+)@([0-9](?!.*\\.jar$)[A-Za-z0-9_.-]*)");

  private final PluginHost host;
  private final Path folder;
  private final PluginFinder finder;
  private final PluginIndexes indexes;

  /**
   * Makes an installer.
   *
   * @param host tries what is to be installed
   * @param sources serve the locations of sources, such as {@code maven:group:artifact:version}
   * @throws FlexoraException if the host has no plugins' folder
   */
  public PluginInstaller(PluginHost host, Sources sources) {
    this(host, new PluginFinder(sources, HttpDownload.usual()), new PluginIndexes(host, sources));
  }

  PluginInstaller(PluginHost host, PluginFinder finder, PluginIndexes indexes) {
    this.host = host;
    this.finder = finder;
    this.indexes = indexes;
    this.folder = folder(host);
  }

  static Path folder(PluginHost host) {
    return host.options()
        .pluginsFolder()
        .orElseThrow(() -> new FlexoraException("the host has no folder of plugins"))
        .toAbsolutePath()
        .normalize();
  }

  /**
   * Installs a plugin.
   *
   * @param source a path, an address or a location of a source, or the name of a plugin or of one
   *     of its extensions in an index; a version may follow after {@code @}
   * @param index the path or address of an index in OSGi's repository format; the default index if
   *     it is empty and the source is a name
   * @throws FlexoraException if it is not installed, and why, as while an experiment is running;
   *     nothing has changed then
   */
  public InstallResult install(String source, Optional<String> index, InstallOptions options) {
    try (InstallFolder opened = InstallFolder.open(folder)) {
      return new Installation(opened, options)
          .of(source, index.or(() -> defaultIndex(source)), Optional.empty());
    }
  }

  /** The default index, if a source is a name. */
  private Optional<String> defaultIndex(String source) {
    boolean named =
        PluginFinder.isPathLike(source)
            && !PluginFinder.isFile(source)
            && !source.endsWith(".jar")
            && !source.startsWith("/")
            && !source.startsWith(".");
    if (!named) {
      return Optional.empty();
    }
    return Optional.of(
        indexes
            .chosen()
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "there is no file %s, and no index to look up the name in; name one with --index, or choose a default: flexora plugins use INDEX"
                            .formatted(source))));
  }

  /**
   * Brings the plugin again from where it was installed from: the highest version of its index or
   * source, or the file or address as it is now.
   *
   * @param name the name of a locked plugin or of one of its extensions; a version may follow after
   *     {@code @}
   * @param source another source than before
   * @throws FlexoraException if it cannot be updated, and why, as while an experiment is running;
   *     nothing has changed then
   */
  public InstallResult update(String name, Optional<String> source, InstallOptions options) {
    try (InstallFolder opened = InstallFolder.open(folder)) {
      Matcher versioned = VERSIONED.matcher(name);
      boolean pinned = versioned.matches();
      LockedPlugin locked = locked(pinned ? versioned.group(1) : name);
      String from = source.orElse(locked.source()) + (pinned ? "@" + versioned.group(2) : "");
      Optional<String> index =
          Optional.of(locked.index()).filter(i -> !i.isEmpty() && source.isEmpty());
      return new Installation(opened, options).of(from, index, Optional.of(locked));
    }
  }

  /**
   * Removes a plugin that was installed by name: its jar and its entry in the lock.
   *
   * @param name its name or that of one of its extensions
   * @throws FlexoraException if the lock does not name it, or it is in use and an experiment is
   *     running
   */
  public LockedPlugin remove(String name) {
    try (InstallFolder opened = InstallFolder.open(folder)) {
      LockedPlugin locked = locked(name);
      inFolder(locked.file()).ifPresent(this::drop);
      opened.delete(locked.file());
      opened.write(host.lock().without(locked.name()));
      return locked;
    }
  }

  private LockedPlugin locked(String name) {
    PluginsLock lock = host.lock();
    return lock.named(name)
        .or(() -> withExtension(lock, name))
        .orElseThrow(
            () ->
                new FlexoraException(
                    ("%s names no plugin '%s'; it names %s. What was put into %s by hand is changed and"
                            + " deleted by hand")
                        .formatted(
                            lock.file(),
                            name,
                            lock.plugins().isEmpty()
                                ? "none"
                                : String.join(
                                    ", ", lock.plugins().stream().map(LockedPlugin::name).toList()),
                            folder)));
  }

  /** The only locked plugin with an extension of that name. */
  private Optional<LockedPlugin> withExtension(PluginsLock lock, String name) {
    List<LockedPlugin> all =
        host.plugins().stream()
            .filter(
                plugin ->
                    plugin.extensions().stream()
                        .anyMatch(e -> e.equals(name) || e.endsWith("/" + name)))
            .flatMap(plugin -> lock.named(plugin.name()).stream())
            .distinct()
            .toList();
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  private Optional<PluginStatus> inFolder(String file) {
    String location = folder.resolve(file).toString();
    return host.plugins().stream().filter(p -> p.location().equals(location)).findFirst();
  }

  private void drop(PluginStatus plugin) {
    host.uninstall(plugin.location());
  }

  /** One plugin on its way into the folder. */
  private final class Installation {

    private final InstallFolder opened;
    private final InstallOptions options;
    private final PluginsLock lock = host.lock();

    Installation(InstallFolder opened, InstallOptions options) {
      this.opened = opened;
      this.options = options;
    }

    InstallResult of(String source, Optional<String> index, Optional<LockedPlugin> before) {
      Matcher versioned = VERSIONED.matcher(source);
      boolean splits = versioned.matches() && !PluginFinder.isPath(source);
      Optional<String> version = splits ? Optional.of(versioned.group(2)) : Optional.empty();
      String named = splits ? versioned.group(1) : source;
      Optional<ReadIndex> read =
          index.map(
              location ->
                  indexes.read(location, new IndexRules(Optional.empty(), options.plainHttp())));
      FoundPlugin found =
          read.map(from -> PluginFinder.indexed(named, version, from.index()))
              .orElseGet(() -> finder.direct(named, version));
      FileHash hash = finder.bring(found, options.plainHttp(), opened.staged());
      requireDigest(found, hash);
      Optional<SigningKey> signer = requireSignature(found, before);
      Optional<SigningKey> publisher = publisher(found, signer, read.flatMap(ReadIndex::signer));
      Optional<LockedPlugin> same =
          lock.plugins().stream().filter(old -> old.sha256().equals(hash.sha256())).findFirst();
      Optional<LockedPlugin> old = before.or(() -> same);
      boolean intact = same.filter(this::isIntact).isPresent();
      PluginStatus tried =
          intact
              ? inFolder(same.get().file()).orElseThrow()
              : host.whileUnused(() -> tried(found, version, old));
      LockedPlugin plugin =
          new LockedPlugin(
              tried.name(),
              tried.version(),
              fileOf(tried),
              found.named(),
              read.map(ReadIndex::location).orElse(""),
              found.shown(),
              hash.sha256(),
              hash.bytes(),
              signer.map(SigningKey::sha256).orElse(""));
      boolean restored = same.isPresent() && !intact;
      PluginsLock known = read.map(from -> from.lockedBy(lock)).orElse(lock);
      PluginsLock next =
          publisher.map(key -> known.withPublisher(tried.name(), key)).orElse(known).with(plugin);
      return new InstallResult(plugin, old, restored, committed(plugin, old, next));
    }

    /** Beside a shipped jar, which stays: who removes its replacement has it again. */
    private String fileOf(PluginStatus plugin) {
      String version = host.isShipped(plugin.name()) ? "-" + plugin.version() : "";
      return plugin.name() + version + ".jar";
    }

    private void requireDigest(FoundPlugin found, FileHash hash) {
      found
          .entry()
          .ifPresent(
              entry -> {
                requireDigest(found, hash, entry.sha256(), "the index names");
                if (entry.bytes() >= 0 && entry.bytes() != hash.bytes()) {
                  throw refused(
                      found,
                      "it has %,d bytes; the index names %,d"
                          .formatted(hash.bytes(), entry.bytes()));
                }
              });
      options.sha256().ifPresent(asked -> requireDigest(found, hash, asked, "asked for is"));
    }

    private void requireDigest(FoundPlugin found, FileHash hash, String asked, String who) {
      if (!hash.sha256().equals(asked)) {
        throw refused(found, "its SHA-256 is %s; %s %s".formatted(hash.sha256(), who, asked));
      }
    }

    /**
     * The key that signed the jar as a whole. An update has to be signed by the same key as before,
     * unless another one is named.
     */
    private Optional<SigningKey> requireSignature(
        FoundPlugin found, Optional<LockedPlugin> before) {
      Optional<SigningKey> asked =
          options
              .signer()
              .map(SigningKey::read)
              .or(
                  () ->
                      before
                          .map(LockedPlugin::signedBy)
                          .filter(sha256 -> !sha256.isEmpty())
                          .map(SigningKey::new))
              .or(() -> found.entry().flatMap(IndexEntry::signer));
      asked
          .flatMap(key -> key.problemOf(opened.staged()))
          .ifPresent(
              problem -> {
                throw refused(found, "it " + problem);
              });
      return asked.or(() -> SigningKey.ofJar(opened.staged()));
    }

    /**
     * The key of the plugin's publisher: the one that it first came with, or else that of the jar
     * or of its index. Another one is refused, unless the user names it.
     */
    private Optional<SigningKey> publisher(
        FoundPlugin found, Optional<SigningKey> ofJar, Optional<SigningKey> ofIndex) {
      Optional<SigningKey> seen = ofJar.or(() -> ofIndex);
      Optional<SigningKey> known = symbolicName().map(lock.publishers()::get).map(SigningKey::new);
      if (options.signer().isPresent() || known.isEmpty()) {
        return seen;
      }
      if (known.equals(ofJar) || known.equals(ofIndex)) {
        return known;
      }
      throw refused(
          found,
          "%s; until now its publisher had the key %s (%s). If the key has changed, name the new one: --signed-by FILE"
              .formatted(
                  seen.map(key -> "it is from a publisher with the key " + key.sha256())
                      .orElse("neither it nor its index is signed"),
                  known.get().sha256(),
                  lock.file().getFileName()));
    }

    /** The symbolic name of the staged jar; empty if its manifest cannot be read. */
    private Optional<String> symbolicName() {
      try {
        return Optional.of(PluginManifest.of(opened.staged()).symbolicName());
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** Whether the jar of a locked plugin is in the folder as it is locked. */
    private boolean isIntact(LockedPlugin locked) {
      return inFolder(locked.file())
          .filter(status -> status.state() != PluginState.ALTERED)
          .isPresent();
    }

    /** Lets the host try the jar, in place of what it is to replace. */
    private PluginStatus tried(
        FoundPlugin found, Optional<String> version, Optional<LockedPlugin> before) {
      before.flatMap(old -> inFolder(old.file())).ifPresent(PluginInstaller.this::drop);
      boolean replaces =
          options.replaceShipped() || before.filter(old -> host.isShipped(old.name())).isPresent();
      PluginStatus status = host.install(opened.staged(), replaces);
      try {
        requireUsable(found, status);
        requireMeant(found, version, status, before);
      } catch (FlexoraException e) {
        drop(status);
        before
            .map(old -> opened.file(old.file()))
            .filter(Files::isRegularFile)
            .ifPresent(host::install);
        throw e;
      }
      drop(status);
      return status;
    }

    private void requireUsable(FoundPlugin found, PluginStatus status) {
      if (status.state() != PluginState.ACTIVE && status.state() != PluginState.SHADOWED) {
        String who =
            status.version().isEmpty() ? "" : status.name() + " " + status.version() + ": ";
        throw refused(found, who + status.cause());
      }
      if (!LockedPlugin.isName(status.name())) {
        throw refused(
            found, "its symbolic name '%s' cannot be that of a file".formatted(status.name()));
      }
    }

    private void requireMeant(
        FoundPlugin found,
        Optional<String> version,
        PluginStatus status,
        Optional<LockedPlugin> before) {
      String title = status.name() + " " + status.version();
      found
          .entry()
          .filter(entry -> !title.equals(entry.name() + " " + entry.version()))
          .ifPresent(
              entry -> {
                throw refused(
                    found,
                    "it is %s; the index names %s %s"
                        .formatted(title, entry.name(), entry.version()));
              });
      version
          .filter(asked -> !PluginFinder.isLocation(found.named()))
          .filter(asked -> !status.version().equals(VersionParser.of(asked).toString()))
          .ifPresent(
              asked -> {
                throw refused(found, "it is %s, not version %s".formatted(title, asked));
              });
      before
          .filter(old -> !old.name().equals(status.name()))
          .ifPresent(
              old -> {
                throw refused(found, "it is %s, not %s".formatted(title, old.name()));
              });
      before
          .filter(
              old -> version.isEmpty() && VersionParser.isOlder(status.version(), old.version()))
          .ifPresent(
              old -> {
                throw refused(
                    found,
                    "it is %s, which is older than the installed %s; to go back, name the version: 'flexora plugins update %s@%s'"
                        .formatted(title, old.version(), old.name(), status.version()));
              });
      if (before.isEmpty()) {
        requireNew(found, status);
      }
    }

    private void requireNew(FoundPlugin found, PluginStatus status) {
      lock.named(status.name())
          .ifPresent(
              old -> {
                throw refused(
                    found,
                    "%1$s %2$s is installed already; replace it with 'flexora plugins update %1$s --from %3$s'"
                        .formatted(old.name(), old.version(), found.shown()));
              });
      host.plugins().stream()
          .filter(other -> other.name().equals(status.name()) && !host.isShipped(other.name()))
          .map(other -> Path.of(other.location()))
          .filter(file -> folder.equals(file.getParent()))
          .findFirst()
          .or(() -> Optional.of(opened.file(fileOf(status))).filter(Files::exists))
          .ifPresent(
              file -> {
                throw refused(
                    found, file + " was put there by hand and is in the way; delete it first");
              });
    }

    private FlexoraException refused(FoundPlugin found, String why) {
      return new FlexoraException("%s is not installed: %s".formatted(found.shown(), why));
    }

    /**
     * Puts the jar into its place and records it. At no moment does the lock name a file that is
     * not there as it says: a process that is killed in between leaves a jar that is not locked.
     */
    private PluginStatus committed(
        LockedPlugin plugin, Optional<LockedPlugin> before, PluginsLock next) {
      if (before.filter(this::isIntact).filter(old -> isSame(old, plugin)).isEmpty()) {
        before.ifPresent(old -> opened.write(lock.without(old.name())));
        opened.commit(plugin.file());
        before
            .map(LockedPlugin::file)
            .filter(old -> !old.equals(plugin.file()))
            .ifPresent(opened::delete);
      }
      opened.write(next);
      return inFolder(plugin.file()).orElseGet(() -> host.install(opened.file(plugin.file())));
    }

    private static boolean isSame(LockedPlugin old, LockedPlugin plugin) {
      return old.sha256().equals(plugin.sha256()) && old.file().equals(plugin.file());
    }
  }
}
