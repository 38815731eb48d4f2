package io.flexora.plugin.felix;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.Causes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The private folder of one host: the framework's storage and the copies of the plugins. It is
 * deleted when the host closes; what a killed host left is deleted by the next one.
 */
public final class HostStorage implements AutoCloseable {

  private static final String PREFIX = "host-";
  private static final String UNLOCKED = "new-";
  private static final String LOCK = "lock";
  // Far longer than it takes to make a folder and lock it, or to delete one.
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Path folder;
  private final FileChannel channel;
  private final AtomicInteger copies = new AtomicInteger();

  private HostStorage(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  public static HostStorage open(Path cache) {
    try {
      Files.createDirectories(cache);
      deleteAbandoned(cache);
      Path unlocked = Files.createTempDirectory(cache.toAbsolutePath(), UNLOCKED);
      FileChannel channel =
          FileChannel.open(
              unlocked.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new HostStorage(locked(unlocked, channel), channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new FlexoraException("cannot use the cache folder " + cache + ": " + Causes.of(e), e);
    }
  }

  private static Path locked(Path unlocked, FileChannel channel) throws IOException {
    if (channel.tryLock() == null) {
      throw new IOException("somebody else locked " + unlocked);
    }
    // It gets the name that others look at only when it is locked.
    Path folder = Files.move(unlocked, unlocked.resolveSibling(name(unlocked)));
    Files.createDirectory(folder.resolve("plugins"));
    return folder;
  }

  public Path storage() {
    return folder.resolve("felix");
  }

  /** Copies a jar, so that the original can be overwritten or deleted while the copy is in use. */
  public Path copy(Path jar) throws IOException {
    String name = copies.incrementAndGet() + "-" + jar.getFileName();
    return Files.copy(jar, folder.resolve("plugins").resolve(name));
  }

  /** Deletes a copy; a folder or a jar that is not a copy is left alone. */
  public void discard(Path copy) throws IOException {
    if (copy.startsWith(folder)) {
      Files.deleteIfExists(copy);
    }
  }

  @Override
  public void close() {
    try (channel) {
      delete(folder);
    } catch (IOException e) {
      throw new FlexoraException("cannot delete " + folder + ": " + Causes.of(e), e);
    }
  }

  private static String name(Path unlocked) {
    String own = unlocked.getFileName().toString().substring(UNLOCKED.length());
    return PREFIX + ProcessHandle.current().pid() + "-" + own;
  }

  private static void deleteAbandoned(Path cache) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, "{host,new}-*")) {
      for (Path folder : folders) {
        if (!isOwn(folder) && isAbandoned(folder)) {
          delete(folder);
        }
      }
    }
  }

  /**
   * Whether it is of a host of this process: looking at its lock would release it, as POSIX locks
   * end with any close. One with the number of this process may also be of a killed one before it,
   * as in a container.
   */
  private static boolean isOwn(Path folder) throws IOException {
    String own = PREFIX + ProcessHandle.current().pid() + "-";
    Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    return folder.getFileName().toString().startsWith(own) && !isUnchanged(folder, started);
  }

  private static boolean isAbandoned(Path folder) throws IOException {
    boolean old = isUnchanged(folder, Instant.now());
    if (!old && folder.getFileName().toString().startsWith(UNLOCKED)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException e) {
      // Its host was killed before it locked it, or while it deleted it; or is doing so just now.
      return old;
    } catch (OverlappingFileLockException e) {
      // Another host of this process is looking at it.
      return false;
    }
  }

  /** Whether nothing was made or deleted in a folder for long before that time. */
  private static boolean isUnchanged(Path folder, Instant until) throws IOException {
    try {
      return Files.getLastModifiedTime(folder).toInstant().isBefore(until.minus(LONG));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          /** Another host that starts at the same time deletes the same abandoned folder. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException problem)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
