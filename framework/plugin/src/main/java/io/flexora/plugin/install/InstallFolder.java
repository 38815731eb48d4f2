package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import io.flexora.plugin.lock.PluginsLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plugins' folder while something is installed into it: by one at a time, with a hidden folder
 * in it for what has not been checked yet. What a killed process left there is deleted by the next.
 */
final class InstallFolder implements Closeable {

  private static final String STAGING = ".install";
  private static final String LOCK = "lock";

  // Within one process nobody else may open the locked file: closing any channel on it would give
  // the lock away, as POSIX has it.
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private InstallFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Opens the folder, which is made if need be.
   *
   * @param folder absolute and normalised
   * @throws FlexoraException if it is open already, here or in another process, or cannot be
   *     written
   */
  static InstallFolder open(Path folder) {
    if (!OPEN.add(folder)) {
      throw inUse(folder);
    }
    try {
      return locked(folder);
    } catch (RuntimeException e) {
      OPEN.remove(folder);
      throw e;
    }
  }

  private static InstallFolder locked(Path folder) {
    Path lock = folder.resolve(STAGING).resolve(LOCK);
    try {
      Files.createDirectories(lock.getParent());
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!isLocked(channel)) {
          throw inUse(folder);
        }
        InstallFolder locked = new InstallFolder(folder, channel);
        locked.deleteLeftovers();
        return locked;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw WriteFailure.explain(lock, e);
    }
  }

  private static FlexoraException inUse(Path folder) {
    return new FlexoraException(
        "another installation into %s is under way; wait for it to end".formatted(folder));
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void deleteLeftovers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(STAGING))) {
      for (Path file : files) {
        if (!file.endsWith(LOCK)) {
          Files.delete(file);
        }
      }
    }
  }

  /** The file for what has come and is not checked yet. */
  Path staged() {
    return folder.resolve(STAGING).resolve("plugin.jar");
  }

  /** The place of an installed jar. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Moves what was checked to its place, in one step. */
  void commit(String name) {
    try {
      Files.move(
          staged(),
          file(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      DurableFolder.sync(folder);
    } catch (IOException e) {
      throw WriteFailure.explain(file(name), e);
    }
  }

  /** Writes the lock of the folder. */
  void write(PluginsLock lock) {
    lock.write();
  }

  /** Deletes an installed jar, if it is there. */
  void delete(String name) {
    try {
      Files.deleteIfExists(file(name));
      DurableFolder.sync(folder);
    } catch (IOException e) {
      throw WriteFailure.explain(file(name), e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(staged());
    } catch (IOException e) {
      throw WriteFailure.explain(staged(), e);
    } finally {
      OPEN.remove(folder);
    }
  }
}
