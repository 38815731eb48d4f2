package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RunIndexTest {

  @TempDir Path runs;
  private Instant now = Instant.now().plusSeconds(60);
  private RunIndex index;

  @BeforeEach
  void open() {
    InstantSource clock = () -> now;
    index = new RunIndex(new RunsFolder(runs), clock);
  }

  @Test
  void aFolderThatIsNotThereHasNoRuns() {
    RunIndex none = new RunIndex(new RunsFolder(runs.resolve("gone")), InstantSource.system());
    assertThat(list(none.json("", 0))).isEmpty();
  }

  @Test
  void aRunThatHasEndedIsALineWithItsNumbers() {
    WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);

    Map<String, Object> line = list(index.json("", 0)).get(0);

    assertThat(line)
        .containsEntry("id", "first-20260102-030405")
        .containsEntry("name", "first")
        .containsEntry("kind", "run")
        .containsEntry("state", "done")
        .containsEntry("model", "hf:org/bge-small")
        .containsEntry("task", "classification")
        .containsEntry("strategy", "flexora")
        .containsEntry("strategies", List.of("flexora", "all"))
        .containsEntry("metric", "accuracy")
        .containsEntry("value", 0.75)
        .containsEntry(
            "metrics",
            Map.of(
                "accuracy",
                Map.of("value", 0.75, "percent", true, "unit", "", "lower_is_better", false)))
        .hasEntrySatisfying(
            "options",
            options ->
                assertThat(options)
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("trainer.learning_rate", "1e-3"))
        .containsEntry("seconds", 10.0)
        .containsEntry("search_seconds", 4.0)
        .containsEntry("memory", 1L << 30);
  }

  @Test
  void aShareThatIsAllHasItsInterval() {
    MetricValue all =
        new MetricValue(
            MetricDescription.fraction("accuracy"),
            1,
            0,
            Optional.of(new MetricValue.ConfidenceInterval(0.954, 1)),
            Optional.empty());

    assertThat(RunEntry.measured(all))
        .containsEntry("standard_error", 0.0)
        .containsEntry("interval", List.of(0.954, 1.0));
  }

  @Test
  void aRunThatGoesOnTellsWhereItStandsAndThenThatItWasInterrupted() {
    try (RunFolder run = WrittenRun.begun(runs, "live", "flexora", "1e-3")) {
      WrittenRun.step(run, "search", 3, 2.0);
      assertThat(list(index.json("", 0)).get(0))
          .containsEntry("state", "running")
          .containsEntry("phase", "search")
          .containsEntry("step", 3L)
          .containsEntry("total", 9L);
      Map<String, Object> before = next();
      WrittenRun.step(run, "search", 4, 2.0);
      assertThat(list(next(before)).get(0)).containsEntry("step", 4L);
    }
    now = now.plusSeconds(2);
    assertThat(list(index.json("", 0)).get(0)).containsEntry("state", "interrupted");
  }

  @Test
  void whatWasNotBegunIsSaid() throws IOException {
    WrittenComparison.write(runs.resolve("new/configuration.yaml"), "name: new");
    assertThat(list(index.json("", 0)).get(0)).containsEntry("state", "not begun");
  }

  @Test
  void aComparisonTellsItsCells() {
    WrittenComparison written =
        new WrittenComparison(
                runs, "name: c\nmodels: {m: x}\ntasks: {t: y}\nstrategies: {all: all}")
            .cell("m.t.all.1")
            .started(ProcessHandle.current().pid());
    assertThat(list(index.json("", 0)).get(0))
        .containsEntry("kind", "comparison")
        .containsEntry("model", "m")
        .containsEntry("strategies", List.of("all"))
        .containsEntry("state", "interrupted")
        .containsEntry("cells", 4)
        .containsEntry("cells_done", 0);
    assertThat(written.folder).isDirectory();
  }

  @Test
  void aComparisonThatIsGoneOnWithRunsWhateverItHasFoundBefore() {
    String cell = "m.t.all.1";
    WrittenComparison written =
        new WrittenComparison(
                runs, "name: c\nmodels: {m: x}\ntasks: {t: y}\nstrategies: {all: all}")
            .cell(cell)
            .started(ProcessHandle.current().pid())
            .ledger(1, "", new Event.ComparisonEnded(0, 1))
            .failed(cell);
    assertThat(list(next()).get(0)).containsEntry("state", "failed");

    written.started();

    assertThat(list(next()).get(0))
        .containsEntry("state", "running")
        .containsEntry("cells", 4)
        .containsEntry("failed", List.of(cell));
  }

  @Test
  void aComparisonThatWasNotGoneOnWithToItsEndIsInterruptedWhateverItHasFoundBefore() {
    String cell = "m.t.all.1";
    WrittenComparison written =
        new WrittenComparison(
                runs, "name: c\nmodels: {m: x}\ntasks: {t: y}\nstrategies: {all: all}")
            .cell(cell)
            .started(ProcessHandle.current().pid())
            .ledger(1, "", new Event.ComparisonEnded(0, 1))
            .failed(cell);
    assertThat(list(next()).get(0)).containsEntry("state", "failed");

    written.started(ProcessHandle.current().pid());
    assertThat(list(next()).get(0))
        .containsEntry("state", "interrupted")
        .containsEntry("cells", 4)
        .containsEntry("cells_done", 0)
        .containsEntry("failed", List.of(cell));

    written.ledger(2, "", new Event.ComparisonCancelled());
    assertThat(list(next()).get(0)).containsEntry("state", "interrupted");
  }

  @Test
  void onlyWhatChangedIsToldAndRead() throws IOException {
    Path first = WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);
    Path second = WrittenRun.done(runs, "second", "flexora", "1e-3", 0.5);
    Map<String, Object> before = next();

    assertThat(list(next(before))).isEmpty();
    // Damage that leaves the folder's time as it was is not seen, for nothing is read.
    FileTime time = Files.getLastModifiedTime(second);
    Files.writeString(second.resolve("result.json"), "{");
    Files.setLastModifiedTime(second, time);
    assertThat(list(next(before))).isEmpty();
    Files.writeString(first.resolve("result.json"), "{");
    Files.setLastModifiedTime(first, FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(list(next(before)))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .containsEntry("state", "damaged")
                    .extractingByKey("problem")
                    .asString()
                    .contains("result.json"));
  }

  @Test
  void aRunWithAHugeFileIsADamagedLineAmongTheOthers() throws IOException {
    WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);
    for (String file :
        List.of("result.json", "configuration.yaml", "events.jsonl", "cells/main/manifest.json")) {
      Path run = WrittenRun.done(runs, file.replaceAll("[./]", ""), "flexora", "1e-3", 0.5);
      Files.createDirectories(run.resolve(file).getParent());
      try (RandomAccessFile sparse = new RandomAccessFile(run.resolve(file).toFile(), "rw")) {
        sparse.setLength(1L << 40);
      }
    }

    List<Map<String, Object>> lines = list(next());

    // Of a run that has ended, neither its record nor its cells' manifests are read here.
    assertThat(lines)
        .extracting(line -> line.get("state"))
        .containsExactlyInAnyOrder("done", "done", "done", "damaged", "damaged");
    assertThat(lines)
        .filteredOn(line -> "damaged".equals(line.get("state")))
        .extracting(line -> line.get("problem").toString())
        .hasSize(2)
        .allMatch(problem -> problem.contains("has 1048576 MiB; at most"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkToAFolderElsewhereIsNoRun(@TempDir Path elsewhere) throws IOException {
    Path run = WrittenRun.done(elsewhere, "first", "flexora", "1e-3", 0.75);
    Files.createSymbolicLink(runs.resolve("linked"), run);

    assertThat(list(next())).isEmpty();
    assertThat(new RunsFolder(runs).find("linked")).isEmpty();
    assertThat(new RunsFolder(elsewhere).find(run.getFileName().toString())).isPresent();
  }

  @Test
  void whatIsGoneIsToldOnce() throws IOException {
    Path run = WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);
    Map<String, Object> before = next();
    Files.delete(run.resolve("configuration.yaml"));
    Files.move(run, runs.resolve(".removed"));

    Map<String, Object> after = next(before);
    assertThat(after.get("removed")).isEqualTo(List.of("first-20260102-030405"));
    assertThat((List<?>) next(after).get("removed")).isEmpty();
  }

  @Test
  void theVersionOfAnotherIndexCountsNothing() {
    WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);
    index.json("", 0);
    assertThat(list(index.json("another", 1000))).hasSize(1);
  }

  @Test
  void aLookIsShortAndTheNextGoesOn() {
    for (String name : List.of("a", "b", "c", "d")) {
      WrittenRun.done(runs, name, "flexora", "1e-3", 0.75);
    }
    InstantSource slow = () -> now = now.plus(Duration.ofMillis(200));
    RunIndex patient = new RunIndex(new RunsFolder(runs), slow);
    int looks = 0;
    while ((int) patient.json("", 0).get("unread") > 0 && looks < 10) {
      looks++;
    }
    assertThat(looks).isBetween(1, 8);
    assertThat(list(patient.json("", 0))).hasSize(4);
  }

  @Test
  void noNameLeadsOutOfTheFolder() throws IOException {
    WrittenComparison.write(runs.resolve("in/a/configuration.yaml"), "name: a");
    WrittenComparison.write(runs.resolve("secret/configuration.yaml"), "name: s");
    RunsFolder inner = new RunsFolder(runs.resolve("in"));
    assertThat(inner.find("a")).isPresent();
    for (String id :
        List.of("", ".", "..", "../secret", "a/..", "a/../../../secret", "/", "a/b/c", "\0", "b")) {
      assertThat(inner.find(id)).as(id).isEmpty();
    }
  }

  private Map<String, Object> next() {
    now = now.plusSeconds(2);
    return index.json("", 0);
  }

  private Map<String, Object> next(Map<String, Object> before) {
    now = now.plusSeconds(2);
    return index.json((String) before.get("index"), (long) before.get("version"));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> json) {
    return (List<Map<String, Object>>) json.get("runs");
  }
}
