package io.flexora.comparison.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.tune.Range;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.cell.SharedSeconds;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.Location;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** An option that has the value of a tuned one, in the cells of a row. */
class RowTuningTest {

  private static final Location OF_RANGE = Location.ofText("range");
  private static final Location OF_TIE = Location.ofText("tie");
  private static final String RATE = "trainer.rate";
  private static final ConfigPath TRAINER = new ConfigPath(List.of("trainer", "rate"));
  private static final ConfigPath SOLVER = new ConfigPath(List.of("selector", "solver", "rate"));
  private static final ConfigNode CELL =
      new ConfigurationReader()
          .parse("{trainer: {rate: 2e-3}, selector: {solver: {rate: 5}}}", "cell");

  private static RowTuning row(Range range) {
    TunedOption rate = new TunedOption(RATE, TRAINER, range, OF_RANGE);
    TuningSetting setting =
        new TuningSetting(
            RowTuning.ranges(List.of(rate)),
            RowTuning.values(List.of(rate), CELL),
            OptionalInt.of(2));
    return new RowTuning(
        List.of(rate),
        List.of(TiedOption.of(SOLVER, rate, CELL, OF_TIE)),
        setting,
        List.of(1.0, 1.0),
        SharedSeconds.ALONE);
  }

  private static Scalar scalar(Location location, String text) {
    return new Scalar(location, text, true);
  }

  @Test
  void itHasTheDefaultValueOfTheOtherInTheFirstTrial() {
    assertThat(row(new Range.Interval(1e-3, 0.5, true, false)).defaults().values())
        .isEqualTo(Map.of(SOLVER, scalar(OF_TIE, "2e-3")));
  }

  @Test
  void itHasTheValueOfTheOtherInEveryOtherTrial() {
    assertThat(row(new Range.Interval(1e-3, 0.5, true, false)).of(Map.of(RATE, 0.25), 1).values())
        .isEqualTo(Map.of(TRAINER, scalar(OF_RANGE, "0.25"), SOLVER, scalar(OF_TIE, "0.25")));
    assertThat(row(new Range.Interval(1, 9, false, true)).of(Map.of(RATE, 4.0), 1).values())
        .containsEntry(SOLVER, scalar(OF_TIE, "4"));
    assertThat(row(new Range.Choices(List.of("2", "3"))).of(Map.of(RATE, 1.0), 1).values())
        .containsEntry(SOLVER, scalar(OF_TIE, "3"));
  }

  @Test
  void neitherTheTunerNorAReportIsToldOfIt() {
    RowTuning row = row(new Range.Interval(1e-3, 0.5, true, false));
    assertThat(row.setting().options()).containsOnlyKeys(RATE);
    assertThat(row.setting().defaults()).isEqualTo(Map.of(RATE, 2e-3));
    assertThat(row.texts(CELL)).isEqualTo(Map.of(RATE, "2e-3"));
    assertThat(row.paths()).containsExactly(TRAINER, SOLVER);
  }

  @Test
  void aValueThatIsAskedAboutIsInTheTiedOptionTooAndAllElseIsAsInTheFile() {
    Range range = new Range.Interval(1e-3, 0.5, true, false);
    TunedOption rate = new TunedOption(RATE, TRAINER, range, OF_RANGE);
    ConfigPath size = new ConfigPath(List.of("trainer", "size"));
    TunedOption other = new TunedOption("trainer.size", size, range, OF_RANGE);
    RowTuning row =
        new RowTuning(
            List.of(rate, other),
            List.of(TiedOption.of(SOLVER, rate, CELL, OF_TIE)),
            row(range).setting(),
            List.of(1.0, 1.0),
            SharedSeconds.ALONE);
    Scalar end = scalar(Location.ofText("end"), "5e-1");
    assertThat(row.with(rate, end).values())
        .isEqualTo(Map.of(TRAINER, end, SOLVER, scalar(OF_TIE, "5e-1")));
    assertThat(row.with(other, end).values())
        .isEqualTo(Map.of(size, end, SOLVER, scalar(OF_TIE, "2e-3")));
  }

  @Test
  void itHasToTakeTheDefaultValueAndAllThatATunerMayGive() {
    assertThat(row(new Range.Interval(0.125, 0.5, true, false)).ties().get(0).values())
        .containsExactly(scalar(OF_TIE, "2e-3"), scalar(OF_TIE, "0.125"), scalar(OF_TIE, "0.5"));
    assertThat(row(new Range.Choices(List.of("2", "3", "x"))).ties().get(0).values())
        .extracting(Scalar::text)
        .containsExactly("2e-3", "2", "3", "x");
  }
}
