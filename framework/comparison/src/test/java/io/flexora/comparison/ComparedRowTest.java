package io.flexora.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparedRowTest {

  @TempDir Path folder;

  @Test
  void aStrategyIsARowOfItsOwnWithoutAdapters() {
    assertThat(ComparedRow.of(List.of("all", "last"), List.of()))
        .containsExactly(
            new ComparedRow("all", "all", Optional.empty(), Optional.empty()),
            new ComparedRow("last", "last", Optional.empty(), Optional.empty()));
  }

  @Test
  void eachStrategyWithEachAdapterIsARow() {
    assertThat(ComparedRow.of(List.of("all", "last"), List.of("lora", "dora")))
        .containsExactly(
            new ComparedRow("all+lora", "all", Optional.of("lora"), Optional.empty()),
            new ComparedRow("all+dora", "all", Optional.of("dora"), Optional.empty()),
            new ComparedRow("last+lora", "last", Optional.of("lora"), Optional.empty()),
            new ComparedRow("last+dora", "last", Optional.of("dora"), Optional.empty()));
  }

  @Test
  void rowsAreReadFromAFileWithoutItsPlugins() throws Exception {
    Files.writeString(
        folder.resolve("configuration.yaml"),
        "models: {m: m}\ntasks: {t: {}}\nstrategies: {all: all}\nadapters: {b: lora, a: dora}\n");
    assertThat(ComparedNames.in(folder))
        .isEqualTo(new ComparedNames(List.of("m"), List.of("t"), List.of("all+b", "all+a")));
  }
}
