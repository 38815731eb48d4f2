package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Head;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.FetchedFile;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path runs;

  private RunFolder create(String name) {
    return RunFolder.create(runs, name, NOW, "name: " + name + "\n");
  }

  @Test
  void runsOfOneSecondGetFoldersOfTheirOwn() {
    try (RunFolder first = create("quick start!");
        RunFolder second = create("quick start!");
        RunFolder third = create("../..")) {
      assertThat(first.path()).isEqualTo(runs.resolve("quick-start--20260304-050607"));
      assertThat(second.path()).isEqualTo(runs.resolve("quick-start--20260304-050607-2"));
      assertThat(third.path()).isEqualTo(runs.resolve("run-20260304-050607"));
      assertThat(runs.toFile().list()).hasSize(3);
    }
  }

  @Test
  void aPlaceIsTriedWithoutLeavingAnything() throws Exception {
    Path below = runs.resolve("not/there/yet");
    RunFolder.requirePlace(below, "a", NOW, "name: a\n");
    assertThat(runs).isEmptyDirectory();

    Path file = Files.writeString(runs.resolve("file"), "");
    for (Path place : List.of(file, file.resolve("below/it"))) {
      assertThatThrownBy(() -> RunFolder.requirePlace(place, "a", NOW, "name: a\n"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(file + " is a file, not a folder");
    }
    assertThatThrownBy(() -> RunFolder.requirePlace(runs, "n".repeat(300), NOW, "name: a\n"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cannot write " + runs);
    assertThat(runs.toFile().list()).containsExactly("file");
  }

  @Test
  void aNewPlaceThatAnotherRunRemovesAgainIsMadeOnceMore() throws Exception {
    Path place = runs.resolve("new");
    AtomicBoolean over = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              while (!over.get()) {
                removeEmpty(place);
                LockSupport.parkNanos(50_000);
              }
            });
    other.start();
    try {
      for (int run = 0; run < 100; run++) {
        RunFolder.requirePlace(place, "a", NOW, "name: a\n");
      }
    } finally {
      over.set(true);
      other.join();
    }
  }

  private static void removeEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Something is in it.
    }
  }

  @Test
  void aSecondOwnerInThisProcessIsRefusedAndTheFirstKeepsTheFolder() throws Exception {
    try (RunFolder run = create("a")) {
      assertThatThrownBy(() -> RunFolder.open(run.path()))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid() + " since");
      assertThat(sayOfOther(run.path())).contains("is in use by process");
    }
  }

  @Test
  void aFolderThatIsGivenBackWhileAnotherThreadLooksAtItIsFreeOrNot() {
    Path path;
    try (RunFolder run = create("a")) {
      path = run.path();
    }
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> looking =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                var unused = RunFolder.isFree(path);
              }
            });
    try {
      for (int i = 0; i < 300; i++) {
        RunLock.acquire(path).close();
      }
    } finally {
      over.set(true);
    }
    assertThat(looking).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void anotherProcessIsRefusedWithTheOwnersNumberAndTime() throws Exception {
    try (RunFolder run = create("a")) {
      Instant before = Instant.now();
      String refusal = sayOfOther(run.path());
      assertThat(refusal)
          .startsWith(
              "run folder "
                  + run.path()
                  + " is in use by process "
                  + ProcessHandle.current().pid()
                  + " since 20");
      String since = refusal.replaceAll(".* since (\\S+);.*", "$1");
      assertThat(Instant.parse(since)).isBeforeOrEqualTo(before);
    }
  }

  private static String sayOfOther(Path folder) throws IOException {
    Process process = ChildJvm.start(LockingProcess.class, folder);
    try (BufferedReader output = process.inputReader()) {
      return output.readLine();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aFolderWhoseOwnerWasKilledCanBeTaken() throws Exception {
    Path path;
    try (RunFolder run = create("a")) {
      path = run.path();
    }
    assertThat(RunFolder.isFree(path)).isTrue();
    Process process = ChildJvm.start(LockingProcess.class, path);
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("open " + path);
      assertThat(RunFolder.isFree(path)).isFalse();
      assertThatThrownBy(() -> RunFolder.open(path))
          .hasMessageContaining("is in use by process " + process.pid() + " since");
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(RunFolder.isFree(path)).isTrue();
    try (RunFolder run = RunFolder.open(path)) {
      assertThat(RunFolder.isFree(path)).isFalse();
      assertThat(sayOfOther(path)).contains("is in use by process");
      assertThat(run.configuration()).isEqualTo("name: a\n");
    }
  }

  @Test
  void theRecordHasEverythingThatWasWritten() {
    FileHash hash = new FileHash(3, "00ff");
    Provenance provenance =
        ThisProcess.provenance(
            Instant.EPOCH,
            42,
            Map.of("djl", "0.36.0"),
            Map.of("p", "1.0.0"),
            Map.of("p", "0f0f"),
            Map.of("maven:x", hash));
    CellOutcome cell =
        CellOutcome.of(42)
            .selectedLayers(List.of(1, 2))
            .scores(Map.of("alpha", List.of(0.5, Double.NaN)))
            .trainableParameters(9)
            .seconds(Map.of("train", 2.5))
            .peakMemoryBytes(Map.of("train", 1L << 40))
            .versions(Map.of("java", "17"))
            .build();
    CellOutcome failed = CellOutcome.failed(42, Map.of(), "out of memory");
    RunResult result =
        new RunResult(
            "a", 12, new CellResult("top", cell), Map.of("all", new CellResult("all", failed)));
    Path path;
    try (RunFolder run = create("a")) {
      path = run.path();
      run.writeProvenance(provenance);
      run.events().append(Events.step("c", "train", 1, Map.of("loss", Figure.of(0.5))));
      assertThat(run.finished()).isFalse();
      assertThat(run.record().result()).isEmpty();
      run.writeResult(result);
      assertThat(run.finished()).isTrue();
    }
    RunRecord record = RunFolder.read(path);
    assertThat(record.name()).isEqualTo("a-20260304-050607");
    assertThat(record.configuration()).isEqualTo("name: a\n");
    assertThat(record.events())
        .containsExactly(Events.step("c", "train", 1, Map.of("loss", Figure.of(0.5))));
    assertThat(record.result()).contains(result);
    assertThat(record.provenance()).contains(provenance);
    assertThat(provenance.seed()).isEqualTo(42);
    assertThat(provenance.plugins()).isEqualTo(Map.of("p", "1.0.0"));
    assertThat(provenance.code()).isEqualTo(Map.of("p", "0f0f"));
    assertThat(provenance.files()).isEqualTo(Map.of("maven:x", new FetchedFile(3, "00ff")));
    assertThat(provenance.versions()).hasSize(3);
    assertThat(provenance.machine().cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void whatACellLeavesComesBackExactly() {
    MetricValue accuracy =
        new MetricValue(
            MetricDescription.fraction("accuracy", Need.SCORES, Need.LABEL).withSymbol("acc"),
            0.1,
            Double.NaN);
    MetricValue ece =
        new MetricValue(
            MetricDescription.error("ece").asAggregate().withUnit("bits").inPercent(),
            0.1,
            0.3,
            Optional.of(new MetricValue.ConfidenceInterval(0, 0.2)),
            Optional.empty());
    MetricValue margin =
        new MetricValue(
            MetricDescription.score("margin").withRange(MetricDescription.Range.from(-3)), -1, 0);
    CellOutcome outcome =
        CellOutcome.of(-1)
            .selectedLayers(List.of(0, 7))
            .scores(Map.of("alpha", List.of(0.1, Double.NaN)))
            .trainableParameters(1234)
            .metrics(Map.of("accuracy", accuracy, "ece", ece, "margin", margin))
            .deciding(Optional.of("ece"))
            .seconds(Map.of("search", 1.5, "train", 2.0))
            .peakMemoryBytes(Map.of("search", 3L << 40, "train", 5L))
            .versions(Map.of("java", "17"))
            .build();
    List<Prediction> predictions =
        List.of(
            new Prediction("a:1", 0, 1, List.of(-0.1, Double.NaN))
                .withMetrics(Map.of("acc", 0.0, "loss", 0.1))
                .withText("an \"answer\"\n"),
            new Prediction("ü\n", 1, 1, List.of()));
    float[] theta = {0.1f, -0f, Float.MIN_VALUE};
    try (RunFolder run = create("a")) {
      CellFolder cell = run.cell("flexora-1");
      assertThat(cell.outcome()).isEmpty();
      assertThat(cell.theta()).isEmpty();
      assertThat(cell.classes()).isEmpty();
      assertThat(cell.predictions()).isEmpty();
      cell.writeOutcome(outcome);
      cell.writePredictions(predictions);
      cell.writeTheta(theta, Head.Saved.of(Head.classes(List.of("no", "yes \"and\" no"))));
      assertThat(run.cell("flexora-1").outcome()).contains(outcome);
      assertThat(cell.predictions()).isEqualTo(predictions);
      assertThat(cell.theta().orElseThrow()).isEqualTo(theta);
      assertThat(cell.classes()).contains(List.of("no", "yes \"and\" no"));
      assertThat(RecordJson.tree(outcome).get("peak_memory_bytes").longValue()).isEqualTo(3L << 40);
    }
  }

  @Test
  void aFailedCellKeepsItsCause() {
    CellOutcome failed = CellOutcome.of(1).failure(Optional.of("no layers")).build();
    try (RunFolder run = create("a")) {
      run.cell("c").writeOutcome(failed);
      assertThat(run.cell("c").outcome()).contains(failed);
    }
  }

  /** Written before the values of metrics had descriptions. */
  @Test
  void anOutcomeWithoutDescriptionsIsRefused() throws IOException {
    String old =
        """
        {"metrics": {"accuracy": {"standard_error": 0.01, "value": 0.8}},
         "peak_memory_bytes": 5, "phase_peak_memory_bytes": {"train": 5}, "scores": {},
         "seconds": {"train": 2.0}, "seed": 1, "selected_layers": [0], "versions": {"java": "17"},
         "trainable_parameters": 12}
        """;
    try (RunFolder run = create("a")) {
      Files.writeString(run.cell("c").path().resolve("outcome.json"), old);
      assertThatThrownBy(() -> run.cell("c").outcome())
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("key 'metrics.accuracy.")
          .hasMessageContaining("is missing")
          .hasMessageContaining("run it again");
    }
  }

  @Test
  void aDamagedOutcomeIsNamed() throws IOException {
    try (RunFolder run = create("a")) {
      Files.writeString(run.cell("c").path().resolve("outcome.json"), "{\"seed\": 1}");
      assertThatThrownBy(() -> run.cell("c").outcome())
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("outcome.json is not the outcome of a cell");
      Files.writeString(run.cell("c").path().resolve("outcome.json"), "{\n\"seed\": 1,");
      assertThatThrownBy(() -> run.cell("c").outcome())
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("outcome.json is not a JSON object");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void noProcessWorksOnTheCopyOfARunThatGoesOn() throws IOException {
    try (RunFolder run = create("a")) {
      Path copy = Files.createDirectory(runs.resolve("copy"));
      for (String file : List.of("configuration.yaml", "events.jsonl", ".owner.json")) {
        Files.copy(run.path().resolve(file), copy.resolve(file));
      }
      // Not copied, as whoever closes the file that is locked gives the lock away.
      Files.createFile(copy.resolve(".lock"));

      assertThat(RunFolder.worker(run.path())).hasValue(ProcessHandle.current());
      assertThat(RunFolder.worker(copy)).isEmpty();
      Path moved = Files.move(run.path(), runs.resolve("moved"));
      assertThat(RunFolder.worker(moved)).hasValue(ProcessHandle.current());
      Files.move(moved, run.path());
    }
  }

  @Test
  void theLockIsGivenBackThoughItsNoteCannotBeRemoved() throws IOException {
    RunFolder run = create("a");
    Path note = run.path().resolve(".owner.json");
    Files.delete(note);
    Files.createDirectories(note.resolve("held"));

    assertThatThrownBy(run::close)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(".owner.json");

    Files.delete(note.resolve("held"));
    Files.delete(note);
    RunFolder.open(run.path()).close();
  }

  @Test
  void namesThatLeaveTheFolderAndFoldersThatAreNoRunsAreRefused() {
    try (RunFolder run = create("a")) {
      for (String name : List.of("..", "a/b", "", ".hidden", "a\\b")) {
        assertThatThrownBy(() -> run.cell(name)).hasMessageContaining("cannot name a folder");
      }
    }
    assertThatThrownBy(() -> RunFolder.open(runs)).hasMessageContaining("not the folder of a run");
    assertThatThrownBy(() -> RunFolder.open(runs.resolve("none")))
        .hasMessageContaining("not the folder of a run");
  }

  @Test
  void whatCellsHaveDoneCountsOnWhenARunIsAskedForMore() {
    Path path;
    try (RunFolder run = create("a")) {
      path = run.path();
      run.cell("main").writeTheta(new float[] {1, 2}, Head.Saved.of(Head.NONE));
    }
    RunFolder.extend(path, "name: a\nmore: 1\n", "More is asked for.");
    RunFolder.extend(path, "name: a\nmore: 2\n", "More is asked for again.");

    assertThat(RunFolder.readConfiguration(path)).isEqualTo("name: a\nmore: 2\n");
    assertThat(RunFolder.readCell(path, "main").theta()).hasValue(new float[] {1, 2});
    assertThat(RunFolder.read(path).events()).hasSize(2);
    assertThat(RunFolder.isFinished(path)).isFalse();
    try (RunFolder run = RunFolder.open(path)) {
      run.cell("further").writeTheta(new float[] {3}, Head.Saved.of(Head.NONE));
      run.cell("main").forgetTraining();
      assertThat(run.cell("main").theta()).isEmpty();
      assertThat(run.cell("further").theta()).hasValue(new float[] {3});
    }
  }

  @Test
  void aCellWhoseProcessDiedBeforeItDecidedBeginsUnderWhatIsDecidedLater() {
    Map<String, Decision> decisions = Map.of("compute_dtype", new Decision("bf16", "as it was"));
    for (boolean computed : List.of(false, true)) {
      Path path = runs.resolve("auto-" + computed);
      RunFolder.prepare(path, "model:\n  compute_dtype: auto\n");
      try (RunFolder run = RunFolder.open(path)) {
        if (computed) {
          run.cell("main").writeTheta(new float[] {1}, Head.Saved.of(Head.NONE));
        }
        run.cell("main").writeOutcome(CellOutcome.failed(1, Map.of(), "it was killed"));
      }
      try (RunFolder run = RunFolder.open(path)) {
        assertThat(run.decide(decisions)).isTrue();
        assertThat(run.cell("main").theta().isPresent()).isEqualTo(computed);
      }
      assertThat(RunFolder.readConfiguration(path))
          .isEqualTo(
              "model:\n  compute_dtype: %s\n"
                  .formatted(computed ? "auto" : "bf16 # auto, as it was"));
    }
  }

  @Test
  void cellsOfAConfigurationThatTheRunNeverHadAreRefused() throws Exception {
    Path path;
    try (RunFolder run = create("a")) {
      path = run.path();
      run.cell("main").writeTheta(new float[] {1}, Head.Saved.of(Head.NONE));
    }
    RunFolder.extend(path, "name: a\nmore: 1\n", "More is asked for.");
    Files.delete(path.resolve(EarlierConfigurations.NAME));
    assertThatThrownBy(() -> RunFolder.readCell(path, "main").theta())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("was made with another configuration");
  }
}
