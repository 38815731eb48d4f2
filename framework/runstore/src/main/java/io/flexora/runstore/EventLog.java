package io.flexora.runstore;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The record of a run: events as lines of JSON, only ever appended. An event is handed to the
 * operating system before {@link #append} returns, so it survives the death of the process; {@link
 * #sync} makes it survive a power cut. Used by any number of threads.
 *
 * @since 0.1
 */
public final class EventLog implements AutoCloseable {

  private static final String NAME = "events.jsonl";

  private final Path path;
  private final RandomAccessFile file;

  private EventLog(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** The record's file in the folder of a run. */
  public static Path in(Path run) {
    return run.resolve(NAME);
  }

  /**
   * Opens a log to append to, or makes an empty one. A last line that a crash has cut is completed
   * if it only lacks its end, and removed otherwise.
   *
   * @throws FlexoraException if it cannot be written
   */
  public static EventLog open(Path path) {
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      EventLog log = new EventLog(path, file);
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

  private void repair() throws IOException {
    byte[] content = RegularFile.bytes(path);
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
      EventJson.read(line);
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
    byte[] json = EventJson.write(event);
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
      return parse(path, RegularFile.bytes(path));
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + path + ": " + e.getMessage(), e);
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
      return EventJson.read(content);
    } catch (IOException e) {
      throw new FlexoraException(
          path
              + ":"
              + line
              + " is not an event; the file was changed or the disk damaged it."
              + " Remove the line to go on without it",
          e);
    }
  }

  /** Forces all events to the disk and closes the log. */
  @Override
  public synchronized void close() {
    try {
      file.getFD().sync();
      file.close();
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }
}
