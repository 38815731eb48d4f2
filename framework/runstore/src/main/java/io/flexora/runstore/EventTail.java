package io.flexora.runstore;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Follows a record that somebody else appends to, reading each line once.
 *
 * @since 0.1
 */
public final class EventTail {

  private static final int CHUNK = 1 << 20;
  // What is longer is no line of an event.
  private static final int LONGEST = 1 << 26;

  private final Supplier<Path> place;
  private long offset;

  /**
   * Begins with the first event.
   *
   * @param path the log; may not be there yet
   */
  public EventTail(Path path) {
    this(() -> path);
  }

  private EventTail(Supplier<Path> place) {
    this.place = place;
  }

  /**
   * Follows the record of a run, wherever that is made: on this machine, or by {@linkplain
   * RunAttempts tries} on others. Where a try has to begin from nothing, a {@link
   * Event.CellRestarted} says that what was told before does not count.
   */
  public static EventTail ofRun(Path run) {
    return new EventTail(() -> new RunAttempts(run).record());
  }

  /**
   * Reads the events that were appended since the last call. A line that is still being written is
   * left for the next; one that is no event is skipped.
   *
   * @throws FlexoraException if the log cannot be read
   */
  public synchronized List<RunEvent> more() {
    List<RunEvent> events = new ArrayList<>();
    Path path = place.get();
    if (Files.notExists(path)) {
      return events;
    }
    try (RandomAccessFile file = RegularFile.randomAccess(path)) {
      if (file.length() < offset) {
        offset = 0;
        events.add(
            new RunEvent(Instant.now(), "", "", 0, new Event.CellRestarted("a new record began")));
      }
      int size = (int) Math.min(CHUNK, Math.max(0, file.length() - offset));
      while (size > 0) {
        size = read(file, new byte[size], events);
      }
    } catch (NoSuchFileException e) {
      // Moved between the two looks: the next one finds it.
      return events;
    } catch (IOException e) {
      throw ReadFailure.explain(path, e);
    }
    return events;
  }

  /** Takes the whole lines of the next chunk; the size of the one after it, 0 for none. */
  private int read(RandomAccessFile file, byte[] chunk, List<RunEvent> events) throws IOException {
    file.seek(offset);
    int length = file.read(chunk);
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (chunk[i] == '\n') {
        add(Arrays.copyOfRange(chunk, start, i), events);
        start = i + 1;
      }
    }
    offset += start;
    if (length < CHUNK || length < chunk.length) {
      return 0;
    }
    if (start > 0) {
      return CHUNK;
    }
    // A line is longer than the chunk.
    return chunk.length < LONGEST ? 2 * chunk.length : 0;
  }

  private static void add(byte[] line, List<RunEvent> events) {
    try {
      events.add(EventLine.read(line));
    } catch (IOException e) {
      // Whoever owns the log says so when it is opened; a reader goes on.
    }
  }
}
