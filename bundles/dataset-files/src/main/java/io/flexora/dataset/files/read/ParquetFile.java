package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads Parquet files by DuckDB. Structs and maps are maps, dates and times are text as in ISO 8601
 * (with a space, in UTC); columns of bytes, such as images, are left out.
 */
final class ParquetFile implements RowReader {

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    Path path = RegularFile.require(file.path().toAbsolutePath());
    String table = "read_parquet(" + DuckDb.text(path.toString()) + ")";
    try (Connection connection = DuckDb.open(path);
        Statement statement = connection.createStatement()) {
      List<String> columns = columns(statement, table);
      // In JSON a nested value keeps its form, whatever the types.
      String struct =
          columns.stream()
              .map(c -> DuckDb.text(c) + ": " + DuckDb.name(c))
              .collect(Collectors.joining(", ", "{", "}"));
      try (ResultSet result =
          statement.executeQuery("SELECT to_json(%s)::VARCHAR FROM %s".formatted(struct, table))) {
        for (long number = 1; result.next(); number++) {
          row(file.origin(number), result.getString(1), bad, rows);
        }
      }
    } catch (SQLException e) {
      throw new FlexoraException(
          "%s is not a complete Parquet file: %s; download it again"
              .formatted(file.name(), DuckDb.message(e)),
          e);
    }
  }

  private static List<String> columns(Statement statement, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (ResultSet result = statement.executeQuery("DESCRIBE SELECT * FROM " + table)) {
      while (result.next()) {
        if (!result.getString("column_type").contains("BLOB")) {
          columns.add(result.getString("column_name"));
        }
      }
    }
    if (columns.isEmpty()) {
      throw new SQLException("it has no column but of bytes");
    }
    return columns;
  }

  private static void row(String origin, String json, BadRows bad, Consumer<RawRow> rows)
      throws IOException {
    Map<String, Object> fields;
    try (JsonParser parser = PlainJson.factory().createParser(json)) {
      fields = PlainJson.object(parser);
    } catch (JsonProcessingException e) {
      // A map may have a key twice.
      bad.add(origin, "it cannot be read: " + JsonProblem.of(e));
      return;
    }
    rows.accept(new RawRow(origin, fields));
  }
}
