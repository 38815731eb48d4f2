package io.flexora.dataset.files.select;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.dataset.files.read.DuckDb;
import io.flexora.dataset.files.read.RawRow;
import io.flexora.files.machine.MemorySize;
import io.flexora.files.machine.TimeLimit;
import io.flexora.files.message.NearestName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * A condition in DuckDB's SQL over the fields of a row. Text is VARCHAR, a nested object a struct,
 * a list a list; a field of several types is JSON.
 */
public final class Condition {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
  private static final Pattern UNKNOWN =
      Pattern.compile("Referenced (?:column|table) \"(.+?)\" not found");
  private final String sql;
  private final ConditionLimits limits;
  private final AtomicReference<Statement> running = new AtomicReference<>();

  /**
   * Makes the condition; it is checked when it is first used.
   *
   * @param limits what it may take
   */
  public Condition(String sql, ConditionLimits limits) {
    this.sql = sql;
    this.limits = limits;
  }

  /** The condition as it is written. */
  public String sql() {
    return sql;
  }

  /**
   * Finds the rows for which the condition is true.
   *
   * @param names the fields that rows have
   * @return the indices of the rows
   * @throws FlexoraException if it is no condition, names an unknown field, cannot be computed or
   *     takes too much
   */
  public BitSet holds(List<RawRow> rows, Set<String> names) {
    if (names.isEmpty()) {
      throw new IncompatibleOptionException(
          "where", "dataset files: where: the rows have no fields");
    }
    refuseAlike(names);
    MemorySize memory = limits.size();
    try {
      return new TimeLimit(limits.time()).spend(() -> within(memory, rows, names), this::stop);
    } catch (TimeoutException e) {
      throw refused(
          "it was stopped after %d seconds; write a cheaper one, or allow more by where_limits.time"
              .formatted(limits.time().toSeconds()),
          e);
    } catch (SQLException e) {
      throw refused(
          DuckDb.isOutOfMemory(e)
              ? "it needs more than its memory of %d MiB; allow more by where_limits.memory"
                  .formatted(memory.mebibytes())
              : problem(e, names),
          e);
    }
  }

  private FlexoraException refused(String why, Exception cause) {
    return new IncompatibleOptionException(
        "where", "dataset files: where: %s: %s".formatted(sql, why), cause);
  }

  private BitSet within(MemorySize memory, List<RawRow> rows, Set<String> names)
      throws SQLException {
    try (DuckDBConnection connection = DuckDb.within(memory);
        Statement statement = connection.createStatement()) {
      running.set(statement);
      ConditionSyntax.check(sql, statement, names);
      statement.execute("CREATE TABLE rows (number INTEGER, fields VARCHAR)");
      fill(connection, rows);
      return numbers(statement, names);
    } finally {
      running.set(null);
    }
  }

  private void stop() {
    try {
      Statement statement = running.get();
      if (statement != null) {
        statement.cancel();
      }
    } catch (SQLException e) {
      throw refused("it cannot be stopped: " + e.getMessage(), e);
    }
  }

  private BitSet numbers(Statement statement, Set<String> names) throws SQLException {
    String structure = structure(statement);
    String number = number(names);
    BitSet holds = new BitSet();
    // The line end closes a comment at the end of the condition.
    String query =
        "SELECT %1$s FROM (SELECT number AS %1$s, unnest(from_json(fields::JSON, %2$s)) FROM rows)"
                .formatted(number, DuckDb.text(structure))
            + " WHERE ("
            + sql
            + "\n)";
    try (ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        holds.set(result.getInt(1));
      }
    }
    return holds;
  }

  /** A name for the number of the row that no condition means by accident. */
  private static String number(Set<String> names) {
    String number = "(row)";
    while (names.contains(number)) {
      number = "(" + number + ")";
    }
    return '"' + number + '"';
  }

  private static String structure(Statement statement) throws SQLException {
    try (ResultSet result =
        statement.executeQuery("SELECT json_group_structure(fields::JSON)::VARCHAR FROM rows")) {
      result.next();
      return result.getString(1);
    }
  }

  private static void fill(DuckDBConnection connection, List<RawRow> rows) throws SQLException {
    try (DuckDBAppender appender = connection.createAppender("main", "rows")) {
      for (int i = 0; i < rows.size(); i++) {
        appender.beginRow();
        appender.append(i);
        appender.append(json(rows.get(i)));
        appender.endRow();
      }
    }
  }

  private static String json(RawRow row) {
    try {
      return JSON.writeValueAsString(row.fields());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read from JSON can be written as JSON", e);
    }
  }

  private static String problem(SQLException e, Set<String> names) {
    String message = DuckDb.message(e);
    Matcher unknown = UNKNOWN.matcher(message);
    return unknown.find()
        ? "it names '%s', which no row has%s"
            .formatted(unknown.group(1), NearestName.hint(unknown.group(1), names))
        : message;
  }

  /** SQL does not tell names apart by case. */
  private static void refuseAlike(Set<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new IncompatibleOptionException(
            "where",
            "dataset files: where cannot tell the field '%s' from one that differs in case alone;"
                    .formatted(name)
                + " give it another name by rename");
      }
    }
  }
}
