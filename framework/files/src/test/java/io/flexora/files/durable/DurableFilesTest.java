package io.flexora.files.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsHashed() throws IOException {
    Path file = folder.resolve("a");
    FileHash hash = DurableFile.write(file, "abc");
    // the example of FIPS 180-2
    assertThat(hash.sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(hash.bytes()).isEqualTo(3);
    assertThat(FileHash.of(file)).isEqualTo(hash);
    assertThat(FileHash.of(new byte[] {'a', 'b', 'c'})).isEqualTo(hash);
  }

  @Test
  void theFileIsTheOldOneUntilTheNewOneIsWhole() {
    Path file = folder.resolve("a");
    DurableFile.write(file, "old");
    DurableFile.write(
        file,
        out -> {
          out.write("new, first half".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          out.flush();
          assertThat(file).hasContent("old");
        });
    assertThat(file).hasContent("new, first half");
    assertThat(folder.toFile().list()).containsExactly("a");
  }

  @Test
  void aFailureOfTheContentLeavesTheOldFile() {
    Path file = folder.resolve("a");
    DurableFile.write(file, "old");
    assertThatThrownBy(
            () ->
                DurableFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IllegalStateException("half");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                DurableFile.write(
                    file,
                    out -> {
                      throw new IOException("no more");
                    }))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("cannot write " + file + ": no more");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("a");
  }

  @Test
  void anInterruptedThreadStillWritesAndStaysInterrupted() {
    Path file = folder.resolve("a");
    Thread.currentThread().interrupt();
    try {
      DurableFile.write(file, "whole");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file).hasContent("whole");
  }

  @Test
  void aLeftoverOfAKilledWriterIsReplaced() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(folder.resolve("a.partial"), "a much longer half of something");
    DurableFile.write(file, "new");
    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("a");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatIsNoFileIsNotReplaced() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    for (Path target : List.of(pipe, link)) {
      String refusal =
          "cannot write %1$s: %1$s is a named pipe; a regular file is needed".formatted(target);
      assertThatThrownBy(() -> DurableFile.write(target, "x")).hasMessage(refusal);
      assertThatThrownBy(() -> DurableFile.named(target)).hasMessage(refusal);
    }
    assertThatThrownBy(() -> DurableFile.write(folder, "x"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageEndingWith(folder + " is a folder; a regular file is needed");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("pipe", "link");
    assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkThatAUserNamesStays() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    DurableFile.write(DurableFile.named(link), "new");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    assertThat(DurableFile.named(folder.resolve("none"))).isEqualTo(folder.resolve("none"));
  }

  @Test
  void aFullDiskIsToldFromOtherFailures() {
    Path file = folder.resolve("a");
    for (String full : List.of("No space left on device", "Disk quota exceeded")) {
      assertThat(WriteFailure.explain(file, new IOException(full)))
          .as(full)
          .isInstanceOf(DiskFullException.class)
          .hasMessageStartingWith("cannot write " + file + ": the disk ")
          .hasMessageEndingWith("; free some space");
    }
    assertThat(WriteFailure.explain(file, new IOException("Input/output error")))
        .isNotInstanceOf(DiskFullException.class);
  }

  @Test
  void aFileWhereTheFolderShouldBeIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x");
    assertThatThrownBy(() -> DurableFile.write(file.resolve("b"), "y"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("cannot write " + file.resolve("b") + ": " + file + " is a file, not a folder");
  }

  @Test
  void aFileInPlaceOfAFolderIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x");
    assertThatThrownBy(() -> Files.createDirectories(file))
        .isInstanceOfSatisfying(
            IOException.class,
            e ->
                assertThat(WriteFailure.explain(file, e))
                    .hasMessage(
                        "cannot write " + file + ": a file is in the way; choose another name"));
  }

  @Test
  void aFolderIsReplacedAsAWhole() {
    Path target = folder.resolve("f");
    DurableFolder.write(
        target,
        staging -> {
          staging.write("a", out -> out.write(1));
          staging.write("b", out -> out.write(2));
        });
    DurableFolder.write(
        target,
        staging -> {
          staging.write("a", out -> out.write(3));
          assertThat(target.resolve("b")).exists();
        });
    assertThat(target.resolve("a")).hasBinaryContent(new byte[] {3});
    assertThat(target.toFile().list()).containsExactly("a");
    assertThat(folder.toFile().list()).containsExactly("f");
  }

  @Test
  void aUsersFoldersBesideItStay() throws IOException {
    Path target = folder.resolve("f");
    for (String name : List.of("f.old", "f.partial")) {
      Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("kept"), name);
    }
    for (int time = 1; time <= 2; time++) {
      int value = time;
      DurableFolder.write(target, staging -> staging.write("a", out -> out.write(value)));
      assertThat(target.resolve("a")).hasBinaryContent(new byte[] {(byte) time});
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("f", "f.old", "f.partial");
      assertThat(folder.resolve("f.old/kept")).hasContent("f.old");
      assertThat(folder.resolve("f.partial/kept")).hasContent("f.partial");
    }
  }

  @Test
  void aFolderThatACrashLeftAsideIsTakenBackAndAHalfOneRemoved() throws IOException {
    Path target = folder.resolve("f");
    Files.createDirectory(folder.resolve(".f.flexora-old"));
    Files.createDirectory(folder.resolve(".f.flexora-partial"));
    DurableFolder.recover(target);
    assertThat(target).isDirectory();
    DurableFolder.write(target, staging -> staging.write("a", out -> out.write(1)));
    assertThat(folder.toFile().list()).containsExactly("f");
  }

  @Test
  void linksAreDeletedAndNotFollowed() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.writeString(kept.resolve("file"), "x");
    Path deleted = Files.createDirectory(folder.resolve("deleted"));
    Files.createSymbolicLink(deleted.resolve("link"), kept);
    DurableFolder.delete(deleted);
    assertThat(deleted).doesNotExist();
    assertThat(kept.resolve("file")).exists();
  }
}
