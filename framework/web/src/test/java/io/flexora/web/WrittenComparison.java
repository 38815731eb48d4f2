package io.flexora.web;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The folder of a comparison as those that run it write it. */
final class WrittenComparison {

  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static final OptionalDouble NONE = OptionalDouble.empty();

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
    ProcessHandle process = ProcessHandle.current();
    own(folder, process.info().startInstant().orElseThrow());
    return started(process.pid());
  }

  /**
   * Says that this process has a folder.
   *
   * @param began when that process began
   */
  static void own(Path folder, Instant began) {
    write(
        folder.resolve(".owner.json"),
        "{\"pid\": %d, \"process_started\": \"%s\", \"locked_at\": \"\"}"
            .formatted(ProcessHandle.current().pid(), began));
  }

  /** Says that a process began to work on it, which may do so no more. */
  WrittenComparison started(long pid) {
    return ledger(0, "", new Event.ComparisonStarted(4, 0, pid));
  }

  WrittenComparison ledger(long second, String cell, Event what) {
    append(
        folder.resolve("ledger.jsonl"), new RunEvent(START.plusSeconds(second), cell, "", 0, what));
    return this;
  }

  /** Writes what came out: of one strategy, that its only cell has failed. */
  WrittenComparison failed(String id) {
    ComparisonFolder.writeResult(
        folder,
        new ComparisonResult(
            "compare",
            "all",
            List.of(1L),
            new ComparisonResult.Budget("steps", NONE, "excluded", "excluded"),
            0.95,
            List.of(
                new GroupResult(
                    "m",
                    "t",
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    "",
                    List.of(strategyOf(failedCell(id))))),
            Optional.empty()));
    return this;
  }

  private static SeedResult failedCell(String id) {
    return new SeedResult(
        id,
        1,
        CellState.FAILED,
        Optional.of("it was killed"),
        NONE,
        NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        NONE,
        Optional.empty());
  }

  private static StrategyResult strategyOf(SeedResult cell) {
    return new StrategyResult(
        "all",
        "all",
        List.of(cell),
        0,
        1,
        NONE,
        NONE,
        Optional.empty(),
        NONE,
        NONE,
        NONE,
        NONE,
        OptionalLong.empty(),
        Optional.empty(),
        NONE,
        NONE,
        false,
        false,
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
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
