package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
  private static final String TRAIN = "train: file:t.jsonl";
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
  }

  private Map<String, Object> row(String line) throws IOException {
    loading.write("t.jsonl", line + "\n");
    return loading.row(TRAIN);
  }

  @Test
  void keepsValuesInTheirTypes() throws IOException {
    assertThat(
            row(
                """
                {"text": "2", "day": "2020-01-01", "whole": 2, "real": 2.0, "yes": true,\
                 "big": 12345678901234567890123, "long": 9007199254740993, "small": 1e-3}"""))
        .containsOnly(
            entry("text", "2"),
            entry("day", "2020-01-01"),
            entry("whole", 2L),
            entry("real", 2.0),
            entry("yes", true),
            entry("big", new BigInteger("12345678901234567890123")),
            entry("long", 9007199254740993L),
            entry("small", 0.001));
  }

  @Test
  void keepsNestedValuesInTheirOrder() throws IOException {
    Map<String, Object> row = row("{\"c\": {\"text\": [\"x\", \"y\"], \"a\": {\"n\": 1}}}");
    assertThat(row.get("c")).isEqualTo(Map.of("text", List.of("x", "y"), "a", Map.of("n", 1L)));
    assertThat(((Map<?, ?>) row.get("c")).keySet().toString()).isEqualTo("[text, a]");
  }

  @Test
  void replacesHalvesOfPairsThatStandAlone() throws IOException {
    assertThat(row("{\"a\\ud83d\": [\"x\\ud83d\", \"\\ude00\\ud83d\\ude00\"]}"))
        .isEqualTo(Map.of("a\ufffd", List.of("x\ufffd", "\ufffd😀")));
  }

  @Test
  void tellsWhatIsNullFromWhatIsNotThere() throws IOException {
    Map<String, Object> row =
        row("{\"a\": null, \"b\": {\"c\": null, \"d\": 1}, \"e\": \"\", \"f\": []}");
    assertThat(row).containsOnlyKeys("a", "b", "e", "f").containsEntry("a", null);
    assertThat((Map<?, ?>) row.get("b")).hasToString("{c=null, d=1}");
  }

  @Test
  void readsAFieldOfSeveralTypesAsItIsWritten() throws IOException {
    loading.write("t.jsonl", "{\"a\": 1}\n{\"a\": \"1\"}\n{\"a\": [1]}\n");
    assertThat(loading.train(TRAIN))
        .extracting(r -> r.fields().get("a"))
        .containsExactly(1L, "1", List.of(1L));
  }

  @Test
  void countsLinesOverEmptyOnesMarksAndLineEnds() throws IOException {
    loading.write("t.jsonl", "\uFEFF{\"a\":1}\r\n\n   \n{\"a\":\"é😀\\u2028\"}\r\n\r\n{\"a\":3}");
    assertThat(loading.train(TRAIN))
        .containsExactly(
            new Row("t.jsonl:1", Map.of("a", 1L)),
            new Row("t.jsonl:4", Map.of("a", "é😀\u2028")),
            new Row("t.jsonl:6", Map.of("a", 3L)));
  }

  @Test
  void readsVeryLongLines() throws IOException {
    String text = "0123456789".repeat(2_500_000);
    loading.write("t.jsonl", "{\"a\":1}\n{\"a\":\"" + text + "\"}\n{\"a\":2}\n");
    assertThat(loading.train(TRAIN))
        .extracting(r -> r.fields().get("a"))
        .containsExactly(1L, text, 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1           | t.jsonl:2: it is not one JSON object: Unexpected end-of-input
          {"a": 1} x        | t.jsonl:2: it is not one JSON object: Unrecognized token 'x'
          {"a": 1} {}       | t.jsonl:2: it is not one JSON object: something follows the object
          [1]               | t.jsonl:2: it is not one JSON object: a JSON object {...} is expected, not a list
          {"a": 1, "a": 2}  | t.jsonl:2: it is not one JSON object: Duplicate field 'a'
          {'a': 1}          | t.jsonl:2: it is not one JSON object: Unexpected character ('''
          {"a": [1, null]}  | t.jsonl:2: its field 'a' is a list with a null in it
          """)
  void namesTheLineOfABadRow(String line, String message) {
    loading.write("t.jsonl", "{\"a\":1}\n" + line.strip() + "\n{\"a\":2}\n");
    assertThatThrownBy(() -> loading.load(TRAIN))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("bad row at " + message)
        .hasMessageEndingWith("; mend it, or set max_bad_rows to leave out such rows");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws IOException {
    byte[] latin = "{\"a\":1}\n{\"a\":\"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("t.jsonl"), latin);
    assertThatThrownBy(() -> loading.load(TRAIN))
        .hasMessageStartingWith("bad row at t.jsonl:2: it is not")
        .hasMessageContaining("UTF-8");
  }

  @Test
  void leavesOutAsManyBadRowsAsAllowed() throws IOException {
    loading.write("t.jsonl", "{\"a\":1}\n{bad\n{\"a\":2}\nworse\n");
    assertThat(loading.train(TRAIN + "\nmax_bad_rows: 2"))
        .extracting(Row::origin)
        .containsExactly("t.jsonl:1", "t.jsonl:3");
    assertThat(loading.notices())
        .singleElement()
        .asString()
        .startsWith("dataset files: 2 bad rows are left out: t.jsonl:2: ")
        .contains("; t.jsonl:4: ");
    assertThatThrownBy(() -> loading.load(TRAIN + "\nmax_bad_rows: 1"))
        .hasMessageStartingWith("2 bad rows, and max_bad_rows is 1: t.jsonl:2: ");
  }

  @Test
  void readsPackedFilesLikeOthers() throws IOException {
    String text = "{\"a\":1}\r\n\n{\"a\":\"é \\\" \\u0001\"}\n";
    loading.write("t.jsonl", text);
    List<Row> plain = loading.train(TRAIN);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("z/t.jsonl.gz")))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(loading.train("train: file:z/t.jsonl.gz"))
        .extracting(Row::fields)
        .isEqualTo(plain.stream().map(Row::fields).toList());
  }

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectories(folder.resolve("z"));
  }

  @Test
  void saysThatAPackedFileIsCut() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write("{\"a\":1}\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    Files.write(
        folder.resolve("t.jsonl.gz"),
        java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() - 20));
    assertThatThrownBy(() -> loading.load("train: file:t.jsonl.gz"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("t.jsonl.gz is truncated or damaged");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closesAPackedFileWithoutContent() throws IOException {
    byte[] header = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
    Path file = Files.write(folder.resolve("t.jsonl.gz"), header);
    assertThatThrownBy(() -> loading.load("train: file:t.jsonl.gz"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("t.jsonl.gz is truncated or damaged");
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.filter(descriptor -> isOf(descriptor, file))).isEmpty();
    }
  }

  private static boolean isOf(Path descriptor, Path file) {
    try {
      return Files.isSameFile(descriptor, file);
    } catch (IOException e) {
      // It was closed meanwhile.
      return false;
    }
  }

  @Test
  void saysThatAFileIsAZipFile() {
    loading.write("t.jsonl", "PK\u0003\u0004...");
    assertThatThrownBy(() -> loading.load(TRAIN))
        .hasMessage("t.jsonl is a zip file; write ARCHIVE!/ENTRY to read a file in it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''    | t.jsonl is empty; a file with rows is needed
          '  '  | there is no row for split train in t.jsonl
          PAR1  | t.jsonl is a Parquet file; say format: parquet
          """)
  void saysWhatAFileIs(String text, String message) {
    loading.write("t.jsonl", text);
    assertThatThrownBy(() -> loading.load(TRAIN))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }
}
