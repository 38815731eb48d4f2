package io.flexora.source.hf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets one at a time bring a content, among the threads of this process and among processes. A lock
 * spares work only: what is downloaded gets its final name whole, whoever downloads it.
 */
final class DownloadLocks {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private final Set<Path> held = new HashSet<>();

  /** A lock that is held until it is closed. */
  final class Held implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final boolean excludesOthers;

    private Held(Path path, FileChannel channel, boolean excludesOthers) {
      this.path = path;
      this.channel = channel;
      this.excludesOthers = excludesOthers;
    }

    /** Whether other processes are kept out; a file system may have no locks. */
    boolean excludesOthers() {
      return excludesOthers;
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        leave(path);
      }
    }
  }

  /**
   * Waits for a lock.
   *
   * @param file the file that stands for it; it is made and stays
   * @param progress hears that one has to wait
   */
  Held acquire(Path file, DownloadProgress progress) throws IOException {
    Files.createDirectories(file.getParent());
    boolean waits = false;
    while (!enter(file)) {
      waits = waits(waits, file, progress);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean locked = tryLock(channel);
      while (!locked) {
        waits = waits(waits, file, progress);
        locked = tryLock(channel);
      }
      return new Held(file, channel, true);
    } catch (UnlockableException e) {
      return new Held(file, channel, false);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      leave(file);
      throw e;
    }
  }

  private static final class UnlockableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnlockableException(IOException cause) {
      super(cause);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      throw new UnlockableException(e);
    }
  }

  private static boolean waits(boolean already, Path file, DownloadProgress progress)
      throws IOException {
    if (!already) {
      progress.notice("Waiting for another download of the same file (it holds " + file + ")");
    }
    HubTimeouts.sleep(PAUSE, progress::tick);
    return true;
  }

  private synchronized boolean enter(Path path) {
    return held.add(path);
  }

  private synchronized void leave(Path path) {
    held.remove(path);
  }
}
