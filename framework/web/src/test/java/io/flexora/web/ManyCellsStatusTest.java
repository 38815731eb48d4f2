package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.Event;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A look at a comparison grows with its cells, not with their square. With {@code
 * -Dflexora.cells=10000} it is told for an eighth of so many cells and its doubles.
 */
class ManyCellsStatusTest {

  private static final int STRATEGIES = 10;
  private static final int RUNNING = 20;
  private static final int CELLS = Integer.getInteger("flexora.cells", 1600);

  @TempDir Path folder;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** What looks take, in seconds of the processor. */
  private record Looks(double first, double later, double table, int bytes) {}

  @Test
  void fourTimesTheCellsTakeNoEightTimesTheWork() throws IOException {
    look("warm", CELLS / 4);
    Looks eighth = look("eighth", CELLS / 8);
    Looks quarter = look("quarter", CELLS / 4);
    Looks half = look("half", CELLS / 2);
    Looks all = look("all", CELLS);
    requireLinear(quarter, all);
    requireLinear(eighth, half);
  }

  private static void requireLinear(Looks some, Looks more) {
    assertThat(more.first()).as("the first look").isLessThan(8 * some.first() + 0.2);
    assertThat(more.later()).as("a later look").isLessThan(8 * some.later() + 0.2);
    assertThat(more.table()).as("the line of the table").isLessThan(8 * some.table() + 0.2);
    assertThat(more.bytes()).isLessThan(5 * some.bytes());
  }

  private Looks look(String name, int cells) throws IOException {
    Path comparison = write(Files.createDirectory(folder.resolve(name)), cells);
    InstantSource clock = InstantSource.fixed(WrittenComparison.START.plusSeconds(100));
    ComparisonStatus status = new ComparisonStatus(comparison, clock);
    double first = seconds(() -> status.json(Optional.empty()));
    double later = seconds(() -> status.json(Optional.empty()));
    int bytes = new ObjectMapper().writeValueAsBytes(status.json(Optional.empty())).length;
    double table = seconds(() -> new RunEntry(comparison, clock).refresh());
    if (Integer.getInteger("flexora.cells") != null) {
      System.out.printf(
          Locale.ROOT,
          "[many cells] %d cells: first look %.3f s, later looks %.3f s, %d kB, line of the table"
              + " %.3f s of the processor%n",
          cells,
          first,
          later,
          bytes / 1000,
          table);
    }
    return new Looks(first, later, table, bytes);
  }

  private double seconds(Runnable work) {
    long before = threads.getCurrentThreadCpuTime();
    work.run();
    return (threads.getCurrentThreadCpuTime() - before) / 1e9;
  }

  /** A comparison that runs: of its cells half have ended, and some run. */
  private static Path write(Path parent, int cells) {
    String strategies =
        IntStream.range(0, STRATEGIES)
            .mapToObj(i -> "s%d: all".formatted(i))
            .collect(Collectors.joining(", ", "{", "}"));
    WrittenComparison written =
        new WrittenComparison(
            parent,
            "models: {bge: {use: encoder}}\ntasks: {words: {dataset: d}}\nstrategies: %s\n"
                .formatted(strategies));
    Path folder = written.folder;
    WrittenComparison.own(folder, ProcessHandle.current().info().startInstant().orElseThrow());
    try (EventLog log = EventLog.open(folder.resolve("ledger.jsonl"))) {
      log.append(event("", new Event.ComparisonStarted(cells, 0, ProcessHandle.current().pid())));
      for (int i = 0; i < cells; i++) {
        String id = "bge.words.s%d.%d".formatted(i % STRATEGIES, i / STRATEGIES);
        written.cell(id);
        if (i < cells / 2 + RUNNING) {
          log.append(event(id, new Event.CellStarted()));
        }
        if (i < cells / 2) {
          log.append(event(id, WrittenComparison.ended(Optional.of("accuracy"), 0.75, 1, 3)));
        }
      }
    }
    return folder;
  }

  private static RunEvent event(String cell, Event what) {
    Instant time = WrittenComparison.START.plusSeconds(what instanceof Event.CellEnded ? 30 : 0);
    return new RunEvent(time, cell, "", 0, what);
  }
}
