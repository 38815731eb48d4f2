package io.flexora.dataset.files.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON files on one line that is longer than a line of a file of lines may be. */
class LongLineTest {
  private static final int ROWS = 20_000;
  private static final int LONGEST = 1000;
  @TempDir Path folder;

  private List<Object> values(String text) throws IOException {
    Path path = Files.writeString(folder.resolve("t.json"), text);
    List<Object> values = new ArrayList<>();
    new JsonRows(List.of(), LONGEST)
        .read(
            new DataFile("t.json", path, Format.JSON),
            new BadRows(0),
            row -> values.add(row.fields().get("a")));
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "\n  ["})
  void readsAList(String start) throws IOException {
    assertThat(values(start + "{\"a\": 1}, ".repeat(ROWS) + "{\"a\": 1}]")).hasSize(ROWS + 1);
  }

  @Test
  void readsAnObject() throws IOException {
    String text = "long ".repeat(ROWS);
    assertThat(values("{\"a\": \"" + text + "\"}")).containsExactly(text);
  }
}
