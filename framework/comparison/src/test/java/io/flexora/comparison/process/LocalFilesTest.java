package io.flexora.comparison.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.yaml.ConfigurationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LocalFilesTest {

  @TempDir Path folder;

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  /** The files behind a value, by their paths below the folder. */
  private Set<String> found(String value) {
    return new LocalFiles(folder)
            .of(
                new ConfigurationReader().parse("train: '%s'".formatted(value), "test"),
                folder.resolve("runs/of-today/cells/a"))
            .keySet()
            .stream()
            .map(name -> folder.relativize(Path.of(name)).toString())
            .collect(Collectors.toSet());
  }

  @Test
  void aGlobNamesTheFilesThatMatch() throws Exception {
    write("data/train-1.jsonl");
    write("data/train-2.jsonl");
    write("data/train-2.csv");
    write("data/test-1.jsonl");
    write("data/deep/train-3.jsonl");

    assertThat(found("file:" + folder + "/data/train-*.jsonl"))
        .containsExactlyInAnyOrder("data/train-1.jsonl", "data/train-2.jsonl");
    assertThat(found("file:" + folder + "/{data/t,u}*-1.jsonl"))
        .containsExactlyInAnyOrder("data/train-1.jsonl", "data/test-1.jsonl");
    assertThat(found("file:" + folder + "/**/train-?.jsonl"))
        .containsExactlyInAnyOrder(
            "data/train-1.jsonl", "data/train-2.jsonl", "data/deep/train-3.jsonl");
    assertThat(found(folder + "/data/*.jsonl")).isEmpty();
    assertThat(found("file:" + folder + "/gone/*.jsonl")).isEmpty();
    assertThat(found("file:" + folder + "/data/{train")).isEmpty();
  }

  @Test
  void aFolderNamesAllFilesBelowItButHiddenOnes() throws Exception {
    write("deep/train/a.jsonl");
    write("deep/b.jsonl");
    write("deep/.cache/c.jsonl");
    write("deep/.hidden");

    assertThat(found("file:" + folder + "/deep"))
        .containsExactlyInAnyOrder("deep/train/a.jsonl", "deep/b.jsonl");
  }

  @Test
  void whatIsWrittenToInAFolderIsNoDataOfIt() throws Exception {
    write("data/a.jsonl");
    write("runs/of-today/cells/a/events.jsonl");
    write("runs/of-yesterday/cells/a/events.jsonl");

    assertThat(found("file:" + folder)).containsExactly("data/a.jsonl");
  }

  @Test
  void anEntryNamesItsArchive() throws Exception {
    write("rows.zip");

    assertThat(found("file:" + folder + "/rows.zip!/train/a.jsonl")).containsExactly("rows.zip");
  }

  @Test
  void aPathOfTheHomeIsTakenFromThere() throws Exception {
    write("rows.jsonl");

    assertThat(found("file:~/rows.jsonl")).containsExactly("rows.jsonl");
  }

  @Test
  void whatIsNoPathOfAFileOrFolderNamesNone() {
    assertThat(found("/")).isEmpty();
    assertThat(found("question:")).isEmpty();
    assertThat(found("label:/")).isEmpty();
  }
}
