package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks about all runs of a folder by SQL, in the dialect of DuckDB; see {@link View} for what there
 * is. Files are read and never written, and the SQL itself reaches none.
 *
 * @since 0.1
 */
public final class RunQuery {

  private final Path runs;
  private final Consumer<String> notes;

  /**
   * Prepares.
   *
   * @param runs where runs lie, or a run or a comparison itself
   * @param notes hears of each run that is left out, and why
   */
  public RunQuery(Path runs, Consumer<String> notes) {
    this.runs = runs;
    this.notes = notes;
  }

  /**
   * Asks.
   *
   * @param sql one query
   * @throws FlexoraException if there are no runs, or the query is wrong
   */
  public QueryResult ask(String sql) {
    List<FoundRun> found = new RunFinder(notes).in(runs);
    try (Database database = Database.open()) {
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

  private static QueryResult answer(Database database, String sql) {
    try {
      return database.ask(sql);
    } catch (SQLException e) {
      throw new FlexoraException(
          "the query is wrong: "
              + SqlMessage.of(e)
              + "; flexora query --schema shows what there is",
          e);
    }
  }
}
