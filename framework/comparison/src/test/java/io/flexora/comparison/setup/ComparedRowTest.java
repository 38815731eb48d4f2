package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparedRowTest {

  @TempDir Path folder;

  @Test
  void aStrategyIsARowOfItsOwnWithoutAdapters() {
    assertThat(rows(Map.of("strategies", List.of("all", "last"))))
        .containsExactly(row("all", "all", "", ""), row("last", "last", "", ""));
  }

  @Test
  void eachStrategyWithEachAdapterIsARow() {
    assertThat(
            rows(Map.of("strategies", List.of("all", "last"), "adapters", List.of("lora", "dora"))))
        .containsExactly(
            row("all+lora", "all", "lora", ""),
            row("all+dora", "all", "dora", ""),
            row("last+lora", "last", "lora", ""),
            row("last+dora", "last", "dora", ""));
  }

  @Test
  void eachAdapterWithEachTrainerIsARow() {
    Map<String, List<String>> names =
        Map.of(
            "strategies",
            List.of("all"),
            "adapters",
            List.of("lora", "dora"),
            "trainers",
            List.of("slow", "fast"));
    assertThat(rows(names))
        .containsExactly(
            row("all+lora+slow", "all", "lora", "slow"),
            row("all+lora+fast", "all", "lora", "fast"),
            row("all+dora+slow", "all", "dora", "slow"),
            row("all+dora+fast", "all", "dora", "fast"));
    assertThat(rows(Map.of("strategies", List.of("all"), "trainers", List.of("slow"))))
        .containsExactly(row("all+slow", "all", "", "slow"));
  }

  @Test
  void whatIsTrainedOtherwiseIsTestedWithTheStrategyHeldEqual() {
    List<ComparedRow> rows =
        rows(Map.of("strategies", List.of("all", "last"), "adapters", List.of("lora", "dora")));
    assertThat(ComparedRow.counterparts(rows, row("all+lora", "all", "lora", "")))
        .isEqualTo(Map.of("all+dora", "all+lora", "last+dora", "last+lora"));
  }

  /** The test against the baseline would only be told twice. */
  @Test
  void oneStrategyIsTestedAgainstTheBaselineAlone() {
    List<ComparedRow> rows =
        rows(Map.of("strategies", List.of("all"), "adapters", List.of("lora", "dora")));
    assertThat(ComparedRow.counterparts(rows, row("all+lora", "all", "lora", ""))).isEmpty();
  }

  private static List<ComparedRow> rows(Map<String, List<String>> names) {
    return ComparedRow.of(option -> names.getOrDefault(option, List.of()));
  }

  private static ComparedRow row(String label, String strategy, String adapter, String trainer) {
    return new ComparedRow(label, strategy, named(adapter), named(trainer), Optional.empty());
  }

  private static Optional<String> named(String name) {
    return Optional.of(name).filter(n -> !n.isEmpty());
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
