package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonFolderTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  /** So many that their removal takes long enough to be seen. */
  private static final int FILES = 3000;

  @TempDir Path runs;

  @Test
  void itIsToldFromARunByItsLedger() {
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]");
        RunFolder run = RunFolder.create(runs, "mine", NOW, "seed: 1")) {
      assertThat(comparison.path()).hasFileName("mine-20260102-030405");
      assertThat(run.path()).hasFileName("mine-20260102-030405-2");
      assertThat(ComparisonFolder.isComparison(comparison.path())).isTrue();
      assertThat(ComparisonFolder.isComparison(run.path())).isFalse();
      assertThatThrownBy(() -> ComparisonFolder.open(run.path()))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("is not the folder of a comparison: it has no ledger.jsonl");
      assertThatThrownBy(() -> ComparisonFolder.open(runs.resolve("new")))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("it is not there; 'flexora compare' without --into begins a new");
      assertThatThrownBy(() -> ComparisonFolder.open(comparison.path()))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void onlyACellThatWasNotBegunGetsAnotherConfiguration() throws IOException {
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]")) {
      Path cell = ComparisonFolder.cell(comparison.path(), "m.t.s.1");
      comparison.prepareCell("m.t.s.1", "seed: 1");
      comparison.prepareCell("m.t.s.1", "seed: 2");
      assertThat(RunFolder.readConfiguration(cell)).isEqualTo("seed: 2");

      RunFolder.open(cell).close();
      comparison.prepareCell("m.t.s.1", "seed: 3");
      assertThat(RunFolder.readConfiguration(cell)).isEqualTo("seed: 2");
    }
  }

  @Test
  void aCellThatIsRemovedIsWholeUntilItIsGone() throws Exception {
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]")) {
      comparison.prepareCell("m.t.s.1", "seed: 1");
      Path cell = ComparisonFolder.cell(comparison.path(), "m.t.s.1");
      RunFolder.open(cell).close();
      Path main = Files.createDirectories(cell.resolve("cells/main"));
      for (int file = 0; file < FILES; file++) {
        Files.createFile(main.resolve("file-" + file));
      }

      CountDownLatch looking = new CountDownLatch(1);
      CompletableFuture<Boolean> half =
          CompletableFuture.supplyAsync(
              () -> {
                boolean seen = false;
                while (Files.exists(main)) {
                  seen |= !RunFolder.isBegun(cell) && Files.exists(main);
                  looking.countDown();
                }
                return seen;
              });
      looking.await();
      ComparisonFolder.removeCell(comparison.path(), "m.t.s.1");

      assertThat(half.get(60, TimeUnit.SECONDS)).as("a half of it was there").isFalse();
      assertThat(comparison.path().resolve("cells")).isEmptyDirectory();
      ComparisonFolder.removeCell(comparison.path(), "m.t.s.1");
    }
  }

  @Test
  void aReportWaitsForThatOfAnotherProcess() throws Exception {
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]")) {
      Path path = comparison.path();
      Process other = ChildJvm.start(ReportingProcess.class, path);
      try (BufferedReader told = other.inputReader()) {
        assertThat(told.readLine()).isEqualTo("reporting");
        CompletableFuture<Boolean> later =
            CompletableFuture.supplyAsync(
                () ->
                    ComparisonFolder.reporting(
                        path, () -> Files.exists(path.resolve(ReportingProcess.WRITTEN))));
        assertThatThrownBy(() -> later.get(200, TimeUnit.MILLISECONDS))
            .isInstanceOf(TimeoutException.class);
        other.getOutputStream().close();
        assertThat(later.get(60, TimeUnit.SECONDS)).as("it saw what the other wrote").isTrue();
      } finally {
        other.destroyForcibly();
      }
    }
  }

  @Test
  void whatAProcessLeftThatWasKilledLongAgoIsSweptAway() throws IOException {
    String time = "-20260102-030405-";
    Path left = half(".other" + time + UUID.randomUUID());
    Path young = half(".mine" + time + UUID.randomUUID());
    Path another = half(".mine");
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    Files.setLastModifiedTime(left, before);
    Files.setLastModifiedTime(another, before);

    ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]").close();

    assertThat(left).doesNotExist();
    assertThat(young).exists();
    assertThat(another).exists();
  }

  private Path half(String name) throws IOException {
    Path folder = Files.createDirectory(runs.resolve(name));
    Files.writeString(folder.resolve("configuration.yaml.partial"), "se");
    return folder;
  }

  @Test
  void whatAKilledProcessLeftOfACellIsSweptAway() throws IOException {
    Path path;
    try (ComparisonFolder comparison = ComparisonFolder.create(runs, "mine", NOW, "seeds: [1]")) {
      path = comparison.path();
      comparison.prepareCell("m.t.s.1", "seed: 1");
    }
    Path left = Files.createDirectory(path.resolve("cells").resolve(".m.t.s.2-half"));
    Files.writeString(left.resolve("configuration.yaml.partial"), "se");
    Path removed = path.resolve("cells").resolve(".m.t.s.3-removed");
    Files.createDirectories(removed.resolve("cells/main"));
    Files.writeString(removed.resolve("cells/main/manifest.json"), "{}");

    ComparisonFolder.open(path).close();
    assertThat(path.resolve("cells"))
        .isDirectoryNotContaining(cell -> cell.getFileName().toString().startsWith("."))
        .isDirectoryContaining(cell -> cell.endsWith("m.t.s.1"));
  }
}
