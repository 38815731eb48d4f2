package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The plugins' folder while something is installed into it: one process at a time, with a hidden
 * folder in it for what has not been checked yet. What a killed process left there is deleted by
 * the next.
 */
final class InstallFolder implements Closeable {

  private static final String STAGING = ".install";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel channel;

  private InstallFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Opens the folder, which is made if need be.
   *
   * @throws FlexoraException if another process installs into it, or it cannot be written
   */
  static InstallFolder open(Path folder) {
    Path lock = folder.resolve(STAGING).resolve(LOCK);
    try {
      Files.createDirectories(lock.getParent());
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      InstallFolder opened = new InstallFolder(folder, channel);
      if (!isLocked(channel)) {
        opened.close();
        throw new FlexoraException(
            "another process is installing plugins into %s; wait for it to end".formatted(folder));
      }
      opened.deleteLeftovers();
      return opened;
    } catch (IOException e) {
      throw WriteFailure.explain(lock, e);
    }
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
    try {
      Files.deleteIfExists(staged());
      channel.close();
    } catch (IOException e) {
      throw WriteFailure.explain(staged(), e);
    }
  }
}
