package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFileTest {
  private static final String TRAIN = "train: file:t.json";
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"a\": 1}, {\"a\": \"2\"}]",
        "\uFEFF [\n  {\n \"a\": 1\n },\n {\"a\": \"2\"}\n]\n\n",
        "{\"a\": 1}\n{\"a\": \"2\"}\n",
        "{\n\"a\": 1\n}\n{\n\"a\": \"2\"\n}",
        "{\"a\": 1} {\"a\": \"2\"}"
      })
  void readsListsAndObjectsOneAfterTheOther(String text) throws IOException {
    loading.write("t.json", text);
    assertThat(loading.train(TRAIN))
        .containsExactly(
            new Row("t.json:1", Map.of("a", 1L)), new Row("t.json:2", Map.of("a", "2")));
  }

  @Test
  void readsASingleObject() throws IOException {
    loading.write("t.json", "{\"a\": 1, \"b\": [\"x\"]}\n");
    assertThat(loading.row(TRAIN)).containsKeys("a", "b");
  }

  @Test
  void readsTheListAtAPath() throws IOException {
    loading.write(
        "t.json", "{\"version\": {\"rows\": 1}, \"data\": {\"x\": [1], \"rows\": [{\"a\": 1}]}}");
    assertThat(loading.row(TRAIN + "\nrecord_path: data.rows")).isEqualTo(Map.of("a", 1L));
    assertThat(loading.row(TRAIN + "\nfield: data.rows")).isEqualTo(Map.of("a", 1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"v": 1, "data": [{"a": 1}]}     |           | t.json is one object, with rows in data; say which by record_path: data
          {"v": 1, "data": [{"a": 1}]}     | date      | t.json has no 'date' of record_path 'date'; there are v, data
          {"v": 1, "data": [{"a": 1}]}     | v         | t.json: a list of objects is expected at record_path 'v', not a number
          {"v": 1, "data": [{"a": 1}]}     | v.x       | t.json has no 'x' of record_path 'v.x'
          {"v": 1, "data": [{"a": 1}], "x" | data      | t.json is not a complete JSON file
          "text"                           |           | t.json: a list of objects is expected, not a text
          [{"a": 1}, {"a": 2}              |           | t.json is not a complete JSON file: Unexpected end-of-input
          [{"a": 1}, {"a": 2]              |           | t.json is not a complete JSON file: Unexpected close marker ']'
          [{"a": 1}] x                     |           | t.json is not a complete JSON file: Unrecognized token 'x' (line 1, column 13)
          [{"a": 1}] []                    |           | t.json: something follows the list of objects
          [{"a": 1}, 7]                    |           | bad row at t.json:2: it is not an object, but a number
          []                               |           | there is no row for split train in t.json
          """)
  void saysWhatIsWrong(String text, String path, String message) {
    loading.write("t.json", text);
    String yaml = TRAIN + (path == null ? "" : "\nrecord_path: " + path);
    assertThatThrownBy(() -> loading.load(yaml))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheLineWhereItBreaks() {
    loading.write("t.json", "[\n{\"a\": 1},\n{\"a\": x}\n]");
    assertThatThrownBy(() -> loading.load(TRAIN)).hasMessageContaining("(line 3, column 9)");
  }

  @Test
  void leavesOutElementsThatAreNoRows() throws IOException {
    loading.write("t.json", "[{\"a\": 1}, [2], {\"a\": 3}]");
    assertThat(loading.train(TRAIN + "\nmax_bad_rows: 1"))
        .extracting(Row::origin)
        .containsExactly("t.json:1", "t.json:3");
  }
}
