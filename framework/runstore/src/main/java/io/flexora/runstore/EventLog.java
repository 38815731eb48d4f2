package io.flexora.runstore;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import io.flexora.results.run.RunEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The record of a run: events as lines of JSON, only ever appended. An event is handed to the
 * operating system before {@link #append} returns, so it survives the death of the process; {@link
 * #sync} makes it survive a power cut. Used by any number of threads.
 *
 * @since 0.1
 */
public final class EventLog implements AutoCloseable {

  private static final String NAME = "events.jsonl";

  /** The largest log that is read, in bytes: a share of the heap, and at least a long run's. */
  private static final long LARGEST = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final Path path;
  private final RandomAccessFile file;
  private final List<Integer> damaged;

  private EventLog(Path path, RandomAccessFile file, List<Integer> damaged) {
    this.path = path;
    this.file = file;
    this.damaged = damaged;
  }

  /** The record's file in the folder of a run. */
  public static Path in(Path run) {
    return run.resolve(NAME);
  }

  /**
   * Opens a log to append to, or makes an empty one. A last line that a crash has cut is completed
   * if it only lacks its end, and removed otherwise; so are other lines that are not as they were
   * written, which {@link #leftOut} tells of.
   *
   * @throws FlexoraException if it cannot be written
   */
  public static EventLog open(Path path) {
    try {
      List<Integer> damaged = removeDamaged(path);
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      EventLog log = new EventLog(path, file, damaged);
      try {
        log.repair();
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
      return log;
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /** Its file. */
  public Path path() {
    return path;
  }

  /** Removes whole lines that are no events; returns their numbers. */
  private static List<Integer> removeDamaged(Path path) throws IOException {
    if (Files.notExists(path)) {
      return List.of();
    }
    byte[] content = RegularFile.bytes(path, LARGEST);
    List<Integer> damaged = new ArrayList<>();
    ByteArrayOutputStream sound = new ByteArrayOutputStream(content.length);
    int start = 0;
    for (int i = 0, line = 1; i < content.length; i++) {
      if (content[i] == '\n') {
        if (isEvent(Arrays.copyOfRange(content, start, i))) {
          sound.write(content, start, i + 1 - start);
        } else {
          damaged.add(line);
        }
        start = i + 1;
        line++;
      }
    }
    if (!damaged.isEmpty()) {
      sound.write(content, start, content.length - start);
      DurableFile.write(path, sound::writeTo);
    }
    return damaged;
  }

  /** Says which lines were removed when it was opened, as they were damaged; empty if none was. */
  public Optional<String> leftOut() {
    return damaged.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s was damaged: what was not as it was written is left out, on line %s"
                .formatted(
                    path, damaged.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  private void repair() throws IOException {
    byte[] content = RegularFile.bytes(path, LARGEST);
    int end = lastLineEnd(content);
    byte[] tail = Arrays.copyOfRange(content, end, content.length);
    file.seek(content.length);
    if (tail.length == 0) {
      return;
    }
    if (isEvent(tail)) {
      file.write('\n');
    } else {
      file.setLength(end);
      file.seek(end);
    }
  }

  private static boolean isEvent(byte[] line) {
    try {
      EventLine.read(line);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int lastLineEnd(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /**
   * Appends an event.
   *
   * @throws FlexoraException if it cannot be written whole; the log is as it was
   */
  public synchronized void append(RunEvent event) {
    byte[] json = EventLine.write(event);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    try {
      long before = file.getFilePointer();
      try {
        file.write(line);
      } catch (IOException e) {
        file.setLength(before);
        file.seek(before);
        throw e;
      }
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /**
   * Forces all events to the disk.
   *
   * @throws FlexoraException if the disk refuses
   */
  public synchronized void sync() {
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /**
   * Reads all events of a log that may be written to at the same time. A last line without an end
   * is left out unless it is an event.
   *
   * @throws FlexoraException if it cannot be read, or another line is not an event; the message
   *     says which
   */
  public static List<RunEvent> read(Path path) {
    try {
      return parse(path, RegularFile.bytes(path, LARGEST));
    } catch (NoSuchFileException e) {
      throw new FlexoraException("there is no file " + path, e);
    } catch (IOException e) {
      throw ReadFailure.explain(path, e);
    }
  }

  private static List<RunEvent> parse(Path path, byte[] content) {
    List<RunEvent> events = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        events.add(event(path, events.size() + 1, Arrays.copyOfRange(content, start, i)));
        start = i + 1;
      }
    }
    byte[] tail = Arrays.copyOfRange(content, start, content.length);
    if (tail.length > 0 && isEvent(tail)) {
      events.add(event(path, events.size() + 1, tail));
    }
    return events;
  }

  private static RunEvent event(Path path, int line, byte[] content) {
    try {
      return EventLine.read(content);
    } catch (IOException e) {
      throw new FlexoraException(
          path
              + ":"
              + line
              + " is not an event; the file was changed or the disk damaged it."
              + " 'flexora resume' goes on without the line",
          e);
    }
  }

  /** Whether a step of a phase of a cell is in the log. */
  boolean hasStep(String cell, String phase, long step) {
    return read(path).stream()
        .filter(event -> event.what() instanceof Event.StepDone)
        .anyMatch(
            event ->
                event.step() == step && event.cell().equals(cell) && event.phase().equals(phase));
  }

  /** Forces all events to the disk and closes the log. */
  @Override
  public synchronized void close() {
    try (file) {
      file.getFD().sync();
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }
}
