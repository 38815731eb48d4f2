package io.flexora.runstore;

import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The right to write what the cells of a comparison say, held for as long as that takes: by the
 * process that has run the cells, or by one that reports them meanwhile. The operating system gives
 * it back when the process dies.
 */
final class ReportLock {

  private static final String LOCK = ".report.lock";
  private static final long LOOK_MILLIS = 50;

  private ReportLock() {}

  /**
   * Works as soon as no other process does. Threads of this process wait for each other, since a
   * file is locked for a process as a whole, and any channel that is closed gives the lock away.
   *
   * @throws io.flexora.api.run.FlexoraException if the lock cannot be written
   */
  static synchronized <T> T holding(Path folder, Supplier<T> work) {
    Path file = folder.resolve(LOCK);
    boolean interrupted = false;
    try (FileChannel channel = open(file)) {
      // An interrupted thread could not wait for the lock itself.
      while (channel.tryLock() == null) {
        interrupted |= !pause();
      }
      return work.get();
    } catch (IOException e) {
      throw WriteFailure.explain(file, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    if (Files.exists(file)) {
      RegularFile.require(file);
    }
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
