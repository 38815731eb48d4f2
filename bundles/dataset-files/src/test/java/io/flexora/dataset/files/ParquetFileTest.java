package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
  private static final String TRAIN = "train: file:t.parquet";
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void parquet(String name, String query) throws SQLException {
    execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(query, folder.resolve(name)));
  }

  @Test
  void keepsTypesAndNestedValues() throws IOException, SQLException {
    parquet(
        "t.parquet",
        """
        SELECT 1 AS i, 9007199254740993 AS l, 18446744073709551615::UBIGINT AS u, 0.1::DOUBLE AS d,
        1.5::FLOAT AS f, 2.50::DECIMAL(9, 2) AS dec, true AS b, '2020-01-01' AS text, '' AS empty,
        DATE '2020-01-01' AS day, TIMESTAMPTZ '2020-01-01 12:00:00+02' AS moment,
        ['x', 'y'] AS list, {'text': ['p'], 'none': NULL::INTEGER} AS struct, MAP {'k': 1} AS map,
        [{'a': 1}, {'a': 2}] AS rows, NULL::VARCHAR AS none, 'q"' || chr(10) || 'é😀' AS quote,
        'bytes'::BLOB AS image, {'bytes': 'x'::BLOB, 'path': 'p'} AS photo, 1 AS "select 'x, "
        """);
    Map<String, Object> struct = new HashMap<>(Map.of("text", List.of("p")));
    struct.put("none", null);
    assertThat(loading.row(TRAIN))
        .containsOnly(
            entry("i", 1L),
            entry("l", 9007199254740993L),
            entry("u", new BigInteger("18446744073709551615")),
            entry("d", 0.1),
            entry("f", 1.5),
            entry("dec", 2.5),
            entry("b", true),
            entry("text", "2020-01-01"),
            entry("empty", ""),
            entry("day", "2020-01-01"),
            entry("moment", "2020-01-01 10:00:00+00"),
            entry("list", List.of("x", "y")),
            entry("struct", struct),
            entry("none", null),
            entry("map", Map.of("k", 1L)),
            entry("rows", List.of(Map.of("a", 1L), Map.of("a", 2L))),
            entry("quote", "q\"\né😀"),
            entry("select 'x, ", 1L));
  }

  @Test
  void readsRowsInTheOrderOfTheFile() throws IOException, SQLException {
    execute(
        "COPY (SELECT i, 'row ' || i AS t FROM range(30000) r(i)) TO '%s' (FORMAT parquet,"
                .formatted(folder.resolve("t.parquet"))
            + " ROW_GROUP_SIZE 2048)");
    List<Row> rows = loading.train(TRAIN);
    assertThat(rows)
        .extracting(r -> r.fields().get("i"))
        .isEqualTo(IntStream.range(0, 30_000).mapToObj(i -> (long) i).toList());
    assertThat(rows.get(29_999).origin()).isEqualTo("t.parquet:30000");
  }

  @Test
  void namesTheRowWhoseMapHasAKeyTwice() throws IOException, SQLException {
    parquet("t.parquet", "SELECT MAP {'first key': 1, 'other key': 2} AS m");
    String whole = Files.readString(folder.resolve("t.parquet"), StandardCharsets.ISO_8859_1);
    Files.writeString(
        folder.resolve("t.parquet"),
        whole.replace("other key", "first key"),
        StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> loading.load(TRAIN))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "bad row at t.parquet:1: it cannot be read: Duplicate field 'first key'; mend it");
  }

  @Test
  void readsFilesWhoseNamesLookLikeGlobs() throws IOException, SQLException {
    Files.createDirectories(folder.resolve("d[1]'s"));
    parquet("t.parquet", "SELECT 1 AS a");
    Files.move(folder.resolve("t.parquet"), folder.resolve("d[1]'s/t[2].parquet"));
    assertThat(loading.row("train: \"file:d[1]'s/t[2].parquet\"")).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void saysThatAFileIsCutOrOfAnotherFormat() throws IOException, SQLException {
    parquet("t.parquet", "SELECT i, 'row ' || i AS t FROM range(3000) r(i)");
    byte[] whole = Files.readAllBytes(folder.resolve("t.parquet"));
    Files.write(folder.resolve("t.parquet"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> loading.load(TRAIN))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("t.parquet is not a complete Parquet file: ")
        .hasMessageContaining("No magic bytes found at end of file")
        .hasMessageNotContaining("LINE");
    loading.write("t.parquet", "{\"a\": 1}\n");
    assertThatThrownBy(() -> loading.load(TRAIN))
        .hasMessageContaining("not a complete Parquet file");
    loading.write("t.parquet", "");
    assertThatThrownBy(() -> loading.load(TRAIN))
        .hasMessageContaining("not a complete Parquet file");
  }

  private void zstandard(String name, String packed) throws SQLException {
    execute(
        "COPY (SELECT content FROM read_text('%s')) TO '%s' (FORMAT csv, HEADER false, QUOTE '',"
                .formatted(folder.resolve(name), folder.resolve(packed))
            + " ESCAPE '', DELIMITER '\u0001', COMPRESSION zstd)");
  }

  @Test
  void readsZstandardTablesLikeOthers() throws IOException, SQLException {
    loading.write("t.csv", "label,text\n1,a\u0001b\n2,\"c\u0001,\nd\"\n");
    zstandard("t.csv", "u.csv.zst");
    assertThat(loading.train("train: file:u.csv.zst"))
        .extracting(Row::fields)
        .isEqualTo(
            List.of(
                Map.of("label", 1L, "text", "a\u0001b"),
                Map.of("label", 2L, "text", "c\u0001,\nd")));
  }

  @Test
  void readsZstandardTextsLikeOthers() throws IOException, SQLException {
    loading.write("t.jsonl", "{\"a\":1}\n\n{\"a\":\"é \\\" 'x', \\u0001\"}\n{\"a\":\"\"}\n");
    zstandard("t.jsonl", "u.jsonl.zst");
    assertThat(Files.readAllBytes(folder.resolve("u.jsonl.zst")))
        .startsWith(0x28, 0xb5, 0x2f, 0xfd);
    List<Row> plain = loading.train("train: file:t.jsonl");
    assertThat(loading.train("train: file:u.jsonl.zst"))
        .isEqualTo(
            plain.stream()
                .map(r -> new Row(r.origin().replace("t.jsonl", "u.jsonl.zst"), r.fields()))
                .toList());
    byte[] packed = Files.readAllBytes(folder.resolve("u.jsonl.zst"));
    for (int length = 4; length < packed.length; length++) {
      Files.write(folder.resolve("u.jsonl.zst"), Arrays.copyOf(packed, length));
      assertThatThrownBy(() -> loading.load("train: file:u.jsonl.zst"))
          .as("%d of %d bytes", length, packed.length)
          .isInstanceOf(IOException.class)
          .hasMessage("u.jsonl.zst is cut; download it again");
    }
    Files.write(folder.resolve("u.jsonl.zst"), Arrays.copyOf(packed, packed.length + 4));
    assertThatThrownBy(() -> loading.load("train: file:u.jsonl.zst"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "u.jsonl.zst is damaged (something else follows its frames); download it again");
  }
}
