package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.runstore.ComparisonFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellIdTest {

  @TempDir Path folder;

  @Test
  void theTrialsOfACellAreFoundByTheirFoldersAlsoWhereOneIsMissing() throws IOException {
    CellId cell = new CellId("m", "t", "all", 1);
    assertThat(cell.trialsIn(folder)).isEmpty();
    List<CellId> cells =
        List.of(
            cell,
            cell.trial(0),
            cell.trial(10),
            cell.trial(2),
            new CellId("m", "t", "all", 2).trial(1),
            new CellId("m", "t", "all+dora", 1).trial(1));
    for (CellId each : cells) {
      Files.createDirectories(ComparisonFolder.cell(folder, each.id()));
    }
    Files.createDirectory(folder.resolve("cells").resolve("." + cell.trial(3).id() + "-half"));
    assertThat(cell.trialsIn(folder)).containsExactly(cell.trial(0), cell.trial(2), cell.trial(10));
  }
}
