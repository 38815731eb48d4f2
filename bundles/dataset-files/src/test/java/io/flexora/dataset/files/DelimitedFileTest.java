package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelimitedFileTest {
  private static final String TRAIN = "train: file:t.csv";
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  @Test
  void readsQuotesLineEndsAndEmptyFields() throws IOException {
    loading.write(
        "t.csv",
        "\uFEFFa,b,c\r\n\"x, \"\"y\"\"\",\"two\r\nlines\",\r\n\r\n\"\", z \"q\" ,é😀\n1,2,3");
    Map<String, Object> first = new HashMap<>(Map.of("a", "x, \"y\"", "b", "two\r\nlines"));
    first.put("c", null);
    assertThat(loading.train(TRAIN))
        .containsExactly(
            new Row("t.csv:2", first),
            new Row("t.csv:5", Map.of("a", "", "b", " z \"q\" ", "c", "é😀")),
            new Row("t.csv:6", Map.of("a", "1", "b", "2", "c", "3")));
  }

  @Test
  void makesNumbersOnlyOfColumnsThatHoldNothingElse() throws IOException {
    loading.write(
        "t.csv",
        """
        whole,real,yes,zeros,price,mixed,day,half,huge
        1,0.5,true,007,1.10,1,2020-01-01,,12345678901234567890
        -20,3,false,8,2.5,x,2020-01-02,2,1
        """);
    assertThat(loading.train(TRAIN).get(0).fields())
        .containsEntry("whole", 1L)
        .containsEntry("real", 0.5)
        .containsEntry("yes", true)
        .containsEntry("zeros", "007")
        .containsEntry("price", "1.10")
        .containsEntry("mixed", "1")
        .containsEntry("day", "2020-01-01")
        .containsEntry("half", null)
        .containsEntry("huge", "12345678901234567890");
    assertThat(loading.train(TRAIN).get(1).fields())
        .containsEntry("whole", -20L)
        .containsEntry("real", 3L)
        .containsEntry("half", 2L);
  }

  @Test
  void judgesAColumnByTheRowsOfAllSplits() throws IOException {
    loading.write("t.csv", "q,label\na,1\nb,0\n");
    loading.write("v.csv", "q,label\nc,?\n");
    assertThat(loading.train(TRAIN + "\nvalidation: file:v.csv"))
        .extracting(r -> r.fields().get("label"))
        .containsExactly("1", "0");
  }

  @Test
  void readsTabsOtherDelimitersAndFilesWithoutNames() throws IOException {
    loading.write("t.tsv", "a\tb\n\"x\t,\"\ty\n");
    assertThat(loading.row("train: file:t.tsv")).isEqualTo(Map.of("a", "x\t,", "b", "y"));
    loading.write("t.csv", "x;y\n");
    assertThat(loading.row(TRAIN + "\nsep: ;\ncolumn_names: [a, b]"))
        .isEqualTo(Map.of("a", "x", "b", "y"));
    loading.write("t.csv", ",b\n0,y\n");
    assertThat(loading.row(TRAIN)).isEqualTo(Map.of("Unnamed: 0", 0L, "b", "y"));
  }

  @Test
  void takesQuotesAsTextWhereTheyAre() throws IOException {
    loading.write("t.tsv", "a\tb\n\"Oh,\" he said\t5\"\n");
    assertThat(loading.row("train: file:t.tsv\nquoting: false"))
        .isEqualTo(Map.of("a", "\"Oh,\" he said", "b", "5\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a,b~1,2~3,4,5      | bad row at t.csv:3: it has 3 fields, and the file has 2 columns
          a,b~1,2~3          | bad row at t.csv:3: it has 1 fields, and the file has 2 columns
          a,b~"x" y,2        | t.csv:2: a quoted field is followed by something else than the delimiter
          a,b~1,2~"x~y,2~z,3 | t.csv:3: a quoted field that begins in this row is never closed
          a,a~1,2            | t.csv has two columns 'a'
          a,b                | there is no row for split train in t.csv
          """)
  void namesTheLineOfABadRow(String text, String message) {
    loading.write("t.csv", text.replace('~', '\n'));
    assertThatThrownBy(() -> loading.load(TRAIN))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }

  @Test
  void goesOnBehindBadRows() throws IOException {
    latin("a,b\n\"x\ncaf\u00e9\ny\",2\n3,caf\u00e9\n5\n6,7\n");
    assertThat(loading.train(TRAIN + "\nmax_bad_rows: 3"))
        .containsExactly(new Row("t.csv:7", Map.of("a", 6L, "b", 7L)));
    assertThat(loading.notices().get(0))
        .contains("t.csv:2: it is not UTF-8", "t.csv:5: it is not UTF-8", "t.csv:6: ");
  }

  private void latin(String text) throws IOException {
    Files.write(folder.resolve("t.csv"), text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void endsWhereNobodyKnowsWhereARowEnds() {
    loading.write("t.csv", "a,b\n\"he said \"yes\" and\nleft\",1\nok,0\nfine,1\n");
    assertThatThrownBy(() -> loading.load(TRAIN + "\nmax_bad_rows: 3"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("t.csv:2: a quoted field is followed by something else");
  }

  @Test
  void takesNoRowForTheNamesInPlaceOfABadOne() throws IOException {
    latin("gr\u00f6\u00dfe,b\nx,1\nok,0\n");
    assertThatThrownBy(() -> loading.load(TRAIN + "\nmax_bad_rows: 3"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "t.csv:1: the row with the names of the fields is not UTF-8; save the file in UTF-8");
  }

  @Test
  void refusesNamesThatAreTwice() {
    loading.write("t.csv", "1,2,3\n");
    assertThatThrownBy(() -> loading.load(TRAIN + "\ncolumn_names: [x, x, y]"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("column_names has 'x' twice; give each a name of its own");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
          """
          t.csv ! text;label  ! t.csv has one column, 'text;label'; if ';' separates its fields, write delimiter: ";", else delimiter: ","
          t.csv ! text~label  ! t.csv has one column, 'text\\tlabel'; if '\\t' separates its fields, write delimiter: "\\t", else delimiter: ","
          t.tsv ! text,label  ! t.tsv has one column, 'text,label'; if ',' separates its fields, write delimiter: ",", else delimiter: "\\t"
          """)
  void asksForTheDelimiterThatSeparatesTheNames(String file, String names, String message) {
    loading.write(file, names.replace('~', '\t') + "\na, b, c\n");
    assertThatThrownBy(() -> loading.load("train: file:" + file + "\nmax_bad_rows: 3"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(message);
  }

  @Test
  void takesOneColumnWhoseNameHasAnotherDelimiterInIt() throws IOException {
    loading.write("t.csv", "text;label\na;b\n");
    assertThat(loading.row(TRAIN + "\ndelimiter: ','")).isEqualTo(Map.of("text;label", "a;b"));
    loading.write("t.csv", "\"text, label\"\na\n");
    assertThat(loading.row(TRAIN)).isEqualTo(Map.of("text, label", "a"));
  }

  @Test
  void refusesADelimiterOfTwoCharacters() {
    loading.write("t.csv", "a\n1\n");
    assertThatThrownBy(() -> loading.load(TRAIN + "\ndelimiter: '||'"))
        .hasMessageContaining("delimiter '||' is not one character");
  }

  @Test
  void readsWhatDuckDbReads() throws IOException, SQLException {
    SplittableRandom random = new SplittableRandom(7);
    for (int file = 0; file < 20; file++) {
      loading.write("t.csv", "k,x,y,z\n" + randomRows(random, 50));
      List<Map<String, Object>> expected = byDuckDb(folder.resolve("t.csv"));
      assertThat(loading.train(TRAIN + "\nduplicates: keep"))
          .as("file %d", file)
          .extracting(Row::fields)
          .isEqualTo(expected);
    }
  }

  private static String randomRows(SplittableRandom random, int rows) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append("k").append(i);
      for (int f = 0; f < 3; f++) {
        text.append(',').append(randomField(random));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String randomField(SplittableRandom random) {
    StringBuilder field = new StringBuilder("w");
    for (int i = random.nextInt(6); i > 0; i--) {
      field.appendCodePoint("a,\"\né ".codePointAt(random.nextInt(6)));
    }
    String value = field.toString();
    return random.nextInt(4) == 0
        ? ""
        : value.matches("(?s).*[,\"\n].*") || random.nextBoolean()
            ? '"' + value.replace("\"", "\"\"") + '"'
            : value;
  }

  private static List<Map<String, Object>> byDuckDb(Path path) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT * FROM read_csv('%s', delim = ',', quote = '\"', escape = '\"',"
                        .formatted(path)
                    + " header = true, all_varchar = true, auto_detect = false, new_line = '\\n',"
                    + " columns = {'k': 'VARCHAR', 'x': 'VARCHAR', 'y': 'VARCHAR', 'z': 'VARCHAR'})")) {
      while (result.next()) {
        Map<String, Object> row = new HashMap<>();
        for (String name : List.of("k", "x", "y", "z")) {
          row.put(name, result.getString(name));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
