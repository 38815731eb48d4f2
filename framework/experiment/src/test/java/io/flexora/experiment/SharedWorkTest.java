package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Dataset;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Runner;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.cell.CellRun;
import io.flexora.experiment.cell.RunScope;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.EvaluatedExamples;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.InputsKey;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.experiment.setup.NoticeLog;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.experiment.setup.TestSetOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.CheckpointOptions;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cells share is made once: everything here counts how often it was asked for. */
class SharedWorkTest {

  private static final int TRAIN = 5;
  private static final int VALIDATION = 3;
  private static final int TEST = 4;
  private static final InputsKey KEY = key("a test", "lora", "gradient");
  private static final InputsKey TRIAL = key("a trial", "lora", "gradient");
  private static final String PROMPT = "what nobody may read";
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);

  @TempDir private Path runs;
  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final Map<String, Integer> made = new TreeMap<>();
  private int cells;
  private int validation = VALIDATION;
  private Optional<Searching> searching = Optional.empty();
  private MatchedBudget held = new MatchedBudget(OptionalInt.empty(), OptionalLong.empty());
  private Optional<Duration> timeLimit = Optional.empty();
  private boolean timeLimitIncludesSearch;
  private boolean interrupted;
  private boolean exampleTexts = true;
  private Map<String, TestSetOptions> testSets = Map.of();
  private Map<String, Component<Posterior>> posteriors = Map.of();
  private Evaluator ofOwn = this::evaluatedOwn;

  @AfterEach
  void close() {
    manager.close();
  }

  private void count(String what) {
    made.merge(what, 1, Integer::sum);
  }

  @Test
  void whatTheCellsOfAModelAndATaskShareIsMadeOnce() {
    try (SharedInputs shared = new SharedInputs()) {
      CellOutcome first = run(shared, KEY, 1, List.of());
      run(shared, KEY, 1, List.of(0, 2));
      run(shared, KEY, 2, List.of(1));
      CellOutcome again = run(shared, KEY, 2, List.of());

      assertThat(made)
          .containsEntry("describe", 1)
          .containsEntry("load", 1)
          .containsEntry("tokenizer", 1)
          .containsEntry("dataset", 1)
          .containsEntry("task", 1)
          // Each example once.
          .containsEntry("tokens", TRAIN + VALIDATION + TEST)
          .containsEntry("search", 4)
          .containsEntry("train", 2)
          // The cells that train nothing say the same: one evaluation for both.
          .containsEntry("evaluate", 1 + 2)
          .doesNotContainKey("close");
      assertThat(again.metrics()).isEqualTo(first.metrics());
      assertThat(EventLog.read(EventLog.in(folder(4))))
          .filteredOn(event -> event.what() instanceof Event.EvaluationReused)
          .singleElement()
          .satisfies(event -> assertThat(event.what()).isEqualTo(new Event.EvaluationReused(TEST)));
      assertThat(RunFolder.readCell(folder(4), "main").predictions())
          .isEqualTo(RunFolder.readCell(folder(1), "main").predictions())
          .hasSize(TEST);
    }
    assertThat(made).containsEntry("close", 1);
  }

  @Test
  void cellsThatTrainTheSameLayersFromTheSameStartTrainOnce() throws IOException {
    try (SharedInputs shared = new SharedInputs()) {
      CellOutcome first = run(shared, KEY, 1, List.of(0, 2));
      CellOutcome second = run(shared, KEY, 1, List.of(0, 2));
      assertThat(made)
          .containsEntry("search", 2)
          .containsEntry("train", 1)
          .containsEntry("evaluate", 1);
      assertThat(second.metrics()).isEqualTo(first.metrics());
      assertThat(second.trainableParameters()).isEqualTo(first.trainableParameters());
      assertThat(second.seconds(Phase.TRAIN)).isEqualTo(first.seconds(Phase.TRAIN));
      assertThat(second.seconds(Phase.EVALUATE)).isEqualTo(first.seconds(Phase.EVALUATE));
      assertThat(second.peakMemoryBytes().get(Phase.TRAIN.word()))
          .isEqualTo(first.peakMemoryBytes().get(Phase.TRAIN.word()));
      CellFolder one = RunFolder.readCell(folder(1), "main");
      CellFolder other = RunFolder.readCell(folder(2), "main");
      assertThat(other.theta().orElseThrow()).isEqualTo(one.theta().orElseThrow());
      assertThat(other.predictions()).isEqualTo(one.predictions()).hasSize(TEST);
      assertThat(other.answers()).isEqualTo(one.answers());
      assertThat(other.damage()).isEmpty();
      assertThat(EventLog.read(EventLog.in(folder(2))))
          .filteredOn(event -> event.what() instanceof Event.Notice)
          .singleElement()
          .satisfies(
              event ->
                  assertThat(((Event.Notice) event.what()).sentence())
                      .contains("from the same start by cell"));
      assertThat(EventLog.read(EventLog.in(folder(2))))
          .filteredOn(event -> event.what() instanceof Event.Trained)
          .hasSize(1);

      run(shared, KEY, 1, List.of(0, 1));
      assertThat(made).as("other layers").containsEntry("train", 2);
      run(shared, key("a test", "dora", "gradient"), 1, List.of(0, 2));
      assertThat(made).as("another adapter").containsEntry("train", 3);
      run(shared, KEY, 1, List.of(0, 1));
      assertThat(made).as("the first adapter after another").containsEntry("train", 3);

      Path theta = folder(1).resolve("cells/main/theta.safetensors");
      byte[] bytes = Files.readAllBytes(theta);
      bytes[bytes.length - 1] ^= 1;
      Files.write(theta, bytes);
      run(shared, KEY, 1, List.of(0, 2));
      assertThat(made).as("what is damaged is not taken").containsEntry("train", 4);
      run(shared, KEY, 2, List.of(0, 2));
      assertThat(made).as("another seed").containsEntry("train", 5);
    }
  }

  /** As what a tuning chose does, which is tested on other examples than its trial. */
  @Test
  void aCellThatIsEvaluatedOnOtherExamplesTakesWhatWasTrained() {
    try (SharedInputs shared = new SharedInputs()) {
      CellOutcome trial = run(shared, TRIAL, 1, List.of(0, 2));
      CellOutcome tested = run(shared, KEY, 1, List.of(0, 2));
      assertThat(made)
          .containsEntry("load", 1)
          .containsEntry("search", 2)
          .containsEntry("train", 1)
          .containsEntry("evaluate", 2);
      assertThat(tested.trainableParameters()).isEqualTo(trial.trainableParameters());
      assertThat(tested.seconds(Phase.TRAIN)).isEqualTo(trial.seconds(Phase.TRAIN));
      assertThat(tested.peakMemoryBytes().get(Phase.TRAIN.word()))
          .isEqualTo(trial.peakMemoryBytes().get(Phase.TRAIN.word()));
      CellFolder one = RunFolder.readCell(folder(1), "main");
      CellFolder other = RunFolder.readCell(folder(2), "main");
      assertThat(other.theta().orElseThrow()).isEqualTo(one.theta().orElseThrow());
      assertThat(other.predictions()).hasSize(TEST);
      assertThat(other.damage()).isEmpty();
      assertThat(EventLog.read(EventLog.in(folder(2))))
          .filteredOn(event -> event.what() instanceof Event.Trained)
          .hasSize(1);
      assertThat(EventLog.read(EventLog.in(folder(2))))
          .filteredOn(event -> event.what() instanceof Event.Notice)
          .singleElement()
          .satisfies(
              event ->
                  assertThat(((Event.Notice) event.what()).sentence())
                      .endsWith(
                          "by cell: its training is taken, with the time and the memory that it"
                              + " took."));

      run(shared, KEY, 1, List.of(0, 2));
      assertThat(made).as("the same on the same examples").containsEntry("evaluate", 2);
      run(shared, KEY, 1, List.of(0, 1));
      assertThat(made).as("other layers").containsEntry("train", 2);
      run(shared, key("a test", "dora", "gradient"), 1, List.of(0, 2));
      assertThat(made).as("another adapter").containsEntry("train", 3);
      run(shared, KEY, 2, List.of(0, 2));
      assertThat(made).as("another seed").containsEntry("train", 4);
    }
  }

  @Test
  void whatATrialHasNotKeptOrIsDamagedIsTrainedAgain() throws IOException {
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, TRIAL, 1, List.of(0, 2));
      posteriors = asking(new Snapshots(2, 1));
      run(shared, KEY, 1, List.of(0, 2));
      assertThat(made).as("parameters of steps are asked for").containsEntry("train", 2);
      posteriors = asking(Snapshots.NONE);
      run(shared, KEY, 1, List.of(0, 2));
      assertThat(made).as("and no longer").containsEntry("train", 2);

      run(shared, TRIAL, 2, List.of(0, 2));
      assertThat(made).containsEntry("train", 3);
      Path theta = folder(4).resolve("cells/main/theta.safetensors");
      byte[] bytes = Files.readAllBytes(theta);
      bytes[bytes.length - 1] ^= 1;
      Files.write(theta, bytes);
      run(shared, KEY, 2, List.of(0, 2));
      assertThat(made).as("a damaged trial").containsEntry("train", 4);
    }
  }

  /** As trials do, and then what is tested, where an option of the trainer is tuned. */
  @Test
  void cellsWhoseSearchIsTheSameSearchOnce() {
    searching = Optional.of(new Searching(1, 3));
    try (SharedInputs shared = new SharedInputs()) {
      CellOutcome first = run(shared, TRIAL, 1, List.of());
      CellOutcome second = run(shared, key("a trial", "lora", "slower"), 1, List.of());
      CellOutcome tested = run(shared, key("a test", "lora", "slower"), 1, List.of());
      assertThat(made)
          .containsEntry("search", 1)
          .containsEntry("train", 2)
          .containsEntry("evaluate", 3);
      for (CellOutcome other : List.of(second, tested)) {
        assertThat(other.selectedLayers()).isEqualTo(first.selectedLayers()).containsExactly(1);
        assertThat(other.scores()).isEqualTo(first.scores());
        assertThat(other.seconds(Phase.SEARCH)).isEqualTo(first.seconds(Phase.SEARCH));
        assertThat(other.peakMemoryBytes().get(Phase.SEARCH.word()))
            .isEqualTo(first.peakMemoryBytes().get(Phase.SEARCH.word()));
      }
      // Start, three steps, the choice, end.
      assertThat(eventsOfSearch(2)).isEqualTo(eventsOfSearch(1)).hasSize(6);
      assertThat(eventsOfSearch(3)).isEqualTo(eventsOfSearch(1));
      CellFolder copy = RunFolder.readCell(folder(2), "main");
      assertThat(copy.selection()).isEqualTo(RunFolder.readCell(folder(1), "main").selection());
      assertThat(copy.damage()).isEmpty();
      assertThat(notices(1)).isEmpty();
      assertThat(notices(2))
          .containsExactly(
              "The same search was done by cell: its choice is taken, with the time and the memory"
                  + " that it took.");
      assertThat(notices(3)).hasSize(2);

      searching = Optional.of(new Searching(2, 3));
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("another option of the selector").containsEntry("search", 2);
      run(shared, key("a trial", "dora", "gradient"), 1, List.of());
      assertThat(made).as("another adapter").containsEntry("search", 3);
      held = new MatchedBudget(OptionalInt.of(2), OptionalLong.empty());
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("another number held equal").containsEntry("search", 4);
      run(shared, TRIAL, 2, List.of());
      assertThat(made).as("another seed").containsEntry("search", 5);
      run(shared, TRIAL, 2, List.of());
      assertThat(made).as("and nothing else").containsEntry("search", 5);
    }
  }

  @Test
  void aSearchIsDoneAgainWhereItSeesOtherExamples() {
    searching = Optional.of(new Searching(1, 3));
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, TRIAL, 1, List.of());
      validation = VALIDATION + 1;
      run(shared, KEY, 1, List.of());
      assertThat(made).containsEntry("search", 2);
      validation = VALIDATION;
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("those of the first").containsEntry("search", 2);
    }
  }

  @Test
  void aSearchThatGoesOnAfterAnInterruptionIsNeitherTakenNorGiven() {
    searching = Optional.of(new Searching(1, 3));
    try (SharedInputs shared = new SharedInputs()) {
      interrupted = true;
      run(shared, TRIAL, 1, List.of());
      interrupted = false;
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("not given").containsEntry("search", 2);
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("whole").containsEntry("search", 2);
      interrupted = true;
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("not taken").containsEntry("search", 3);
    }
  }

  @Test
  void aSearchThatATimeLimitMayCutIsNoOthers() {
    searching = Optional.of(new Searching(1, 3));
    timeLimit = Optional.of(Duration.ofHours(1));
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, TRIAL, 1, List.of());
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("the limit is that of the training").containsEntry("search", 1);
      timeLimitIncludesSearch = true;
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("not taken").containsEntry("search", 2);
    }
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, TRIAL, 1, List.of());
      timeLimitIncludesSearch = false;
      run(shared, TRIAL, 1, List.of());
      assertThat(made).as("not given").containsEntry("search", 4);
    }
  }

  /** There is nothing to save, and a notice in the record of each cell would only be in the way. */
  @Test
  void aChoiceWithoutStepsIsEachCellsOwn() {
    searching = Optional.of(new Searching(1, 0));
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, TRIAL, 1, List.of());
      run(shared, key("a trial", "lora", "slower"), 1, List.of());
    }
    assertThat(made).containsEntry("search", 2);
    assertThat(notices(2)).isEmpty();
  }

  private List<RunEvent> eventsOfSearch(int cell) {
    String search = Phase.SEARCH.word();
    return EventLog.read(EventLog.in(folder(cell))).stream()
        .filter(
            event ->
                event.isIn(Phase.SEARCH)
                    || event.what().equals(new Event.PhaseStarted(search))
                    || (event.what() instanceof Event.PhaseEnded ended
                        && ended.phase().equals(search)))
        .toList();
  }

  private List<String> notices(int cell) {
    return EventLog.read(EventLog.in(folder(cell))).stream()
        .map(RunEvent::what)
        .filter(Event.Notice.class::isInstance)
        .map(notice -> ((Event.Notice) notice).sentence())
        .toList();
  }

  private static Map<String, Component<Posterior>> asking(Snapshots snapshots) {
    return Map.of("made", component(proxy(Posterior.class, (p, method, arguments) -> snapshots)));
  }

  @Test
  void aModelServesThoseThatKeepToWhatItWasLoadedBy() {
    Decision decided = new Decision("float32", "as this processor has no units for bf16");
    try (SharedInputs shared = new SharedInputs()) {
      Decisions first = new Decisions();
      ExperimentInputs inputs = inputs(shared, KEY, first);
      assertThat(first.of("compute_dtype", () -> decided)).isEqualTo(decided);
      Decisions same = new Decisions();
      same.recall(Map.of("compute_dtype", decided));
      assertThat(inputs(shared, KEY, same)).isSameAs(inputs);
      Decisions other = new Decisions();
      other.recall(Map.of("compute_dtype", new Decision("bf16", "as it is faster")));
      ExperimentInputs others = inputs(shared, KEY, other);
      assertThat(others).isNotSameAs(inputs);
      // What was recalled for one was not decided for those that recall nothing.
      assertThat(inputs(shared, KEY, new Decisions())).isNotSameAs(others);
    }
  }

  private ExperimentInputs inputs(SharedInputs shared, InputsKey key, Decisions decisions) {
    SharedInputs.Origin origin = new SharedInputs.Origin(null, new NoticeLog());
    return shared
        .of(key, configuration(1, List.of()), origin, decisions, ModelDevices.ONE)
        .inputs();
  }

  @Test
  void whereTextsStayOutNoFileOfTheRunHasThem() throws IOException {
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, KEY, 1, List.of(1));
      assertThat(filesWith(PROMPT, folder(1))).containsExactly("answers.json");
      exampleTexts = false;
      run(shared, KEY, 2, List.of(1));
      assertThat(filesWith(PROMPT, folder(2))).isEmpty();
      assertThat(filesWith("test1", folder(2))).contains("answers.json", "predictions.jsonl");
    }
  }

  /** The one that fails leaves the evaluation of the own examples to the next, which takes it. */
  @Test
  void aFurtherTestSetIsEvaluatedBesideWhatTheCellSaidOfItsOwnExamples() {
    List<List<ScoredExample>> references = new ArrayList<>();
    Evaluator further =
        context -> {
          references.add(context.reference());
          if (references.size() == 1) {
            throw new IllegalStateException("out of luck");
          }
          return evaluated(context);
        };
    testSets = far(component(further));
    try (SharedInputs shared = new SharedInputs()) {
      assertThatThrownBy(() -> run(shared, KEY, 1, List.of())).hasMessageContaining("out of luck");
      run(shared, KEY, 2, List.of());
      run(shared, KEY, 2, List.of(1));
    }
    // Of the own examples once without any training and once with some; each time of the others.
    assertThat(made).containsEntry("evaluate", 1 + 1 + 2);
    assertThat(references).hasSize(3);
    for (List<ScoredExample> reference : references) {
      assertThat(reference)
          .extracting(scored -> scored.example().id())
          .containsExactly("test0", "test1", "test2", "test3");
      assertThat(reference)
          .allSatisfy(
              scored -> {
                assertThat(scored.prediction().exampleId()).isEqualTo(scored.example().id());
                assertThat(scored.prediction().scores()).containsExactly(-1.0, -2.0);
              });
    }
  }

  private Map<String, TestSetOptions> far(Component<Evaluator> evaluator) {
    Component<Dataset> rows = component(this::rows);
    return Map.of("far", new TestSetOptions(rows, Optional.empty(), Optional.of(evaluator)));
  }

  @Test
  void whatAnEvaluatorOfAnotherKindSaidIsNoReference() {
    List<List<ScoredExample>> references = new ArrayList<>();
    Evaluator further =
        context -> {
          references.add(context.reference());
          return evaluated(context);
        };
    testSets = far(component("another", further));
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, KEY, 1, List.of());
    }
    assertThat(references).containsExactly(List.of());
  }

  @Test
  void anEvaluatorThatMixesItsPredictionsIsRefused() {
    ofOwn =
        context -> {
          Evaluation own = evaluatedOwn(context);
          List<Prediction> mixed = new ArrayList<>(own.predictions());
          Collections.reverse(mixed);
          return new Evaluation(own.metrics(), own.deciding(), mixed);
        };
    try (SharedInputs shared = new SharedInputs()) {
      assertThatThrownBy(() -> run(shared, KEY, 1, List.of()))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(
              "evaluator 'fake' did not give one prediction of each of its 4 examples");
    }
  }

  @Test
  void whatReturnsNothingIsNamed() {
    ofOwn = context -> null;
    try (SharedInputs shared = new SharedInputs()) {
      assertThatThrownBy(() -> run(shared, KEY, 1, List.of()))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("evaluator 'fake' returned no evaluation");
    }
    ofOwn = this::evaluatedOwn;
    try (SharedInputs shared = new SharedInputs()) {
      assertThatThrownBy(() -> run(shared, KEY, 1, null))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("selector 'fake' returned no selection");
    }
  }

  private static List<String> filesWith(String text, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> read(file).contains(text))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anotherTaskHasTheSameModelAndAnotherModelTheRoomOfTheFirst() {
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, KEY, 1, List.of());
      InputsKey task = new InputsKey("a model", "another task", "a test", "lora", "lora, gradient");
      run(shared, task, 1, List.of());
      assertThat(made)
          .containsEntry("load", 1)
          .containsEntry("tokenizer", 1)
          .containsEntry("dataset", 2)
          .containsEntry("tokens", 2 * TEST)
          .containsEntry("evaluate", 2)
          .doesNotContainKey("close");
      InputsKey model =
          new InputsKey("another model", "a task", "a test", "lora", "lora, gradient");
      run(shared, model, 1, List.of());
      assertThat(made).containsEntry("load", 2).containsEntry("close", 1);
    }
    assertThat(made).containsEntry("close", 2);
  }

  @Test
  void anotherAdapterHasTheSameDataAndWhatTheModelSaysUntrained() {
    InputsKey other = key("a test", "dora", "gradient");
    try (SharedInputs shared = new SharedInputs()) {
      run(shared, KEY, 1, List.of());
      run(shared, other, 1, List.of());
      run(shared, other, 1, List.of(1));
      run(shared, KEY, 1, List.of(2));
      assertThat(made)
          .containsEntry("load", 1)
          .containsEntry("dataset", 1)
          .containsEntry("tokens", TRAIN + VALIDATION + TEST)
          .containsEntry("train", 2)
          .containsEntry("evaluate", 1 + 2);
    }
  }

  @Test
  void whatWasToldOfWhatIsSharedIsToldOfEachExperimentThatHasIt() {
    InputsKey other = key("a test", "dora", "gradient");
    NoticeLog first = new NoticeLog();
    NoticeLog second = new NoticeLog();
    List<String> heard = new ArrayList<>();
    first.add("A row is left out.");
    first.tellAll(heard::add);
    second.tellFurther(heard::add);
    try (SharedInputs shared = new SharedInputs()) {
      kept(shared, KEY, configuration(1, List.of()), first);
      first.add("The head differs.");
      first.add("A row is left out.");
      second.add("dora is odd.");
      assertThat(kept(shared, other, configuration(1, List.of()), second).notices())
          .containsExactly("A row is left out.", "The head differs.", "dora is odd.");
    }
    assertThat(heard).containsExactly("A row is left out.", "The head differs.", "dora is odd.");
  }

  @Test
  void cellsThatDifferInStrategyAloneShareAllAndOthersNoMoreThanTheyMay() {
    String text = "seed: %d\nselector: %s\nmodel: %s\ndataset: %s\ntrainer: {use: gradient}\n";
    InputsKey first = key(text.formatted(1, "all", "m", "d"), 7);
    assertThat(key(text.formatted(1, "random", "m", "d"), 7)).isEqualTo(first);
    InputsKey seed = key(text.formatted(2, "all", "m", "d"), 7);
    assertThat(seed).isNotEqualTo(first);
    assertThat(seed.hasDataOf(first)).isTrue();
    assertThat(key(text.formatted(1, "all", "m", "other"), 7).model()).isEqualTo(first.model());
    assertThat(key(text.formatted(1, "all", "m", "other"), 7)).isNotEqualTo(first);
    assertThat(key(text.formatted(1, "all", "other", "d"), 7).model()).isNotEqualTo(first.model());
    assertThat(key(text.formatted(1, "all", "m", "d"), 8)).isNotEqualTo(first);
    InputsKey dora = key(text.formatted(1, "all", "m", "d") + "adapter: dora\n", 7);
    assertThat(dora).isNotEqualTo(first);
    assertThat(dora.hasDataOf(first)).isTrue();
    assertThat(dora.search()).isNotEqualTo(first.search());
    assertThat(seed.search()).isNotEqualTo(first.search());
    InputsKey shorter = key(text.formatted(1, "all", "m", "d") + "training_steps: 9\n", 7);
    assertThat(shorter).isNotEqualTo(first);
    assertThat(shorter.hasDataOf(first)).isTrue();
    assertThat(shorter.search()).isEqualTo(first.search());
    InputsKey trainer = key(text.replace("gradient", "other").formatted(1, "all", "m", "d"), 7);
    assertThat(trainer).isNotEqualTo(first);
    assertThat(trainer.search()).isEqualTo(first.search());
    assertThat(key(text.formatted(1, "all", "m", "other"), 7).hasDataOf(first)).isFalse();
    InputsKey trial = key(text.formatted(1, "all", "m", "d") + "evaluate_on: tuning\n", 7);
    assertThat(trial.hasDataOf(first)).isFalse();
    assertThat(trial.trainsOnDataOf(first)).isTrue();
    InputsKey tuned = key(text.formatted(1, "all", "m", "d") + "tuning_share: 0.5\n", 7);
    assertThat(tuned.trainsOnDataOf(first)).isFalse();
    assertThat(key(text.formatted(1, "all", "m", "other"), 7).trainsOnDataOf(first)).isFalse();
  }

  private static InputsKey key(String evaluation, String adapter, String trainer) {
    return new InputsKey("a model", "a task", evaluation, adapter, adapter + ", " + trainer);
  }

  private static InputsKey key(String text, long dataSeed) {
    ConfigNode written = new ConfigurationReader().parse(text, "cell.yaml");
    return InputsKey.of(written, dataSeed, ComponentTypes.NONE);
  }

  private Path folder(int cell) {
    return runs.resolve("cell" + cell + "-20260102-030400");
  }

  private static SharedInputs.Kept kept(
      SharedInputs shared,
      InputsKey key,
      ExperimentConfiguration configuration,
      NoticeLog notices) {
    SharedInputs.Origin origin = new SharedInputs.Origin(null, notices);
    boolean texts = configuration.data().exampleTexts();
    String evaluation = key.evaluation() + (texts ? " with texts" : "");
    InputsKey written =
        new InputsKey(key.model(), key.data(), evaluation, key.search(), key.training());
    return shared.of(written, configuration, origin, new Decisions(), ModelDevices.ONE);
  }

  private CellOutcome run(SharedInputs shared, InputsKey key, long seed, List<Integer> layers) {
    ExperimentConfiguration configuration = configuration(seed, layers);
    SharedInputs.Kept kept = kept(shared, key, configuration, new NoticeLog());
    try (RunFolder folder =
        RunFolder.create(runs, "cell" + ++cells, TIME, "seed: " + seed + "\n")) {
      if (interrupted) {
        Event begun = new Event.PhaseStarted(Phase.SEARCH.word());
        folder.events().append(new RunEvent(Instant.now(), "main", "", 0, begun));
      }
      RunScope scope =
          new RunScope(
              configuration,
              folder,
              RunListener.NONE,
              () -> false,
              Map.of(),
              seeds -> new Training(),
              cell -> Map.of(),
              kept.reuse());
      return new CellRun(scope, kept.inputs(), "main").run(configuration.selector(), held);
    }
  }

  private ExperimentConfiguration configuration(long seed, List<Integer> layers) {
    return new ExperimentConfiguration(
        "cell",
        seed,
        Optional.of(7L),
        component(new Backend()),
        new TaskOptions(
            component((Dataset) this::rows),
            component((Task) rows -> examples()),
            component(Objective.ANSWER),
            component(ofOwn),
            testSets,
            exampleTexts),
        searching
            .<Component<Selector>>map(selector -> selector)
            .orElseGet(() -> component(choosing(layers))),
        new CellOptions(
            DeviceChoice.CPU,
            1,
            component(
                proxy(
                    AdapterMethod.class,
                    (p, method, arguments) ->
                        method.getReturnType() == Optional.class ? Optional.empty() : List.of())),
            component(new Training()),
            posteriors,
            component(proxy(Runner.class, (p, method, arguments) -> null)),
            new CheckpointOptions(0, 0, 1),
            List.of(),
            Optional.empty()),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        timeLimit,
        timeLimitIncludesSearch,
        Optional.empty(),
        Optional.empty(),
        EvaluatedExamples.TEST,
        List.of());
  }

  private Selector choosing(List<Integer> layers) {
    return new Selector() {
      @Override
      public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}

      @Override
      public Selection select(SelectionContext context) {
        count("search");
        return layers == null ? null : Selection.of(layers);
      }
    };
  }

  /** Chooses a layer in so many steps; those with the same options are equal. */
  private final class Searching implements Component<Selector>, Selector {

    private final int layer;
    private final int steps;

    Searching(int layer, int steps) {
      this.layer = layer;
      this.steps = steps;
    }

    @Override
    public String name() {
      return "searching";
    }

    @Override
    public Selector get() {
      return this;
    }

    @Override
    public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}

    @Override
    public Selection select(SelectionContext context) {
      count("search");
      for (int step = 1; step <= steps; step++) {
        context.monitor().step(Progress.of(step, steps));
      }
      return new Selection(List.of(layer), Map.of("score", List.of(0.5, 1.0, 1.5)));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Searching that && layer == that.layer && steps == that.steps;
    }

    @Override
    public int hashCode() {
      return Objects.hash(layer, steps);
    }
  }

  private final class Training implements Trainer {

    @Override
    public TrainingResult train(TrainingContext context) {
      count("train");
      return TrainingResult.of(context.model().initialTheta(context.manager(), null), 1);
    }

    @Override
    public Workload cost(TrainingSetting.Size size) {
      return Workload.NONE.storedThetas(1);
    }
  }

  private Map<Split, List<Row>> rows() {
    count("dataset");
    return Map.of(
        Split.TRAIN, rows("train", TRAIN),
        Split.VALIDATION, rows("validation", validation),
        Split.TEST, rows("test", TEST));
  }

  private static List<Row> rows(String split, int count) {
    return IntStream.range(0, count).mapToObj(i -> new Row(split + i, Map.of("i", i))).toList();
  }

  private Examples examples() {
    count("task");
    return new Examples(
        List.of(),
        Map.of(
            Split.TRAIN, examples("train", TRAIN),
            Split.VALIDATION, examples("validation", validation),
            Split.TEST, examples("test", TEST)));
  }

  private static List<Example> examples(String split, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Example(split + i, PROMPT, List.of("a", "b"), 0))
        .toList();
  }

  private Evaluation evaluatedOwn(EvaluationContext context) {
    assertThat(context.reference()).isEmpty();
    return evaluated(context);
  }

  private Evaluation evaluated(EvaluationContext context) {
    count("evaluate");
    assertThat(context.examples())
        .extracting(tokens -> tokens.example().fields())
        .isEqualTo(IntStream.range(0, TEST).mapToObj(i -> Map.of("i", i)).toList());
    return new Evaluation(
        Map.of("acc", new MetricValue(MetricDescription.fraction("acc"), 1, 0)),
        "acc",
        context.examples().stream()
            .map(tokens -> new Prediction(tokens.example().id(), 0, 0, List.of(-1.0, -2.0)))
            .toList());
  }

  /** A model of three layers with one trainable number in each that is adapted. */
  private final class Backend implements ModelBackend {

    @Override
    public ModelShape describe() {
      count("describe");
      return new ModelShape(
          "fake", 3, 1, 8, List.of(), List.of(), 3, "float32", 12, "CAUSAL_LM", 10, "base");
    }

    @Override
    public Tokenizer tokenizer() {
      count("tokenizer");
      return proxy(
          Tokenizer.class,
          (p, method, arguments) -> {
            if (method.getName().equals("tokens")) {
              count("tokens");
              return new Tokens((Example) arguments[0], new int[] {1}, List.of(), 0);
            }
            return null;
          });
    }

    @Override
    public BaseModel load() {
      count("load");
      ModelShape shape =
          new ModelShape(
              "fake", 3, 1, 8, List.of(), List.of(), 3, "float32", 12, "CAUSAL_LM", 10, "base");
      return proxy(
          BaseModel.class,
          (p, method, arguments) ->
              switch (method.getName()) {
                case "shape" -> shape;
                case "manager" -> manager;
                case "adapt" -> adapted((AdapterPlan) arguments[0]);
                default -> {
                  count(method.getName());
                  yield null;
                }
              });
    }
  }

  private static AdaptedModel adapted(AdapterPlan plan) {
    List<Integer> layers = plan.layers();
    ModuleShape module = new ModuleShape("m", "layer.%d.m", 1, 1);
    ParameterIndex parameters =
        new ParameterIndex(
            IntStream.range(0, layers.size())
                .mapToObj(
                    i ->
                        new Slice(
                            i,
                            new Shape(1),
                            new Slice.Adapter(
                                layers.get(i),
                                module,
                                new AdapterParameter("a", "a", new Shape(1)))))
                .toList());
    return proxy(
        AdaptedModel.class,
        (p, method, arguments) ->
            switch (method.getName()) {
              case "plan" -> plan;
              case "parameters" -> parameters;
              case "initialTheta" ->
                  ((NDManager) arguments[0]).zeros(new Shape(layers.size()), DataType.FLOAT32);
              default -> null;
            });
  }

  private static <T> Component<T> component(T extension) {
    return component("fake", extension);
  }

  private static <T> Component<T> component(String name, T extension) {
    return new Component<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public T get() {
        return extension;
      }
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
