package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The right to write to a run's folder, held by one process at a time and given back by the
 * operating system when the process dies.
 */
final class RunLock implements AutoCloseable {

  static final String LOCK = ".lock";
  static final String OWNER = ".owner.json";

  private static final String LOCK_FILE = "lock_file";
  private static final long LARGEST_OWNER = 1 << 16;

  private final Path folder;
  private final FileChannel channel;

  private RunLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws FlexoraException if another process, or this one, holds it; the message says which
   *     process and since when
   */
  static synchronized RunLock acquire(Path folder) {
    Map<String, Object> owner = owner(folder);
    // Within one process this has to be found out without touching the locked file: closing any
    // channel on it would give the lock away, as POSIX has it.
    if (self().equals(identity(owner))) {
      throw inUse(folder, owner);
    }
    try {
      return lock(folder);
    } catch (IOException e) {
      throw WriteFailure.explain(folder.resolve(LOCK), e);
    }
  }

  private static RunLock lock(Path folder) throws IOException {
    Path file = folder.resolve(LOCK);
    if (Files.exists(file)) {
      RegularFile.require(file);
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(folder, owner(folder));
      }
      RunLock held = new RunLock(folder, channel);
      held.writeOwner();
      return held;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether nobody holds the lock, as far as can be told. */
  static synchronized boolean isFree(Path folder) {
    Path file = folder.resolve(LOCK);
    if (Files.notExists(file)) {
      return true;
    }
    if (self().equals(identity(owner(folder)))) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(RegularFile.require(file), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw WriteFailure.explain(file, e);
    }
  }

  /** Removes the note of a process that was killed while it held the lock. */
  static synchronized void removeLeftNote(Path folder) {
    if (Files.exists(folder.resolve(OWNER)) && isFree(folder)) {
      acquire(folder).close();
    }
  }

  /** The living process that holds the lock, as far as its note tells; empty if there is none. */
  static Optional<ProcessHandle> holder(Path folder) {
    Map<String, Object> owner = owner(folder);
    return owner.get("pid") instanceof Number pid && !isCopied(folder, owner)
        ? ProcessHandle.of(pid.longValue())
            .filter(ProcessHandle::isAlive)
            .filter(process -> started(process).equals(owner.get("process_started")))
        : Optional.empty();
  }

  /** Whether a note is that of another lock, and came here with the copy of a folder. */
  private static boolean isCopied(Path folder, Map<String, Object> owner) {
    return owner.containsKey(LOCK_FILE)
        && !fileKey(folder.resolve(LOCK)).equals(Optional.ofNullable(owner.get(LOCK_FILE)));
  }

  private void writeOwner() {
    Map<String, Object> owner = new TreeMap<>(self());
    owner.put("locked_at", Instant.now().toString());
    fileKey(folder.resolve(LOCK)).ifPresent(key -> owner.put(LOCK_FILE, key));
    RecordJson.write(folder.resolve(OWNER), owner);
  }

  /** Tells a file from its copies; empty if it is not there, or the file system does not tell. */
  private static Optional<String> fileKey(Path file) {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
          .map(Object::toString);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> self() {
    ProcessHandle process = ProcessHandle.current();
    return Map.of(
        "pid", process.pid(),
        "process_started", started(process));
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static Map<String, Object> identity(Map<String, Object> owner) {
    return Map.of(
        "pid", owner.getOrDefault("pid", -1L),
        "process_started", owner.getOrDefault("process_started", ""));
  }

  private static Map<String, Object> owner(Path folder) {
    try {
      return RecordJson.members(RegularFile.bytes(folder.resolve(OWNER), LARGEST_OWNER));
    } catch (IOException e) {
      return Map.of();
    }
  }

  private static FlexoraException inUse(Path folder, Map<String, Object> owner) {
    String who =
        owner.isEmpty()
            ? "another process"
            : "process " + owner.get("pid") + " since " + owner.get("locked_at");
    return new FlexoraException(
        "run folder " + folder + " is in use by " + who + "; wait until it ends, or stop it");
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    // As one step: without the note, others of this process would touch the file that is locked.
    synchronized (RunLock.class) {
      try (channel) {
        Files.deleteIfExists(folder.resolve(OWNER));
      } catch (IOException e) {
        throw WriteFailure.explain(folder.resolve(OWNER), e);
      }
    }
  }
}
