package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.plugin.Option;
import io.flexora.comparison.HandMadeConfiguration;
import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigurationReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the run of a cell is told of the time that it may take. */
class CellConfigurationTest {

  private static final CellId CELL = new CellId("bge", "glosses", "all", 1);

  private static final String FILE =
      """
      models: {bge: encoder}
      tasks:
        glosses: {dataset: wordnet}
      strategies: {random: random, all: all}
      """;

  record Limited(@Option(doc = "The limit.") Duration timeLimit) {}

  private static BudgetOptions seconds(SearchTime search, SearchTime tuning) {
    return seconds(60, search, tuning);
  }

  private static BudgetOptions seconds(double seconds, SearchTime search, SearchTime tuning) {
    return new BudgetOptions(
        BudgetKind.SECONDS,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(seconds),
        search,
        tuning);
  }

  private static Mapping written(BudgetOptions budget, double share, SharedSeconds seconds) {
    Mapping file = (Mapping) new ConfigurationReader().parse(FILE, "compare.yaml");
    return new CellConfiguration(HandMadeConfiguration.of(budget), file)
        .of(CELL.trial(1), OptionalInt.empty(), new TrialSetting(Map.of(), share, seconds));
  }

  private static Optional<String> text(Mapping cell, String key) {
    return new ConfigPath(List.of(key)).text(cell);
  }

  @Test
  void aPartOfATrainingHasAPartOfTheTime() {
    Mapping cell =
        written(seconds(SearchTime.EXCLUDED, SearchTime.EXCLUDED), 1.0 / 3, SharedSeconds.ALONE);
    assertThat(text(cell, "time_limit")).contains("20000ms");
    assertThat(text(cell, "time_limit_includes_search")).contains("false");
    assertThat(text(cell, "training_time_factor")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0001, 1ms, 1",
    "999999.999, 999999999ms, 999999999",
    "1000000, 1000000s0ms, 1000000000",
    "1234567.891, 1234567s891ms, 1234567891",
    "1e8, 100000000s0ms, 100000000000"
  })
  void aTimeIsWrittenAsADurationHoweverLongItIs(double seconds, String written, long millis) {
    Mapping cell =
        written(seconds(seconds, SearchTime.EXCLUDED, SearchTime.EXCLUDED), 1, SharedSeconds.ALONE);
    assertThat(text(cell, "time_limit")).contains(written);
    Limited read =
        new RecordBinder(ComponentTypes.NONE, (type, configuration) -> type)
            .bind(
                new ConfigurationReader().parse("time_limit: " + written, "cell.yaml"),
                Limited.class)
            .value();
    assertThat(read.timeLimit()).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void whereItsTimeCountsTheSearchStaysWhole() {
    BudgetOptions budget = seconds(SearchTime.INCLUDED, SearchTime.EXCLUDED);
    Mapping part = written(budget, 0.25, SharedSeconds.ALONE);
    assertThat(text(part, "time_limit")).contains("60000ms");
    assertThat(text(part, "time_limit_includes_search")).contains("true");
    assertThat(text(part, "training_time_factor")).contains("0.25");
    Mapping whole = written(budget, 1, SharedSeconds.ALONE);
    assertThat(text(whole, "time_limit")).contains("60000ms");
    assertThat(text(whole, "training_time_factor")).isEmpty();
  }

  @Test
  void trialsOfOneLengthShareTheTimeInEqualParts() {
    Mapping cell =
        written(
            seconds(SearchTime.INCLUDED, SearchTime.INCLUDED),
            1,
            SharedSeconds.of(List.of(1.0, 1.0, 1.0)));
    assertThat(text(cell, "time_limit")).contains("15000ms");
    assertThat(text(cell, "training_time_factor")).isEmpty();
  }

  @Test
  void whatShortTrainingsLeaveGoesToTheLongOnes() {
    BudgetOptions budget = seconds(SearchTime.INCLUDED, SearchTime.INCLUDED);
    // Eight cells with six whole trainings together: seven trials and what they choose.
    SharedSeconds shared = SharedSeconds.of(List.of(1.0, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0));
    for (double share : new double[] {0.5, 1}) {
      Mapping cell = written(budget, share, shared);
      assertThat(text(cell, "time_limit")).contains("7500ms");
      assertThat(text(cell, "training_time_factor")).contains(String.valueOf(share * 8 / 6));
    }
  }

  @Test
  void searchesAndTrainingsTakeTheSecondsTogether() {
    List<Double> shares = List.of(1.0, 0.25, 0.25, 0.5, 1.0);
    SharedSeconds shared = SharedSeconds.of(shares);
    double search = 3;
    double rest = shared.limit(60) - search;
    double trials =
        shares.stream().mapToDouble(share -> search + shared.factor(share) * rest).sum();
    double tested = search + shared.factor(1) * rest;
    assertThat(trials + tested).isCloseTo(60, within(1e-12));
  }
}
