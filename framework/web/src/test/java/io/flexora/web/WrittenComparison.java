package io.flexora.web;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.runstore.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
    return ledger(0, "", new Event.ComparisonStarted(4, 0, pid));
  }

  WrittenComparison ledger(long second, String cell, Event what) {
    append(
        folder.resolve("ledger.jsonl"), new RunEvent(START.plusSeconds(second), cell, "", 0, what));
    return this;
  }

  /** The event that a cell has ended well. */
  static Event ended(Optional<String> metric, double value, Integer... layers) {
    return new Event.CellEnded(
        metric, metric.map(MetricDescription::fraction), value, List.of(layers), 0);
  }

  /** A step of a cell's training or search. */
  WrittenComparison step(String id, String phase, Progress told) {
    return event(id, phase, told.done(), new Event.StepDone(told));
  }

  WrittenComparison event(String id, String phase, long step, Event what) {
    append(
        folder.resolve("cells").resolve(id).resolve("events.jsonl"),
        new RunEvent(START.plusSeconds(step), "main", phase, step, what));
    return this;
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
