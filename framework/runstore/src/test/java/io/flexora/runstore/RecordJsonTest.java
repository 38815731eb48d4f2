package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.TrainingStart;
import io.flexora.files.durable.FileHash;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.EvaluationResult;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunResult;
import io.flexora.results.run.TestSetOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written comes back as it was, and what is malformed is named. */
class RecordJsonTest {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  @TempDir Path folder;

  private static CellOutcome outcome() {
    MetricValue ece =
        new MetricValue(
            MetricDescription.error("ece").withUnit("bits"),
            0.1,
            Double.NaN,
            Optional.of(new MetricValue.ConfidenceInterval(0.05, 0.2)),
            Optional.of(
                new Diagram(
                    "Reliability", "x", "y", List.of(new Diagram.Point(0.5, 0.25, 0.1, 0.4, 9)))));
    return CellOutcome.of(-1)
        .selectedLayers(List.of(0, 7))
        .scores(Map.of("alpha", List.of(0.1, Double.NaN, -0.0)))
        .scoreDescriptions(
            List.of(ScoreDescription.of("alpha", "alpha").withNeutral(0, "the initial value")))
        .searchEnd(Optional.of(new SearchEnd(12, 40, "outer steps", "the choice has settled")))
        .trainableParameters(1234)
        .metrics(Map.of("ece", ece))
        .figures(Map.of("temperature", Figure.of(1.5)))
        .deciding(Optional.of("ece"))
        .testSets(Map.of("far", new TestSetOutcome(Map.of("ece", ece), "ece")))
        .seconds(Map.of("train", 2.5, "search", Double.NaN))
        .peakMemoryBytes(Map.of("train", 3L << 40))
        .versions(Map.of("java", "17"))
        .build();
  }

  private static Provenance provenance() {
    return new Provenance(
        Instant.parse("2026-03-04T05:06:07.123456Z"),
        7,
        Map.of("flexora", "0.1.0"),
        Map.of("p", "1.0.0"),
        Map.of("p", "0f0f"),
        new Provenance.Machine("Linux 6", "amd64", "unknown", 2, 8L << 30),
        Map.of("hf:a/b@c", new Provenance.FetchedFile(3, "00ff")));
  }

  private static ComparisonResult comparison() {
    SeedResult done =
        new SeedResult(
            "m.t.all.1",
            1,
            CellState.DONE,
            Optional.empty(),
            OptionalDouble.of(0.5),
            NONE,
            Optional.of(
                CellOutcome.of(1)
                    .selectedLayers(List.of(0, 1))
                    .selectedModules(List.of(ChosenModule.of(0, "q"), ChosenModule.of(1, "v", 3)))
                    .trainableParameters(9)
                    .seconds(Map.of("train", 1.5))
                    .peakMemoryBytes(Map.of("train", 1L << 40))
                    .metrics(outcome().metrics())
                    .build()),
            Optional.of(true),
            Optional.of(false),
            OptionalDouble.of(0.7),
            Optional.empty());
    SeedResult failed =
        new SeedResult(
            "m.t.all.2",
            2,
            CellState.FAILED,
            Optional.of("out of \"memory\""),
            NONE,
            NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NONE,
            Optional.empty());
    DifferenceResult difference =
        new DifferenceResult(
            0.25,
            1,
            OptionalInt.of(6),
            Optional.empty(),
            Optional.of(
                new DifferenceResult.TestResult(
                    "paired t-test",
                    Optional.of(new MetricValue.ConfidenceInterval(-0.1, 0.6)),
                    OptionalDouble.of(0.125))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new DifferenceResult.McNemar(7, 0, 0.125)),
            NONE,
            OptionalDouble.of(0.125),
            OptionalDouble.of(0.25),
            DifferenceResult.Verdict.NOT_DISTINGUISHABLE,
            OptionalInt.of(4),
            Optional.empty());
    StrategyResult strategy =
        new StrategyResult(
            "all",
            "all",
            List.of(done, failed),
            1,
            1,
            OptionalDouble.of(0.5),
            NONE,
            Optional.of(new MetricValue.ConfidenceInterval(0.4, 0.6)),
            OptionalDouble.of(9),
            NONE,
            OptionalDouble.of(1.5),
            OptionalDouble.of(1.5),
            OptionalLong.of(1L << 40),
            Optional.of(List.of(1.0, 0.5)),
            NONE,
            NONE,
            true,
            false,
            Optional.of(difference),
            "all is the baseline.",
            Optional.of("dora"),
            Optional.of(
                new StrategyResult.Counterpart(
                    "all+lora", Optional.of(difference), "They are not distinguishable.")),
            Optional.empty(),
            Optional.of("losa"),
            Optional.of(
                new StrategyResult.MarginReference(
                    "last",
                    -0.25,
                    3,
                    new Equivalence(
                        0.01,
                        Optional.of(new Equivalence.OneSided(0.04, 0.5)),
                        Optional.empty(),
                        Optional.of(new Equivalence.OneSided(0.06, 0.4)),
                        OptionalDouble.of(0.08),
                        NONE,
                        Equivalence.Verdict.NOT_SHOWN))));
    GroupResult group =
        new GroupResult(
            "m",
            "t",
            OptionalInt.of(12),
            OptionalLong.of(6),
            Optional.of(MetricDescription.fraction("accuracy").withSymbol("acc")),
            "no comparison is possible.",
            List.of(strategy));
    return new ComparisonResult(
        "c",
        "all",
        List.of(1L, 2L),
        new ComparisonResult.Budget("seconds", OptionalDouble.of(1.5), "included", "excluded"),
        0.95,
        List.of(group),
        Optional.empty());
  }

  static List<Record> records() {
    CellOutcome failed = CellOutcome.failed(1, Map.of(), "no layers");
    return List.of(
        outcome(),
        failed,
        outcome().changed().start(Optional.of(TrainingStart.COMPLETE)).build(),
        outcome().changed().start(Optional.of(TrainingStart.VALUES.counting(80).of(160))).build(),
        provenance(),
        new Selection(List.of(1, 3), Map.of("gain", List.of(0.5, Double.NaN))),
        new Selection(
            List.of(2),
            Map.of("gain", List.of(0.5)),
            List.of(
                ScoreDescription.of("gain", "gain").withUnit("nats").withNeutral(-1, "no change"),
                ScoreDescription.of("norm", "gradient norm"))),
        new RunResult(
            "r",
            12,
            new CellResult("top", outcome()),
            Map.of(
                "all",
                new CellResult("all", failed),
                "frozen",
                new CellResult("none", outcome(), OptionalDouble.of(0.0125)))),
        comparison(),
        new EvaluationResult(
            "adapter",
            Optional.of("adapters/mine"),
            Optional.empty(),
            "test",
            40,
            List.of(0),
            9,
            outcome().metrics(),
            "ece",
            1.25,
            provenance()));
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordComesBackAsItWas(Record record) throws IOException {
    Path file = folder.resolve("record.json");
    RecordJson.write(file, record);
    assertThat((Object) RecordJson.read(file, record.getClass(), "a record", "write it again"))
        .isEqualTo(record);
    assertThat((Object) RecordJson.parse(RecordJson.line(record), record.getClass()))
        .isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void aFlippedBitIsRefusedOrChangesNothing(Record record) throws IOException {
    Path file = folder.resolve("record.json");
    RecordJson.write(file, record);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      Files.write(file, flipped);
      try {
        assertThat((Object) RecordJson.read(file, record.getClass(), "a record", "write it again"))
            .as("byte %d", at)
            .isEqualTo(record);
      } catch (FlexoraException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
  }

  @Test
  void halfASurrogatePairComesBackAsTheCharacterThatReplacesIt() {
    Path file = folder.resolve("record.json");
    RecordJson.write(file, CellOutcome.failed(1, Map.of("a\ud83d", "b\ude42"), "cut \ud83d"));
    CellOutcome read = RecordJson.read(file, CellOutcome.class, "a record", "write it again");
    assertThat(read).isEqualTo(CellOutcome.failed(1, Map.of("a\ufffd", "b\ufffd"), "cut \ufffd"));
  }

  /** The hashes of files that an earlier release wrote. */
  @Test
  void wholeSurrogatePairsAreHashedAsTheyAre() {
    CellOutcome whole = CellOutcome.failed(1, Map.of("a", "\ud83d\ude42"), "Größe");
    assertThat(RecordJson.sealed(whole))
        .contains("\ud83d\ude42")
        .contains(FileHash.of(RecordJson.line(RecordJson.tree(whole))).sha256());
  }

  static List<Event> events() {
    return List.of(
        new Event.StepDone(Progress.of(3, 9)),
        new Event.StepDone(
            Progress.of(3, 9)
                .withTrainingLoss(0.25)
                .withValidationLoss(Double.NaN)
                .with("rate", 1e-3)
                .with("set", 4)
                .with("layers", List.of(0, 3))
                .with("gates", new double[] {1, Double.NaN, -0.0})
                .with("nothing", List.of())
                .with("over", Figure.of(true))
                .with("norm", Double.NaN)
                .with("state", Figure.of("warm \"up\""))),
        new Event.Notice("a\nline"),
        new Event.Resumed(),
        new Event.CellRestarted("its code changed"),
        new Event.PhaseStarted("search"),
        new Event.PhaseEnded("train", 3L << 40),
        new Event.PhaseFailed("train"),
        new Event.LayersSelected(List.of(1, 2), "top"),
        new Event.ParametersHeld(3L << 40),
        new Event.SearchCut(1.5),
        new Event.Trained(
            7, OptionalDouble.of(0.5), NONE, Map.of("steps", Figure.of(9), "x", Figure.of(0.5))),
        new Event.EvaluationReused(40),
        new Event.ComparisonStarted(4, 1, 99),
        new Event.CellStarted(),
        new Event.CellEnded(
            Optional.of("acc"),
            Optional.of(MetricDescription.fraction("acc")),
            0.5,
            List.of(0),
            12.5),
        new Event.CellEnded(Optional.empty(), Optional.empty(), Double.NaN, List.of(), 0.5),
        new Event.CellFailed("out of memory"),
        new Event.ComparisonCancelled(),
        new Event.ComparisonEnded(3, 1),
        new Event.Own("downloaded", Map.of("bytes", Figure.of(5), "from", Figure.of("here"))));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventComesBackAsItWas(Event what) throws IOException {
    RunEvent event = new RunEvent(Instant.parse("2026-01-02T03:04:05Z"), "c", "train", 3, what);
    assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
  }

  /** Nothing is tuned in this one. */
  @Test
  void aComparisonSaysNothingOfWhatItDoesNotHave() {
    assertThat(RecordJson.text(comparison())).contains("selected_modules").doesNotContain("tun");
  }

  /** Methods such as {@code isComplete} are none; those that earlier releases wrote are ignored. */
  @Test
  void aRecordHasItsComponentsAlone() throws IOException {
    TrainingStart start = new TrainingStart(true, OptionalLong.of(0));
    assertThat(start.isComplete()).isTrue();
    assertThat(RecordJson.tree(start).fieldNames())
        .toIterable()
        .containsExactly("from_values", "search_steps", "steps");
    byte[] earlier =
        "{\"complete\": true, \"from_values\": true, \"steps\": 0}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(RecordJson.parse(earlier, TrainingStart.class)).isEqualTo(start);
  }

  @Test
  void everyKindOfTheCoreIsRead() {
    assertThat(events().stream().map(Event::kind)).containsAll(Event.CORE.keySet());
  }

  @Test
  void keysOfANewerReleaseAreIgnored() throws IOException {
    String text = RecordJson.text(outcome()).replaceFirst("\\{", "{\"new_key\": [1, {}],");
    CellOutcome read = RecordJson.parse(text.getBytes(StandardCharsets.UTF_8), CellOutcome.class);
    assertThat(read).isEqualTo(outcome());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seed\" : -1 | \"seed\" : \"-1\" | key 'seed' is not a whole number",
        "\"seed\" : -1 | \"sead\" : -1 | key 'seed' is missing",
        "\"lower_is_better\" : true | \"lower_is_better\" : 1 |"
            + " key 'metrics.ece.lower_is_better' is not true or false",
        "\"value\" : 0.1 | \"value\" : \"much\" | key 'metrics.ece.value' is not a number"
      })
  void whatIsMalformedIsNamedWithItsKey(String sound, String broken, String problem)
      throws IOException {
    Path file = folder.resolve("outcome.json");
    String text = RecordJson.text(outcome());
    assertThat(text).contains(sound);
    Files.writeString(file, text.replace(sound, broken));
    assertThatThrownBy(
            () -> RecordJson.read(file, CellOutcome.class, "the outcome of a cell", "run it again"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(file + " is not the outcome of a cell: " + problem + "; run it again");
  }
}
