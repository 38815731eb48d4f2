package io.flexora.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.source.archive.EntryCache;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
  @TempDir Path folder;
  private FileSource source;

  private static final Monitor SILENT =
      new Monitor() {
        @Override
        public void step(Progress progress) {}

        @Override
        public void event(Event event) {}

        @Override
        public void notice(String sentence) {}
      };

  @BeforeEach
  void makeFiles() throws IOException {
    Files.createDirectories(folder.resolve("work/data"));
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(folder.resolve("work/data/rows.jsonl"), "{}");
    Files.writeString(folder.resolve("home/model.onnx"), "model");
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("work/x.zip")))) {
      zip.putNextEntry(new ZipEntry("a/b.txt"));
      zip.write("content".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    source =
        new FileSource(
            folder.resolve("work"),
            folder.resolve("home"),
            new EntryCache(folder.resolve("cache")));
  }

  private Path fetch(String location) throws IOException {
    return source.fetch(location, SILENT);
  }

  @Test
  void namesAModelByItsPath() {
    assertThat(source.publicName("models/llama")).contains("models/llama");
  }

  @Test
  void findsFilesAndFoldersFromTheWorkingFolderTheHomeAndTheRoot() throws IOException {
    Path rows = folder.resolve("work/data/rows.jsonl");
    assertThat(fetch("data/rows.jsonl")).isEqualTo(rows);
    assertThat(fetch("./data/../data")).isEqualTo(rows.getParent());
    assertThat(fetch(rows.toString())).isEqualTo(rows);
    assertThat(fetch("//" + rows)).isEqualTo(rows);
    assertThat(fetch("~/model.onnx")).isEqualTo(folder.resolve("home/model.onnx"));
  }

  @Test
  void unpacksAnEntryOfAnArchive() throws IOException {
    assertThat(fetch("x.zip!/a/b.txt")).hasContent("content").startsWith(folder.resolve("cache"));
  }

  @Test
  void namesTheAbsolutePathAndANearFile() {
    assertThatThrownBy(() -> fetch("data/row.jsonl"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(
            "there is no file %s; did you mean '%s'?",
            folder.resolve("work/data/row.jsonl"), folder.resolve("work/data/rows.jsonl"));
    assertThatThrownBy(() -> fetch("data/weights.bin"))
        .hasMessage("there is no file %s", folder.resolve("work/data/weights.bin"));
    assertThatThrownBy(() -> fetch("dat/rows.jsonl"))
        .hasMessageContaining("its folder does not exist either");
  }

  @Test
  void refusesLocationsThatNameNoFile() {
    assertThatThrownBy(() -> fetch("")).isInstanceOf(FlexoraException.class);
    assertThatThrownBy(() -> fetch("a\0b")).isInstanceOf(FlexoraException.class);
    assertThatThrownBy(() -> fetch("x.zip!/../../b")).isInstanceOf(FlexoraException.class);
  }
}
