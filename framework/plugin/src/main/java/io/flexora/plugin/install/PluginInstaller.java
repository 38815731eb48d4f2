package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.install.PluginFinder.FoundPlugin;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.lock.SigningKey;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final Duration TOTAL = Duration.ofMinutes(30);
  private static final Pattern VERSIONED =
      Pattern.compile("(.+)@([0-9](?!.*\\.jar$)[A-Za-z0-9_.-]*)");

  private final PluginHost host;
  private final Path folder;
  private final PluginFinder finder;

  /**
   * Makes an installer.
   *
   * @param host tries what is to be installed
   * @param sources serve the locations of sources, such as {@code maven:group:artifact:version}
   * @throws FlexoraException if the host has no plugins' folder
   */
  public PluginInstaller(PluginHost host, Sources sources) {
    this(host, sources, new HttpDownload(STALLED, TOTAL));
  }

  PluginInstaller(PluginHost host, Sources sources, HttpDownload download) {
    this.host = host;
    this.finder = new PluginFinder(sources, download);
    this.folder =
        host.options()
            .pluginsFolder()
            .orElseThrow(() -> new FlexoraException("the host has no folder of plugins"))
            .toAbsolutePath()
            .normalize();
  }

  /**
   * Installs a plugin.
   *
   * @param source a path, an address or a location of a source; with an index, the name of an
   *     entry; a version may follow after {@code @}
   * @param index the path or address of an index in OSGi's repository format
   * @throws FlexoraException if it is not installed, and why, as while an experiment is running;
   *     nothing has changed then
   */
  public InstallResult install(String source, Optional<String> index, InstallOptions options) {
    try (InstallFolder opened = InstallFolder.open(folder)) {
      return new Installation(opened, options).of(source, index, Optional.empty());
    }
  }

  /**
   * Brings the plugin again from where it was installed from: the highest version of its index or
   * source, or the file or address as it is now.
   *
   * @param name the symbolic name of a locked plugin; a version may follow after {@code @}
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
   * @throws FlexoraException if the lock does not name it, or it is in use and an experiment is
   *     running
   */
  public LockedPlugin remove(String name) {
    try (InstallFolder opened = InstallFolder.open(folder)) {
      LockedPlugin locked = locked(name);
      inFolder(locked.file()).ifPresent(this::drop);
      opened.delete(locked.file());
      host.lock().without(name).write();
      return locked;
    }
  }

  private LockedPlugin locked(String name) {
    PluginsLock lock = host.lock();
    return lock.named(name)
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

  private Optional<PluginStatus> inFolder(String file) {
    String location = folder.resolve(file).toString();
    return host.plugins().stream().filter(p -> p.location().equals(location)).findFirst();
  }

  private void drop(PluginStatus plugin) {
    host.uninstall(
        plugin.version().isEmpty() ? plugin.name() : plugin.name() + "@" + plugin.version());
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
      FoundPlugin found =
          index.isPresent()
              ? finder.indexed(
                  named, version, PluginFinder.absolute(index.get()), options.plainHttp())
              : finder.direct(named, version);
      FileHash hash = finder.bring(found, options.plainHttp(), opened.staged());
      requireDigest(found, hash);
      String signedBy = requireSignature(found, before);
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
              index.map(PluginFinder::absolute).orElse(""),
              found.shown(),
              hash.sha256(),
              hash.bytes(),
              signedBy);
      boolean restored = same.isPresent() && !intact;
      return new InstallResult(plugin, old, restored, committed(plugin, old));
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

    /** An update has to be signed by the same key as before, unless another one is named. */
    private String requireSignature(FoundPlugin found, Optional<LockedPlugin> before) {
      Optional<SigningKey> key =
          options
              .signer()
              .map(SigningKey::read)
              .or(
                  () ->
                      before
                          .map(LockedPlugin::signedBy)
                          .filter(sha256 -> !sha256.isEmpty())
                          .map(SigningKey::new));
      key.flatMap(asked -> asked.problemOf(opened.staged()))
          .ifPresent(
              problem -> {
                throw refused(found, "it " + problem);
              });
      return key.map(SigningKey::sha256).orElse("");
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
    private PluginStatus committed(LockedPlugin plugin, Optional<LockedPlugin> before) {
      if (before.filter(this::isIntact).filter(old -> isSame(old, plugin)).isEmpty()) {
        before.ifPresent(old -> lock.without(old.name()).write());
        opened.commit(plugin.file());
        before
            .map(LockedPlugin::file)
            .filter(old -> !old.equals(plugin.file()))
            .ifPresent(opened::delete);
      }
      lock.with(plugin).write();
      return inFolder(plugin.file()).orElseGet(() -> host.install(opened.file(plugin.file())));
    }

    private static boolean isSame(LockedPlugin old, LockedPlugin plugin) {
      return old.sha256().equals(plugin.sha256()) && old.file().equals(plugin.file());
    }
  }
}
