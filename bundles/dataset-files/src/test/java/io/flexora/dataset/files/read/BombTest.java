package io.flexora.dataset.files.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that would take all memory or all of the disk if they were read as they are. */
class BombTest {

  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private static void read(Path path, Format format, long[] rows) throws IOException {
    DataFile file = new DataFile(path.getFileName().toString(), path, format);
    RowReader reader = new ReadOptions(List.of(), Optional.empty(), true, List.of()).reader(format);
    reader.read(file, new BadRows(0), row -> rows[0]++);
  }

  private Path gzip(String name, int mebibytes, String start, String repeated) throws IOException {
    Path file = folder.resolve(name);
    byte[] chunk = repeated.repeat(MIB / repeated.length()).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(start.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < mebibytes; i++) {
        out.write(chunk);
      }
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"JSONL", "JSON", "CSV"})
  void aGzipFileOfOneEndlessLineIsRefused(Format format) throws IOException {
    Path file = gzip("bomb.gz", 300, format == Format.CSV ? "a,b\n\"" : "{\"a\": \"", "x");
    assertThat(Files.size(file)).isLessThan(MIB);
    assertThatThrownBy(() -> read(file, format, new long[1]))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("bomb.gz unpacks to more than 200 times its size");
  }

  @Test
  void shortLinesThatArePackedWellAreRead() throws IOException {
    long[] rows = new long[1];
    read(gzip("good.jsonl.gz", 15, "", "{\"a\": \"bcde\"}\n "), Format.JSONL, rows);
    assertThat(rows[0]).isGreaterThan(100_000);
  }

  @Test
  void aZstandardFileThatUnpacksToMuchMoreIsRefusedAndLeavesNothing() throws Exception {
    Path file = folder.resolve("bomb.csv.zst");
    try (Connection connection = DuckDb.open(file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT repeat('x', 1000) AS a FROM range(400000)) TO "
              + DuckDb.text(file.toString())
              + " (FORMAT csv, COMPRESSION zstd, USE_TMP_FILE false)");
    }
    assertThat(Files.size(file)).isLessThan(MIB);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    long before = texts(temporary);
    assertThatThrownBy(() -> read(file, Format.CSV, new long[1]))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("bomb.csv.zst unpacks to more than 200 times its size");
    assertThat(texts(temporary)).isEqualTo(before);
  }

  private static long texts(Path temporary) throws IOException {
    try (var files = Files.newDirectoryStream(temporary, "flexora-*.txt")) {
      long count = 0;
      for (Path file : files) {
        count += Files.exists(file) ? 1 : 0;
      }
      return count;
    }
  }

  @Test
  void aLineThatIsTooLongIsNoticedAfterSoManyBytes() throws IOException {
    Path file = Files.write(folder.resolve("long.csv"), new byte[8 * MIB]);
    try (Lines lines = Lines.open(new DataFile("long.csv", file, Format.CSV), MIB)) {
      assertThatThrownBy(lines::next)
          .isInstanceOf(Lines.TooLongException.class)
          .hasMessageContaining("long.csv:1 is longer than 1 MiB");
      assertThat(lines.array().length).isLessThanOrEqualTo(MIB + (1 << 16));
    }
    assertThat(Lines.LONGEST).isLessThanOrEqualTo((int) (Runtime.getRuntime().maxMemory() / 8));
  }

  @Test
  void aRowOfManyLinesIsAsLongAsALineAtMost() throws IOException {
    Path file =
        Files.writeString(folder.resolve("rows.csv"), "a\n\"" + "text\n".repeat(MIB) + "\"\n");
    try (Lines lines = Lines.open(new DataFile("rows.csv", file, Format.CSV), MIB)) {
      DelimitedRecords records =
          new DelimitedRecords(new DataFile("rows.csv", file, Format.CSV), lines, ',', true);
      assertThat(records.next()).isTrue();
      assertThatThrownBy(records::next).hasMessageContaining("rows.csv:2 is longer than 1 MiB");
    }
  }

  @Test
  void aRowOfADocumentIsAsLongAsALineAtMost() throws IOException {
    byte[] numbers = "1234567, ".repeat(1 << 17).getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("one.json");
    int repeats = Lines.LONGEST / numbers.length + 2;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("[{\"a\": [".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < repeats; i++) {
        out.write(numbers);
      }
      out.write("1]}]".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> read(file, Format.JSON, new long[1]))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a row is longer than");
  }
}
