package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small disk of its own, where this user may mount one. */
class FullDiskTest {

  private static final int DISK_BYTES = 4 << 20;

  @TempDir Path parent;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(parent.resolve("disk"));
    String size = "size=" + DISK_BYTES;
    assumeThat(run("mount", "-t", "tmpfs", "-o", size, "tmpfs", disk.toString()))
        .as("this user can mount a small disk")
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  private static byte[] bytes(int count) {
    return new byte[count];
  }

  @Test
  void aFileKeepsItsOldContentAndNothingIsLeft() throws IOException {
    Path file = disk.resolve("result.json");
    DurableFile.write(file, "old");
    assertThatThrownBy(() -> DurableFile.write(file, out -> out.write(bytes(DISK_BYTES))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("cannot write " + file + ": the disk is full (")
        .hasMessageEndingWith(" bytes free are too few for what is written); free some space");
    assertThat(file).hasContent("old");
    assertThat(disk.toFile().list()).containsExactly("result.json");
    DurableFile.write(file, "new");
    assertThat(file).hasContent("new");
  }

  @Test
  void aFolderKeepsItsOldFilesAndNothingIsLeft() {
    Path folder = disk.resolve("adapter");
    DurableFolder.write(folder, staging -> staging.write("a", out -> out.write(1)));
    assertThatThrownBy(
            () ->
                DurableFolder.write(
                    folder,
                    staging -> {
                      staging.write("a", out -> out.write(2));
                      staging.write("b", out -> out.write(bytes(DISK_BYTES)));
                    }))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the disk is full");
    assertThat(folder.resolve("a")).hasBinaryContent(new byte[] {1});
    assertThat(disk.toFile().list()).containsExactly("adapter");
  }

  @Test
  void aRunBeginsThoughWhatIsLeftOfAnOldOneCannotBeRemoved() throws Exception {
    Path runs = Files.createDirectory(parent.resolve("runs"));
    Path left = runs.resolve(".a-20260102-030405-" + UUID.randomUUID());
    Path held = Files.createDirectories(left.resolve("held"));
    Files.setLastModifiedTime(left, FileTime.from(Instant.EPOCH));
    assumeThat(run("mount", "-t", "tmpfs", "tmpfs", held.toString())).isZero();
    try {
      LocalDateTime now = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
      RunFolder.create(runs, "b", now, "seed: 1\n").close();
      assertThat(held).exists();
    } finally {
      run("umount", held.toString());
    }
  }

  @Test
  void theOlderCheckpointsStay() {
    CheckpointFolder checkpoints = SavingProcess.checkpoints(disk.resolve("train"), "abc", 9);
    Snapshot big =
        new Snapshot(
            2,
            Map.of("theta", new StoredArray.Floats(List.of(1L << 20), new float[1 << 20])),
            Map.of());
    checkpoints.save(SavingProcess.snapshot(1));
    assertThatThrownBy(() -> checkpoints.save(big))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("step-2: the disk is full");
    assertThat(disk.resolve("train").toFile().list()).containsExactly("step-1");
    Snapshot newest = checkpoints.newest(notice -> {}).orElseThrow();
    SavingProcess.requireEqual(newest, SavingProcess.snapshot(1));
  }

  @Test
  void theRecordStaysReadableAndGoesOnWhenThereIsSpaceAgain() throws IOException {
    Path file = disk.resolve("events.jsonl");
    try (EventLog log = EventLog.open(file)) {
      log.append(Events.step("c", "train", 1, Map.of()));
      Path filler = Files.write(disk.resolve("filler"), bytes(DISK_BYTES - (16 << 10)));
      Map<String, Figure> long1 = Map.of("text", Figure.of("x".repeat(32 << 10)));
      assertThatThrownBy(() -> log.append(Events.step("c", "train", 2, long1)))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the disk is full");
      assertThat(EventLog.read(file)).hasSize(1);
      Files.delete(filler);
      log.append(Events.step("c", "train", 2, long1));
    }
    assertThat(EventLog.read(file)).hasSize(2);
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void aReadOnlyDiskIsSaid() throws Exception {
    Path file = disk.resolve("result.json");
    DurableFile.write(file, "old");
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
    assertThatThrownBy(() -> DurableFile.write(file, "new"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the file system is read-only");
    assertThatThrownBy(
            () ->
                SavingProcess.checkpoints(disk.resolve("t"), "abc", 2)
                    .save(SavingProcess.snapshot(1)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the file system is read-only");
    assertThat(file).hasContent("old");
  }

  @Test
  void aMissingFolderIsSaid() {
    assertThatThrownBy(() -> DurableFile.write(disk.resolve("none/file"), "x"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the folder " + disk.resolve("none") + " does not exist");
  }
}
