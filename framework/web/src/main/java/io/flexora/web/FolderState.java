package io.flexora.web;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * By what one sees that a run's folder has changed, without reading it: a file that came, went or
 * was replaced changes the folder's time, and a record only grows.
 *
 * @param folder the time of the folder
 * @param record the length of its record or ledger
 */
record FolderState(FileTime folder, long record) {

  /** That of a folder that nobody has looked at. */
  static final FolderState NONE = new FolderState(FileTime.fromMillis(-1), -1);

  private static final Duration TICK = Duration.ofSeconds(2);

  static FolderState of(Path folder) {
    FileTime time =
        RunsFolder.attributes(folder)
            .map(BasicFileAttributes::lastModifiedTime)
            .orElse(FileTime.fromMillis(0));
    return new FolderState(time, length(folder, "events.jsonl") + length(folder, "ledger.jsonl"));
  }

  private static long length(Path folder, String name) {
    return RunsFolder.attributes(folder.resolve(name)).map(BasicFileAttributes::size).orElse(0L);
  }

  /** Whether a change right after what was read would show: file systems count in ticks. */
  boolean isSettled(Instant now) {
    return Duration.between(folder.toInstant(), now).compareTo(TICK) > 0;
  }
}
