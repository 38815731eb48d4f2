package io.flexora.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSummaryTest {

  private static final String COMPARISON =
      """
      name: c
      seeds: [1, 2]
      models: {m: {use: encoder}}
      tasks: {t: {test_sets: {far: {}}}}
      strategies: {all: all, top: {use: top}}
      posteriors: {scaled: {}, sampled: {}}
      """;
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @TempDir Path runs;

  @Test
  void ofAComparisonEachSearchTrainingAndTrialCountsOnce() {
    List<StrategyResult> strategies =
        List.of(
            strategy("all", cell(1, 1, 10, 2, 30), cell(2, 1, 20, 2, 40)),
            // Each but for the training that it is made of: 3 s, and 0.5 s.
            strategy("all+scaled", cell(1, 1, 13, 4, 30), cell(2, 1, 20.5, 4, 40)),
            // Measured times waver: it did not take less than nothing.
            strategy("all+sampled", cell(1, 1, 9.75, 8, 30)),
            strategy("top", cell(1, 5, 7, 2, 50)));

    RunSummary summary = summary(group("t", strategies), group("t/far", strategies));

    assertThat(summary.seconds())
        .isEqualTo(Map.of("search", 7.0, "train", 40.5, "evaluate", 22.0, "trials", 120.0));
  }

  @Test
  void theRowsOfPosteriorsAreStrategies() {
    assertThat(summary().strategies())
        .containsExactly("all", "top", "all+scaled", "all+sampled", "top+scaled", "top+sampled");
  }

  private RunSummary summary(GroupResult... groups) {
    try (ComparisonFolder folder =
        ComparisonFolder.create(runs, "c", LocalDateTime.of(2026, 3, 4, 5, 6, 7), COMPARISON)) {
      ComparisonFolder.writeResult(
          folder.path(),
          new ComparisonResult(
              "c",
              "all",
              List.of(1L, 2L),
              new ComparisonResult.Budget("steps", NONE, "excluded", "excluded"),
              0.95,
              List.of(groups),
              Optional.empty()));
      return RunSummary.of(folder.path());
    }
  }

  private static GroupResult group(String task, List<StrategyResult> strategies) {
    return new GroupResult(
        "m", task, OptionalInt.empty(), OptionalLong.empty(), Optional.empty(), "", strategies);
  }

  private static StrategyResult strategy(String name, SeedResult... cells) {
    return new StrategyResult(
        name,
        name,
        List.of(cells),
        cells.length,
        0,
        NONE,
        NONE,
        Optional.empty(),
        NONE,
        NONE,
        NONE,
        NONE,
        OptionalLong.empty(),
        Optional.empty(),
        NONE,
        NONE,
        false,
        false,
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static SeedResult cell(
      long seed, double search, double train, double evaluate, double trials) {
    return new SeedResult(
        "cell." + seed,
        seed,
        CellState.DONE,
        Optional.empty(),
        NONE,
        NONE,
        Optional.of(
            CellOutcome.of(seed)
                .seconds(Map.of("search", search, "train", train, "evaluate", evaluate))
                .build()),
        Optional.empty(),
        Optional.empty(),
        NONE,
        Optional.of(
            new Tuning(List.of(), OptionalInt.empty(), NONE, trials, 0, OptionalLong.empty())));
  }
}
