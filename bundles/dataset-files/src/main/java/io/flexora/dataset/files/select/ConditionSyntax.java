package io.flexora.dataset.files.select;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.dataset.files.read.DuckDb;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The check by DuckDB's own parser that a text is one condition and nothing else. */
final class ConditionSyntax {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> EMPTY_PARTS =
      List.of("where_clause", "having", "qualify", "sample", "group_expressions", "modifiers");

  private ConditionSyntax() {}

  /**
   * Refuses what is no condition, or one that is not the same each time.
   *
   * @param names the fields of a row
   * @throws FlexoraException if it is one of these
   */
  static void check(String sql, Statement statement, Set<String> names) throws SQLException {
    JsonNode parsed = parsed("SELECT (" + sql + "\n)", statement);
    if (parsed.path("error").asBoolean()) {
      throw refused(sql, parsed.path("error_message").asText());
    }
    JsonNode node = parsed.path("statements").path(0).path("node");
    boolean plain =
        parsed.path("statements").size() == 1
            && node.path("type").asText().equals("SELECT_NODE")
            && node.path("select_list").size() == 1
            && node.path("from_table").path("type").asText().equals("EMPTY")
            && EMPTY_PARTS.stream().map(node::path).allMatch(p -> p.isNull() || p.isEmpty());
    if (!plain) {
      throw refused(sql, "it is more than one expression");
    }
    refuseFickle(sql, node, statement, names);
  }

  private static JsonNode parsed(String query, Statement statement) throws SQLException {
    try (ResultSet result =
        statement.executeQuery("SELECT json_serialize_sql(" + DuckDb.text(query) + ")::VARCHAR")) {
      result.next();
      return JSON.readTree(result.getString(1));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB writes JSON", e);
    }
  }

  /** Rows have to be the same in each run: no dice and no clock. */
  private static void refuseFickle(
      String sql, JsonNode node, Statement statement, Set<String> names) throws SQLException {
    Set<String> used = new HashSet<>(node.findValuesAsText("function_name"));
    node.findValues("column_names").stream()
        .filter(c -> c.size() == 1 && !names.contains(c.path(0).asText()))
        .forEach(c -> used.add(c.path(0).asText()));
    try (ResultSet result =
        statement.executeQuery(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
                + " ORDER BY function_name")) {
      while (result.next()) {
        if (used.contains(result.getString(1))) {
          throw refused(sql, result.getString(1) + " gives another value each time");
        }
      }
    }
  }

  private static FlexoraException refused(String sql, String why) {
    return new IncompatibleOptionException(
        "where",
        "dataset files: where: %s is not a condition over the fields of a row: %s; write an SQL"
                .formatted(sql, why)
            + " expression such as length(question) < 200 AND label = 1");
  }
}
