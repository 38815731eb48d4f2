package io.flexora.dataset.files.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Cancels a statement that writes a file when that is larger than it may be. */
final class SizeWatch implements AutoCloseable {

  private static final long LOOK_MILLIS = 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Path file;
  private final long most;

  SizeWatch(Path file, long most, Statement statement) {
    this.file = file;
    this.most = most;
    Thread thread = new Thread(() -> look(statement), "flexora-unpacking");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the file is larger. */
  boolean isExceeded() throws IOException {
    return Files.size(file) > most;
  }

  private void look(Statement statement) {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (isExceeded()) {
          statement.cancel();
          return;
        }
      }
    } catch (IOException | SQLException e) {
      // The statement itself tells what is wrong with the file.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
