package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.cli.command.ExitCodes;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir private Path runs;

  @BeforeEach
  void makeRun() {
    String configuration = "name: n\nseed: 3\nselector: {use: flexora@0.1.0}\n";
    try (RunFolder run = RunFolder.create(runs, "a", NOW, configuration)) {
      run.cell("main").writeOutcome(outcome(2.0 / 3, List.of(1, 3)));
      run.cell("last").writeOutcome(outcome(0.5, List.of()));
    }
  }

  @Test
  void rowsAreAnAlignedTable() {
    Invocation query = query("SELECT strategy, value, layers, failure FROM cells ORDER BY value");

    assertThat(query.code()).isZero();
    assertThat(query.err()).isEmpty();
    assertThat(query.out().lines())
        .containsExactly(
            "strategy     value  layers  failure",
            "last           0.5  []         NULL",
            "flexora   0.666667  [1,3]      NULL");
  }

  @Test
  void onATerminalWideValuesAreCut() {
    String sql = "SELECT strategy, repeat('ab ', 100) AS text, value FROM cells ORDER BY value";

    Invocation query = onTerminal(sql);

    assertThat(query.out().lines())
        .containsExactly(
            "strategy  text" + " ".repeat(61) + "value",
            "last      " + "ab ".repeat(19) + "...       0.5",
            "flexora   " + "ab ".repeat(19) + "...  0.666667");
    assertThat(query.err()).startsWith("Long values are cut to this terminal's width; --csv and");
    assertThat(query(sql).out()).contains("ab ".repeat(100)).doesNotContain("...");
    assertThat(query(sql).err()).isEmpty();
  }

  @Test
  void onATerminalRowsOfManyColumnsAreLists() {
    Invocation query =
        onTerminal(
            "SELECT strategy, value, 'alone' AS a_title_of_more_than_thirty_letters,"
                + " repeat('x', 90) AS another_title_of_more_than_forty_letters FROM cells"
                + " ORDER BY value");

    assertThat(query.out().lines())
        .hasSize(9)
        .allMatch(line -> line.length() <= 80)
        .startsWith(
            "strategy                                  last",
            "value                                     0.5",
            "a_title_of_more_than_thirty_letters       alone",
            "another_title_of_more_than_forty_letters  " + "x".repeat(35) + "...",
            "",
            "strategy                                  flexora");
    assertThat(query.err()).startsWith("Long values are cut");
  }

  @Test
  void csvHasTitlesAndQuotesWhatNeedsThem() {
    Invocation query =
        query("SELECT 'a,\"b\"' AS x, layers, value, NULL AS n FROM cells ORDER BY value", "--csv");

    assertThat(query.out())
        .isEqualTo(
            "x,layers,value,n\r\n\"a,\"\"b\"\"\",[],0.5,\r\n"
                + "\"a,\"\"b\"\"\",\"[1,3]\",0.6666666666666666,\r\n");
  }

  @Test
  void jsonIsOneObjectARow() {
    Invocation query =
        query(
            "SELECT strategy, 1 AS i, 2 AS i, layers, failure FROM cells ORDER BY value", "--json");

    assertThat(query.out().lines())
        .containsExactly(
            "{\"type\":\"row\",\"values\":{\"strategy\":\"last\",\"i\":1,\"i_2\":2,\"layers\":[],"
                + "\"failure\":null}}",
            "{\"type\":\"row\",\"values\":{\"strategy\":\"flexora\",\"i\":1,\"i_2\":2,"
                + "\"layers\":[1,3],\"failure\":null}}");
  }

  @Test
  void withoutSqlTheViewsAreShown() {
    Invocation schema = Invocation.of("query");

    assertThat(schema.code()).isZero();
    assertThat(schema.out())
        .contains("runs: ", "cells: ", "events: ", "predictions: ", "standard_error", "Example:")
        .isEqualTo(Invocation.of("query", "--schema").out());
    assertThat(Invocation.of("query", "--json").out().lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("{\"type\":\"view\",\"name\":"));
  }

  @Test
  void mistakesAreOneMessage() throws Exception {
    Invocation wrong = query("SELECT x FROM cells");
    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err()).startsWith("error: the query is wrong: ").contains("\"x\"");
    assertThat(wrong.err().lines()).hasSize(1);

    Invocation both = query("SELECT 1", "--csv", "--json");
    assertThat(both.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(both.err()).contains("exclude each other");

    Path empty = Files.createDirectories(runs.resolve("empty"));
    Invocation none = Invocation.of("query", "SELECT 1", "--runs", empty.toString());
    assertThat(none.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(none.err()).contains("there are no runs in " + empty);
  }

  @Test
  void aTextThatBeginsWithAnAtIsNoFileOfWords() throws Exception {
    Path words = Files.writeString(runs.resolve("words"), "--help");

    assertThat(query("@" + words).err()).startsWith("error: the query is wrong: ");
  }

  @Test
  void aQueryHasLimits() {
    Invocation endless =
        query("SELECT count(*) FROM range(1000000000) a, range(1000000000) b", "--time-limit", "1");
    assertThat(endless.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(endless.err())
        .isEqualToIgnoringNewLines(
            "error: the query was stopped after 1 seconds; ask for less, or allow more by"
                + " --time-limit");

    Invocation large =
        query(
            "SELECT list(a.range * b.range) FROM range(9000) a, range(9000) b",
            "--memory-limit",
            "100m");
    assertThat(large.err()).contains("more than its memory of 100 MiB", "--memory-limit");

    for (String seconds : List.of("0", "-1", "NaN", "1e300")) {
      assertThat(query("SELECT 1", "--time-limit", seconds).err())
          .contains("--time-limit has to be a number of seconds above 0");
    }
    assertThat(query("SELECT 1", "--memory-limit", "much").err()).contains("no size of memory");
  }

  @Test
  void aDamagedRunIsToldOfAndTheOthersAreShown() throws Exception {
    RunFolder.prepare(runs.resolve("b"), "name: [");

    Invocation query = query("SELECT count(*) AS n FROM cells");

    assertThat(query.code()).isZero();
    assertThat(query.out().lines()).containsExactly("n", "2");
    assertThat(query.err()).startsWith(runs.resolve("b") + " is left out: ");
  }

  private Invocation onTerminal(String sql) {
    return Invocation.onTerminal(80, "query", "--runs", runs.toString(), sql);
  }

  private Invocation query(String sql, String... options) {
    String[] all = new String[options.length + 4];
    System.arraycopy(options, 0, all, 4, options.length);
    all[0] = "query";
    all[1] = "--runs";
    all[2] = runs.toString();
    all[3] = sql;
    return Invocation.of(all);
  }

  private static CellOutcome outcome(double accuracy, List<Integer> layers) {
    return CellOutcome.of(3)
        .selectedLayers(layers)
        .trainableParameters(100)
        .metrics(Map.of("acc", new MetricValue(MetricDescription.fraction("acc"), accuracy, 0.01)))
        .deciding(Optional.of("acc"))
        .build();
  }
}
