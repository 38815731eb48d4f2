package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.WriteFailure;
import io.flexora.files.machine.MemorySize;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/**
 * The views in a database in memory. What SQL it is given reaches no file, no network and no
 * extension, as the database itself is not allowed to: the rows are handed to it.
 */
final class Database implements AutoCloseable {

  private final DuckDBConnection connection;
  private final AtomicReference<Statement> asked = new AtomicReference<>();

  private Database(DuckDBConnection connection) {
    this.connection = connection;
  }

  /**
   * Makes the views, without rows.
   *
   * @param memory what the database may use
   * @throws FlexoraException if DuckDB's library cannot be loaded
   */
  static Database open(MemorySize memory) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    properties.setProperty("allow_persistent_secrets", "false");
    properties.setProperty("temp_directory", "");
    properties.setProperty("memory_limit", memory.mebibytes() + "MiB");
    Connection made = connect(properties);
    try (Statement statement = made.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET enable_external_access = false");
      for (View view : View.values()) {
        statement.execute(view.definition());
      }
      statement.execute("SET lock_configuration = true");
      return new Database(made.unwrap(DuckDBConnection.class));
    } catch (SQLException e) {
      made.close();
      throw e;
    }
  }

  private static Connection connect(Properties properties) throws SQLException {
    try {
      return new DuckDBDriver().connect("jdbc:duckdb:", properties);
    } catch (LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      Path library = Path.of(System.getProperty("java.io.tmpdir"), "libduckdb_java");
      String why =
          cause instanceof IOException failure
              ? WriteFailure.explain(library, failure).getMessage()
              : cause.getMessage();
      throw new FlexoraException(
          "the runs cannot be queried: DuckDB's library cannot be unpacked and loaded: %s. Another folder for it can be named by FLEXORA_JAVA_OPTS=-Djava.io.tmpdir=DIR"
              .formatted(why),
          e);
    }
  }

  /** Opens the views to add rows to. */
  Filling fill() throws SQLException {
    return new Filling();
  }

  /** Adds rows; what was added is there when it is closed. */
  final class Filling implements AutoCloseable {

    private final Map<View, DuckDBAppender> appenders = new TreeMap<>();

    void add(View view, List<List<Object>> rows) throws SQLException {
      DuckDBAppender appender = appenders.get(view);
      if (appender == null) {
        appender = connection.createAppender(view.title());
        appenders.put(view, appender);
      }
      for (List<Object> row : rows) {
        appender.beginRow();
        for (Object value : row) {
          append(appender, value);
        }
        appender.endRow();
      }
    }

    private static void append(DuckDBAppender to, Object value) throws SQLException {
      if (value == null || (value instanceof Double number && number.isNaN())) {
        to.appendNull();
      } else if (value instanceof String text) {
        to.append(text);
      } else if (value instanceof Long number) {
        to.append((long) number);
      } else if (value instanceof Double number) {
        to.append((double) number);
      } else if (value instanceof Boolean truth) {
        to.append((boolean) truth);
      } else if (value instanceof LocalDateTime time) {
        to.append(time);
      } else if (value instanceof int[] numbers) {
        to.append(numbers);
      } else if (value instanceof double[] numbers) {
        to.append(numbers);
      } else {
        throw new IllegalArgumentException("no column for " + value.getClass());
      }
    }

    @Override
    public void close() throws SQLException {
      for (DuckDBAppender appender : appenders.values()) {
        appender.close();
      }
    }
  }

  /** Runs one query. */
  QueryResult ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      asked.set(statement);
      if (!statement.execute(sql)) {
        throw new SQLException("it gives no rows; write a SELECT");
      }
      try (ResultSet rows = statement.getResultSet()) {
        return result(rows);
      }
    } finally {
      asked.set(null);
    }
  }

  /** Asks the query that runs to end. */
  void stop() {
    Statement running = asked.get();
    try {
      if (running != null) {
        running.cancel();
      }
    } catch (SQLException e) {
      throw new FlexoraException("the query cannot be stopped: " + e.getMessage(), e);
    }
  }

  private static QueryResult result(ResultSet rows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      names.add(meta.getColumnLabel(i));
    }
    List<List<Object>> values = new ArrayList<>();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        // A Timestamp has no hour that the machine's zone skips in spring.
        row.add(
            PlainValues.of(
                meta.getColumnType(i) == Types.TIMESTAMP
                    ? rows.getObject(i, LocalDateTime.class)
                    : rows.getObject(i)));
      }
      values.add(row);
    }
    return new QueryResult(names, values);
  }

  @Override
  public void close() throws SQLException {
    // Of a query that did not stop the connection cannot be taken away.
    if (asked.get() == null) {
      connection.close();
    }
  }
}
