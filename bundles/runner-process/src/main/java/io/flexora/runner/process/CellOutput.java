package io.flexora.runner.process;

import io.flexora.api.run.CellExecution;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The output of a process, copied to the log of the cell that it runs at the time. */
final class CellOutput {

  private static final Logger LOG = LoggerFactory.getLogger(CellOutput.class);

  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private Writer log = Writer.nullWriter();
  private CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Copies the output, in a thread of its own, until it is closed. */
  static CellOutput of(BufferedReader printed) {
    CellOutput output = new CellOutput();
    Thread thread = new Thread(() -> output.copy(printed), "cell-output");
    thread.setDaemon(true);
    thread.start();
    return output;
  }

  /**
   * Begins with the output of another cell.
   *
   * @param file takes it; written anew
   * @return done when the process says that the cell has ended
   * @throws IOException if the file cannot be written
   */
  synchronized CompletableFuture<Void> next(Path file) throws IOException {
    Writer next = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    log.close();
    log = next;
    ended = new CompletableFuture<>();
    return ended;
  }

  /** Done when the output is closed: what was printed is in the log. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  private void copy(BufferedReader printed) {
    try (printed) {
      for (String line = printed.readLine(); line != null; line = printed.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      LOG.debug("the output of a cell's process ended", e);
    } finally {
      close();
    }
  }

  private synchronized void take(String line) {
    // Native code may have begun the line.
    boolean end = line.endsWith(CellExecution.ENDED);
    String text =
        end ? line.substring(0, line.length() - CellExecution.ENDED.length()) : line + "\n";
    try {
      log.write(text);
      log.flush();
    } catch (IOException e) {
      // A process whose output nobody reads stops, so the rest is read all the same.
      LOG.warn("the log of a cell cannot be written", e);
      log = Writer.nullWriter();
    }
    if (end) {
      ended.complete(null);
    }
  }

  private synchronized void close() {
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("the log of a cell cannot be written", e);
    }
    closed.complete(null);
  }
}
