package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.MemorySize;
import io.flexora.files.machine.TimeLimit;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Asks about all runs of a folder by SQL, in the dialect of DuckDB; see {@link View} for what there
 * is. Files are read and never written, and the SQL itself reaches none.
 *
 * @since 0.1
 */
public final class RunQuery {

  private final Path runs;
  private final QueryLimits limits;
  private final Consumer<String> notes;

  /**
   * Prepares.
   *
   * @param runs where runs lie, or a run or a comparison itself
   * @param limits what the query may take
   * @param notes hears of each run that is left out, and why
   */
  public RunQuery(Path runs, QueryLimits limits, Consumer<String> notes) {
    this.runs = runs;
    this.limits = limits;
    this.notes = notes;
  }

  /**
   * Asks.
   *
   * @param sql one query
   * @throws FlexoraException if there are no runs, or the query is wrong or takes too much
   */
  public QueryResult ask(String sql) {
    List<FoundRun> found = new RunFinder(notes).in(runs);
    try (Database database = Database.open(limits.memory())) {
      fill(database, found, needed(sql));
      return answer(database, sql);
    } catch (SQLException e) {
      throw new FlexoraException("the runs cannot be queried: " + e.getMessage(), e);
    }
  }

  /** Views that the text does not name are left empty: events alone can be many. */
  private static Set<View> needed(String sql) {
    Set<View> views = EnumSet.allOf(View.class);
    views.removeIf(view -> !view.isNamedIn(sql));
    return views;
  }

  private void fill(Database database, List<FoundRun> found, Set<View> views) throws SQLException {
    try (Database.Filling filling = database.fill()) {
      for (FoundRun run : found) {
        try {
          Map<View, List<List<Object>>> rows = RunRows.of(run, views);
          for (View view : views) {
            filling.add(view, rows.get(view));
          }
        } catch (FlexoraException e) {
          notes.accept(run.folder() + " is left out: " + e.getMessage());
        }
      }
    }
  }

  private QueryResult answer(Database database, String sql) {
    try {
      return new TimeLimit(limits.time()).spend(() -> database.ask(sql), database::stop);
    } catch (TimeoutException e) {
      throw new FlexoraException(
          "the query was stopped after %d seconds; ask for less, or allow more by --time-limit"
              .formatted(limits.time().toSeconds()),
          e);
    } catch (OutOfMemoryError e) {
      throw new FlexoraException(
          "the result of the query has more rows than Java's memory of %d MiB has room for; add a LIMIT"
              .formatted(new MemorySize(Runtime.getRuntime().maxMemory()).mebibytes()),
          e);
    } catch (SQLException e) {
      if (SqlMessage.isOutOfMemory(e)) {
        throw new FlexoraException(
            "the query needs more than its memory of %d MiB; ask for less, or allow more by --memory-limit"
                .formatted(limits.memory().mebibytes()),
            e);
      }
      throw new FlexoraException(
          "the query is wrong: "
              + SqlMessage.of(e)
              + "; flexora query --schema shows what there is",
          e);
    }
  }

  /** The complaint of a database in one sentence. */
  private static final class SqlMessage {

    private static final String BEFORE = "Error: ";

    private SqlMessage() {}

    /** Whether the limit of memory was reached. */
    static boolean isOutOfMemory(SQLException failure) {
      return String.valueOf(failure.getMessage()).contains("Out of Memory Error");
    }

    /** The message without the place in the query, which is drawn over several lines. */
    static String of(SQLException failure) {
      String whole = String.valueOf(failure.getMessage());
      int inner = whole.lastIndexOf(BEFORE);
      String said = inner < 0 ? whole : whole.substring(inner + BEFORE.length());
      return said.replaceFirst("(?s)\\n\\s*LINE \\d+:.*", "")
          .strip()
          .replaceAll("\\s*\\n\\s*", " ")
          .replaceFirst("[.;]$", "");
    }
  }
}
