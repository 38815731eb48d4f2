package io.flexora.experiment.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.files.durable.FileHash;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurrentFilesTest {

  @TempDir private Path folder;
  private final List<String> fetched = new ArrayList<>();

  private Path fetch(String location) throws IOException {
    fetched.add(location);
    Path path = folder.resolve(location);
    if (Files.notExists(path)) {
      throw new FileNotFoundException(location);
    }
    return path;
  }

  @Test
  void aFileIsReadOnceAndAFolderAndWhatIsNotThereHaveNoHash() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "a,b\n");
    Files.createDirectory(folder.resolve("model"));
    CurrentFiles files = new CurrentFiles(this::fetch);
    for (int i = 0; i < 2; i++) {
      assertThat(files.hash("rows.csv")).contains(FileHash.of(file));
      assertThat(files.hash("model")).isEmpty();
      assertThat(files.hash("gone.csv")).isEmpty();
    }
    assertThat(fetched).containsExactly("rows.csv", "model", "gone.csv");
  }

  @Test
  void whatIsFetchedAgainIsHashedAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "a,b\n");
    FetchedFiles files = new FetchedFiles();
    files.add("file:rows.csv", file);
    files.add("file:model", Files.createDirectory(folder.resolve("model")));
    FileHash before = FileHash.of(file);
    assertThat(files.hashes()).containsOnlyKeys("file:rows.csv").containsValue(before);

    Files.writeString(file, "a,c\n");
    // What was read of it is in memory still.
    assertThat(files.hashes()).containsValue(before);
    files.add("file:rows.csv", file);
    assertThat(files.hashes()).containsValue(FileHash.of(file));
  }
}
