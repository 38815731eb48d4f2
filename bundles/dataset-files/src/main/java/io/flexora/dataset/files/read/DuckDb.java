package io.flexora.dataset.files.read;

import io.flexora.files.durable.RegularFile;
import io.flexora.files.machine.MemorySize;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/** Databases in memory that see no file but those named, no network and no extension. */
public final class DuckDb {

  private DuckDb() {}

  /** Opens an empty database that may read and write the named files alone. */
  public static DuckDBConnection open(Path... files) throws SQLException {
    return open(new Properties(), files);
  }

  /** Opens an empty database that reaches no file and has that much memory. */
  public static DuckDBConnection within(MemorySize memory) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", memory.mebibytes() + "MiB");
    return open(properties);
  }

  private static DuckDBConnection open(Properties properties, Path... files) throws SQLException {
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    properties.setProperty("allow_persistent_secrets", "false");
    properties.setProperty("temp_directory", "");
    properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "SET allowed_paths = "
              + Stream.of(files)
                  .map(f -> text(f.toString()))
                  .collect(Collectors.joining(", ", "[", "]")));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return connection.unwrap(DuckDBConnection.class);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Unpacks a text file that is packed by Zstandard, which Java cannot read.
   *
   * @return a temporary file with the same lines, to be deleted
   */
  static Path unpacked(DataFile file) throws IOException {
    Path packed = file.path().toAbsolutePath();
    try (InputStream in = new BufferedInputStream(RegularFile.stream(packed))) {
      ZstandardFrames.check(in);
    } catch (EOFException e) {
      throw new IOException(file.name() + " is cut; download it again", e);
    } catch (IOException e) {
      throw new IOException(
          "%s is damaged (%s); download it again".formatted(file.name(), e.getMessage()), e);
    }
    Path target = Files.createTempFile("flexora-", ".txt");
    // No text has the noncharacter U+10FFFF, so that a row of the table is a line of the file.
    String copy =
        "COPY (SELECT l FROM read_csv(%s, compression = 'zstd', columns = {'l': 'VARCHAR'},"
                .formatted(text(packed.toString()))
            + " auto_detect = false, header = false, delim = chr(1114111), quote = '', escape = '',"
            + " strict_mode = false, null_padding = true, max_line_size = %d)) TO %s (FORMAT csv,"
                .formatted(Lines.LONGEST, text(target.toString()))
            + " HEADER false, DELIMITER '\u0001', QUOTE '', ESCAPE '', NULLSTR '', USE_TMP_FILE false)";
    try (Connection connection = open(packed, target);
        Statement statement = connection.createStatement();
        SizeWatch watch = new SizeWatch(target, TextInput.most(file), statement)) {
      statement.execute(copy);
      if (watch.isExceeded()) {
        Files.deleteIfExists(target);
        throw TextInput.tooLarge(file);
      }
      return target;
    } catch (SQLException e) {
      boolean tooLarge = Files.size(target) > TextInput.most(file);
      Files.deleteIfExists(target);
      if (tooLarge) {
        throw TextInput.tooLarge(file);
      }
      throw new IOException(
          "%s cannot be unpacked as a Zstandard file of UTF-8 text: %s"
              .formatted(file.name(), message(e)),
          e);
    }
  }

  /** A text as it is written in SQL. */
  public static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A name as it is written in SQL. */
  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Whether the limit of memory was reached. */
  public static boolean isOutOfMemory(SQLException e) {
    return String.valueOf(e.getMessage()).contains("Out of Memory Error");
  }

  /** What DuckDB says is wrong, without its own words around it. */
  public static String message(SQLException e) {
    String message = String.valueOf(e.getMessage());
    int inner = message.lastIndexOf("Error: ");
    String said = inner < 0 ? message : message.substring(inner + "Error: ".length());
    int place = said.indexOf("\n\n");
    return (place < 0 ? said : said.substring(0, place)).strip().replaceAll("\\s*\\n\\s*", " ");
  }
}
