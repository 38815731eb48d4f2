package io.flexora.runner.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Spark's driver in a process of its own, with its libraries alone; one line is one message. */
final class DriverProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  // Longer than a cell may take to write a checkpoint, and Spark to stop.
  private static final Duration PATIENCE = Duration.ofSeconds(75);

  private final Process process;
  private final BufferedWriter orders;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final Thread reader;

  private DriverProcess(Process process) {
    this.process = process;
    this.orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.reader = new Thread(this::read, "spark-driver");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts it.
   *
   * @param log takes what Spark prints; appended
   * @throws IOException if the program cannot be started
   */
  static DriverProcess start(List<String> command, Path log) throws IOException {
    return new DriverProcess(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(JSON.readTree(line));
      }
    } catch (JsonProcessingException e) {
      // No driver of ours; it is of no use any more.
      process.destroy();
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Tells it something; nothing happens if it has ended. */
  void tell(Map<String, Object> order) {
    try {
      orders.write(JSON.writeValueAsString(order));
      orders.newLine();
      orders.flush();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      // It has ended, which is noticed where its answers are read.
    }
  }

  /** What it said next; empty if nothing has come in that time. */
  Optional<JsonNode> next(Duration patience) throws InterruptedException {
    return Optional.ofNullable(answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Whether it may still say something. */
  boolean isAlive() {
    return process.isAlive() || reader.isAlive() || !answers.isEmpty();
  }

  /** Ends it with all that it runs. */
  @Override
  public void close() {
    boolean interrupted = false;
    try {
      orders.close();
    } catch (IOException e) {
      // It has ended.
    }
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      process.destroyForcibly();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
