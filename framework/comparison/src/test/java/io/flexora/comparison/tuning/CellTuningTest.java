package io.flexora.comparison.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.SharedSeconds;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.CellOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CellTuningTest {

  private static final Location PLACE = Location.ofText("compare.yaml");
  private static final CellId CELL = new CellId("m", "t", "all", 1);
  private static final String RATE = "trainer.rate";
  private static final Range RANGE = new Range.Interval(1, 100, false, true);
  private static final MetricDescription ACCURACY = MetricDescription.fraction("accuracy");
  private static final MetricDescription LOSS = MetricDescription.error("loss");

  private final Map<Integer, CellRecord> ended = new HashMap<>();
  private final List<TuningProgress> asked = new ArrayList<>();
  private final Set<CellId> refused = new HashSet<>();

  /** What a later process finds, which may try again what has failed. */
  private final CellTuning.Trials resumed =
      new CellTuning.Trials() {
        @Override
        public Optional<CellRecord> record(PlannedCell trial) {
          return found(trial).filter(CellRecord::done);
        }

        @Override
        public Optional<CellRecord> failure(PlannedCell trial) {
          return found(trial).filter(CellRecord::failed);
        }

        @Override
        public boolean isFollowed(CellId trial) {
          return ended.entrySet().stream()
              .anyMatch(
                  other ->
                      other.getKey() >= trial.trial().orElseThrow() && other.getValue().done());
        }
      };

  /** Proposes 11, 12, .. two at a time. */
  private List<Map<String, Double>> twoAtATime(TuningProgress progress) {
    asked.add(progress);
    double next = progress.next();
    return List.of(Map.of(RATE, 10 + next), Map.of(RATE, 11 + next));
  }

  private CellTuning tuning(Tuner tuner, OptionalDouble seconds, Double... shares) {
    TunedOption option =
        new TunedOption(RATE, new ConfigPath(List.of("trainer", "rate")), RANGE, PLACE);
    OptionalInt trials = seconds.isPresent() ? OptionalInt.empty() : OptionalInt.of(shares.length);
    RowTuning row =
        new RowTuning(
            List.of(option),
            List.of(),
            new TuningSetting(Map.of(RATE, RANGE), Map.of(RATE, 5.0), trials),
            List.of(shares),
            SharedSeconds.ALONE);
    CellTuning.Cells cells =
        new CellTuning.Cells() {
          @Override
          public Mapping configuration(CellId id, TrialSetting setting) {
            Mapping trainer = mapping("rate", new Scalar(PLACE, "5", true));
            Mapping mapping = mapping("trainer", trainer);
            for (var value : setting.values().entrySet()) {
              mapping = value.getKey().with(mapping, value.getValue());
            }
            return mapping;
          }

          @Override
          public PlannedCell planned(CellId id, TrialSetting setting) {
            if (refused.contains(id)) {
              throw new ConfigurationException(
                  List.of(new ConfigProblem(PLACE, "together too much")));
            }
            return new PlannedCell(id, null);
          }
        };
    return new CellTuning(CELL, row, component(tuner), seconds, cells);
  }

  private static Mapping mapping(String key, io.flexora.config.yaml.ConfigNode value) {
    return new Mapping(PLACE, List.of(new Entry(key, PLACE, value)));
  }

  static Component<Tuner> component(Tuner tuner) {
    return new Component<>() {
      @Override
      public String name() {
        return "mine";
      }

      @Override
      public Tuner get() {
        return tuner;
      }
    };
  }

  private Optional<CellRecord> found(PlannedCell trial) {
    return Optional.ofNullable(ended.get(trial.id().trial().orElseThrow()));
  }

  private List<Integer> next(CellTuning tuning) {
    return next(tuning, this::found);
  }

  private static List<Integer> next(CellTuning tuning, CellTuning.Trials trials) {
    return tuning.next(trials).stream().map(cell -> cell.id().trial().orElseThrow()).toList();
  }

  private void ends(int trial, MetricDescription metric, double value) {
    CellOutcome outcome =
        CellOutcome.of(1)
            .selectedLayers(List.of(0))
            .trainableParameters(10)
            .metrics(
                Map.of(
                    metric.name(),
                    new MetricValue(metric, value, 0.1, Optional.empty(), Optional.empty())))
            .deciding(Optional.of(metric.name()))
            .seconds(Map.of("train", 2.0, "evaluate", 1.0))
            .peakMemoryBytes(Map.of("train", 100L))
            .build();
    ended.put(trial, new CellRecord(CellState.DONE, Optional.empty(), Optional.of(outcome)));
  }

  private void fails(int trial, double seconds) {
    ended.put(
        trial,
        new CellRecord(
            CellState.FAILED,
            Optional.of("no memory"),
            Optional.of(CellOutcome.failed(1, Map.of(), "no memory")),
            Map.of("train", seconds)));
  }

  @Test
  void theDefaultValuesAreTheFirstTrialAndTheTunerHearsWhatCameOut() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0, 1.0);
    assertThat(next(tuning)).containsExactly(0, 1, 2);
    assertThat(tuning.chosen()).as("nothing is chosen before the end").isEmpty();
    ends(0, ACCURACY, 0.5);
    ends(2, ACCURACY, 0.7);
    assertThat(next(tuning)).as("what runs together is waited for").containsExactly(1);
    ends(1, ACCURACY, 0.6);
    assertThat(next(tuning)).as("no more than there are to be").containsExactly(3);
    ends(3, ACCURACY, 0.7);
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.isOver()).isTrue();

    assertThat(asked).hasSize(2);
    assertThat(asked.get(0).trials()).isEmpty();
    assertThat(asked.get(1).trials())
        .extracting(trial -> trial.result().orElseThrow())
        .containsExactly(0.5, 0.6, 0.7);
    assertThat(asked.get(1).trials())
        .extracting(trial -> trial.values().get(RATE))
        .containsExactly(5.0, 11.0, 12.0);
    assertThat(tuning.best().orElseThrow().number()).as("the first of equal ones").isEqualTo(2);
    assertThat(tuning.best().orElseThrow().texts()).isEqualTo(Map.of(RATE, "12"));
  }

  @Test
  void anotherObjectThatReadsTheSameFoldersIsAsFar() {
    next(tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0, 1.0, 1.0));
    ends(0, LOSS, 0.5);
    ends(1, LOSS, 0.6);
    ends(2, LOSS, 0.4);
    ends(3, LOSS, 0.3);
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0, 1.0, 1.0);
    assertThat(next(tuning)).containsExactly(4);
    assertThat(asked.get(asked.size() - 1).lowerIsBetter()).isTrue();
    ends(4, LOSS, 0.9);
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.best().orElseThrow().number()).isEqualTo(3);
  }

  @Test
  void whatFailedIsWorseThanAnythingAndAllThatFailedFailTheCell() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0);
    next(tuning);
    fails(0, 0);
    fails(1, 0);
    ends(2, ACCURACY, 0);
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.best().orElseThrow().number()).isEqualTo(2);
    assertThat(tuning.ended().get(1).failure()).contains("no memory");

    ends(2, ACCURACY, Double.NaN);
    CellTuning none = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0);
    assertThat(next(none)).isEmpty();
    assertThat(none.chosen()).isEmpty();
    assertThat(none.failure())
        .isEqualTo("no whole trial of its tuning has a result; the first: no memory");

    fails(2, 0);
    CellTuning all = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0);
    assertThat(next(all)).isEmpty();
    assertThat(all.failure()).isEqualTo("all 3 trials of its tuning failed; the first: no memory");
  }

  @Test
  void whereShortTrialsEndedWellNotAllHaveFailed() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 0.5, 0.5, 1.0);
    ends(0, ACCURACY, Double.NaN);
    ends(1, ACCURACY, 0.9);
    ends(2, ACCURACY, 0.8);
    fails(3, 0);
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.chosen()).isEmpty();
    assertThat(tuning.failure())
        .isEqualTo("no whole trial of its tuning has a result; the first: accuracy is NaN");
  }

  @Test
  void aFailureIsTriedAgainUntilATrialThatWasProposedLaterHasEndedWell() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0, 1.0, 1.0);
    ends(0, ACCURACY, 0.5);
    fails(1, 2.5);
    ends(2, ACCURACY, 0.7);
    assertThat(next(tuning, resumed))
        .as("what was proposed with it does not follow from it")
        .containsExactly(1);
    fails(3, 0);
    assertThat(next(tuning, resumed)).as("another failure is no loss").containsExactly(1);
    ends(4, ACCURACY, 0.6);
    assertThat(next(tuning, resumed)).containsExactly(3);
    assertThat(asked.get(1).trials().get(1).result()).isEmpty();
    assertThat(tuning.ended().get(1).seconds()).isEqualTo(2.5);
    ends(3, ACCURACY, 0.8);
    assertThat(next(tuning, resumed)).isEmpty();
    assertThat(tuning.best().orElseThrow().number()).isEqualTo(3);
  }

  @Test
  void whatHasEndedOfABatchIsKnownWhileTheTunerWaitsForTheRest() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0, 1.0);
    ends(0, ACCURACY, 0.5);
    ends(2, ACCURACY, 0.7);
    assertThat(next(tuning)).containsExactly(1);
    assertThat(tuning.ended()).isEmpty();
    assertThat(tuning.endedSoFar()).extracting(TunedTrial::number).containsExactly(0, 2);
    ends(1, ACCURACY, 0.6);
    assertThat(next(tuning)).containsExactly(3);
    assertThat(tuning.endedSoFar())
        .isEqualTo(tuning.ended())
        .extracting(TunedTrial::number)
        .containsExactly(0, 1, 2);
  }

  @Test
  void valuesThatDoNotGoTogetherAreToldAndFailTheTrialAlone() {
    CellId trial = CELL.trial(1);
    refused.add(trial);
    ends(0, ACCURACY, 0.5);
    ends(2, ACCURACY, 0.4);
    Map<CellId, String> told = new HashMap<>();
    CellTuning.Trials hearing =
        new CellTuning.Trials() {
          @Override
          public Optional<CellRecord> record(PlannedCell cell) {
            return found(cell);
          }

          @Override
          public void refused(CellId cell, String cause) {
            told.put(cell, cause);
          }
        };
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 1.0, 1.0);
    assertThat(next(tuning, hearing)).isEmpty();
    String cause = tuning.ended().get(1).failure().orElseThrow();
    assertThat(cause).endsWith("together too much");
    assertThat(told).isEqualTo(Map.of(trial, cause));
    assertThat(tuning.best().orElseThrow().number()).isZero();
  }

  @Test
  void whateverATunerThrowsNamesItButACancellationGoesOn() {
    CellTuning failing =
        tuning(
            progress -> {
              throw new IllegalStateException("no idea");
            },
            OptionalDouble.empty(),
            1.0,
            1.0);
    assertThatThrownBy(() -> next(failing))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("tuner 'mine' failed: java.lang.IllegalStateException: no idea")
        .hasCauseInstanceOf(IllegalStateException.class);
    CellTuning cancelled =
        tuning(
            progress -> {
              throw new CancelledException();
            },
            OptionalDouble.empty(),
            1.0,
            1.0);
    assertThatThrownBy(() -> next(cancelled)).isInstanceOf(CancelledException.class);
  }

  @Test
  void onlyATrialWithAWholeTrainingIsChosen() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.empty(), 1.0, 0.5, 0.5, 1.0);
    next(tuning);
    ends(0, ACCURACY, 0.5);
    ends(1, ACCURACY, 0.9);
    ends(2, ACCURACY, 0.8);
    assertThat(next(tuning)).containsExactly(3);
    ends(3, ACCURACY, 0.6);
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.best().orElseThrow().number()).isEqualTo(3);
  }

  @Test
  void timeThatIsUpEndsATuningAfterTheTrialThatRuns() {
    // Each trial takes three seconds.
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.of(7));
    for (int trial = 0; trial < 3; trial++) {
      assertThat(next(tuning)).containsExactly(trial);
      ends(trial, ACCURACY, 0.1 * trial);
    }
    assertThat(next(tuning)).isEmpty();
    assertThat(tuning.best().orElseThrow().number()).isEqualTo(2);

    CellTuning failing = tuning(this::twoAtATime, OptionalDouble.of(7));
    for (int trial = 0; trial < 30; trial++) {
      fails(trial, 0);
    }
    assertThat(next(failing)).as("failures take no time, and go on all the same").isEmpty();
    assertThat(failing.ended()).hasSize(10);
  }

  @Test
  void theTimeOfATrialThatFailsIsSpentToo() {
    CellTuning tuning = tuning(this::twoAtATime, OptionalDouble.of(7));
    next(tuning);
    ends(0, ACCURACY, 0.5);
    next(tuning);
    fails(1, 2.5);
    assertThat(next(tuning)).as("5.5 of 7 seconds are spent").containsExactly(2);
    fails(2, 1.5);
    assertThat(next(tuning)).as("all seconds are spent").isEmpty();
    assertThat(tuning.isOver()).isTrue();
    assertThat(tuning.ended()).extracting(trial -> trial.seconds()).containsExactly(3.0, 2.5, 1.5);
    assertThat(tuning.ended().get(1).seconds(Phase.TRAIN)).isEqualTo(2.5);
    assertThat(tuning.best().orElseThrow().number()).isZero();
  }

  @Test
  void aTunerThatProposesNoValueOfTheRangeIsNamed() {
    CellTuning outside = tuning(p -> List.of(Map.of(RATE, 0.5)), OptionalDouble.empty(), 1.0, 1.0);
    assertThatThrownBy(() -> next(outside))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tuner 'mine' proposed 0.5 for option 'trainer.rate'");
    CellTuning silent = tuning(p -> List.of(), OptionalDouble.empty(), 1.0, 1.0);
    assertThatThrownBy(() -> next(silent))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("tuner 'mine' proposed nothing after 0 of the 2 trials");
    Map<String, Double> empty = new LinkedHashMap<>();
    CellTuning forgetful = tuning(p -> List.of(empty), OptionalDouble.empty(), 1.0, 1.0);
    assertThatThrownBy(() -> next(forgetful)).hasMessageContaining("proposed null");
  }
}
