package io.flexora.web;

import io.flexora.api.report.RunEvent;
import io.flexora.runstore.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** The folder of a comparison as those that run it write it. */
final class WrittenComparison {

  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  final Path folder;

  WrittenComparison(Path parent, String configuration) {
    folder = parent.resolve("compare-20260102-030405");
    write(folder.resolve("configuration.yaml"), configuration);
  }

  /** Makes the folder of a cell. */
  WrittenComparison cell(String id) {
    write(folder.resolve("cells").resolve(id).resolve("configuration.yaml"), "name: " + id);
    return this;
  }

  /** Says that a living process works on it. */
  WrittenComparison started() {
    return started(ProcessHandle.current().pid());
  }

  WrittenComparison started(long pid) {
    return ledger(0, "", "comparison_started", Map.of("cells", 4, "done", 0, "pid", pid));
  }

  WrittenComparison ledger(long second, String cell, String kind, Map<String, Object> values) {
    append(folder.resolve("ledger.jsonl"), event(second, cell, "", kind, 0, values));
    return this;
  }

  /** A step of a cell's training or search. */
  WrittenComparison step(String id, String phase, long step, Map<String, Object> figures) {
    return event(id, phase, "step", step, figures);
  }

  WrittenComparison event(
      String id, String phase, String kind, long step, Map<String, Object> values) {
    append(
        folder.resolve("cells").resolve(id).resolve("events.jsonl"),
        event(step, "main", phase, kind, step, values));
    return this;
  }

  private static RunEvent event(
      long second, String cell, String phase, String kind, long step, Map<String, Object> values) {
    return new RunEvent(START.plusSeconds(second), cell, phase, kind, step, values);
  }

  private static void append(Path file, RunEvent event) {
    try (EventLog log = EventLog.open(file)) {
      log.append(event);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
