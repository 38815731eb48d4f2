package io.flexora.plugin;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.admission.PluginManifest;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.lock.SigningKey;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Refuses files of the plugins' folder that are not what its lock names. */
final class LockedFiles {

  private final Optional<Path> folder;

  LockedFiles(Optional<Path> pluginsFolder) {
    folder = pluginsFolder.map(path -> path.toAbsolutePath().normalize());
  }

  /** The lock as it is now; one that locks nothing where there is no folder. */
  PluginsLock lock() {
    return folder.map(PluginsLock::of).orElse(new PluginsLock(Path.of(""), List.of()));
  }

  /**
   * Checks a file before it is admitted.
   *
   * @param source where it came from
   * @param inUse what is going to be used, which is what is checked
   */
  void check(Path source, Path inUse) throws IOException, RefusedException {
    if (folder.filter(source.getParent()::equals).isEmpty()) {
      return;
    }
    Optional<LockedPlugin> locked;
    try {
      locked = lock().withFile(source.getFileName().toString());
    } catch (FlexoraException e) {
      throw new RefusedException(PluginState.ALTERED, e.getMessage());
    }
    if (locked.isPresent()) {
      check(locked.get(), inUse);
    }
  }

  /**
   * Refuses a further file of the folder with the symbolic name of a locked plugin: in its place or
   * beside it, the lock would say nothing true.
   */
  void checkName(Path source, PluginManifest manifest) throws RefusedException {
    if (folder.filter(source.getParent()::equals).isEmpty()) {
      return;
    }
    PluginsLock lock = lock();
    Optional<LockedPlugin> locked = lock.named(manifest.symbolicName());
    if (locked.filter(plugin -> !source.endsWith(plugin.file())).isPresent()) {
      throw new RefusedException(
          PluginState.ALTERED,
          "it is another %1$s (%2$s) than %3$s, which %4$s names (%1$s %5$s): delete it, or install it with 'flexora plugins update %1$s --from FILE'"
              .formatted(
                  locked.get().name(),
                  manifest.version(),
                  locked.get().file(),
                  lock.file().getFileName(),
                  locked.get().version()));
    }
  }

  /** Whether the lock names a file and its plugin, so that the user has asked for both. */
  boolean names(Path source, PluginManifest manifest) {
    return folder.filter(source.getParent()::equals).isPresent()
        && lock()
            .withFile(source.getFileName().toString())
            .filter(plugin -> plugin.name().equals(manifest.symbolicName()))
            .isPresent();
  }

  private void check(LockedPlugin locked, Path inUse) throws IOException, RefusedException {
    if (!Files.isRegularFile(inUse)) {
      throw altered(locked, "it is no file");
    }
    FileHash seen = FileHash.of(inUse);
    if (!seen.sha256().equals(locked.sha256())) {
      throw altered(locked, "its SHA-256 is " + seen.sha256());
    }
    if (!locked.signedBy().isEmpty()) {
      Optional<String> problem = new SigningKey(locked.signedBy()).problemOf(inUse);
      if (problem.isPresent()) {
        throw altered(locked, "it " + problem.get());
      }
    }
  }

  private RefusedException altered(LockedPlugin locked, String seen) {
    return new RefusedException(
        PluginState.ALTERED,
        "it is not the file that %s names: %s; locked is %s %s with the SHA-256 %s. %s"
            .formatted(
                lock().file().getFileName(),
                seen,
                locked.name(),
                locked.version(),
                locked.sha256(),
                remedy(locked)));
  }

  /** The files that the lock names and that are not there, each in a sentence. */
  List<String> missing() {
    PluginsLock lock = lock();
    return lock.plugins().stream()
        .filter(plugin -> !Files.isRegularFile(folder.orElseThrow().resolve(plugin.file())))
        .map(
            plugin ->
                "%s is not there as a file, but %s names it (%s %s). %s"
                    .formatted(
                        folder.orElseThrow().resolve(plugin.file()),
                        lock.file().getFileName(),
                        plugin.name(),
                        plugin.version(),
                        remedy(plugin)))
        .toList();
  }

  private static String remedy(LockedPlugin locked) {
    return "Install it again with 'flexora plugins update %1$s', or give it up with 'flexora plugins remove %1$s'"
        .formatted(locked.name());
  }
}
