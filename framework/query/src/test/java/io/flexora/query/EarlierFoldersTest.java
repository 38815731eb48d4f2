package io.flexora.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Phase;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RecordJson;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of runs and comparisons of an earlier state are read, and written again as they were. */
class EarlierFoldersTest {

  @TempDir Path written;

  private static Path golden(String name) {
    try {
      return Path.of(EarlierFoldersTest.class.getResource("golden").toURI()).resolve(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "run/result.json, io.flexora.results.run.RunResult",
    "run/cells/main/outcome.json, io.flexora.results.run.CellOutcome",
    "run/cells/frozen/outcome.json, io.flexora.results.run.CellOutcome",
    "run/cells/main/selection.json, io.flexora.api.selection.Selection",
    "comparison/comparison.json, io.flexora.results.comparison.ComparisonResult",
    "comparison/cells/bge.supersense.flexora.1/result.json, io.flexora.results.run.RunResult"
  })
  void aRecordKeepsItsBytes(String name, Class<?> type) throws IOException {
    Path file = written.resolve("record.json");
    RecordJson.write(file, RecordJson.read(golden(name), type, "a record", "none"));
    assertThat(file).hasSameBinaryContentAs(golden(name));
  }

  @Test
  void aRunIsReadWhole() {
    RunResult result = RunFolder.read(golden("run")).result().orElseThrow();
    assertThat(result.main().outcome().seconds(Phase.TRAIN)).isPositive();
    CellOutcome outcome = RunFolder.readCell(golden("run"), "main").outcome().orElseThrow();
    assertThat(outcome).isEqualTo(result.main().outcome());
    assertThat(outcome.scores()).isNotEmpty();
    assertThat(RunSummary.of(golden("run")).metric()).isEqualTo(outcome.decisive());
  }

  @Test
  void aComparisonIsReadWhole() {
    ComparisonResult result = ComparisonFolder.result(golden("comparison")).orElseThrow();
    assertThat(result.groups().get(0).strategies())
        .allSatisfy(
            strategy ->
                assertThat(strategy.cells())
                    .extracting(SeedResult::outcome)
                    .allSatisfy(
                        outcome -> {
                          assertThat(outcome.orElseThrow().metrics()).isNotEmpty();
                          assertThat(outcome.get().peak()).isPresent();
                        }));
    assertThat(RunSummary.of(golden("comparison")).peakMemoryBytes()).isPresent();
  }

  @Test
  void aQueryHasTheSameColumnsAndRows() throws IOException {
    List<Object> rows =
        new RunQuery(golden(""), QueryLimits.usual(), note -> {})
                .ask(
                    "SELECT to_json(c)::VARCHAR AS row FROM"
                        + " (SELECT * EXCLUDE code FROM cells ORDER BY run, cell) c")
                .rows()
                .stream()
                .map(row -> (Object) String.valueOf(row.get(0)))
                .toList();
    assertThat(rows).isEqualTo(List.copyOf(Files.readAllLines(golden("cells.jsonl"))));
  }
}
