package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.api.selection.TrainedValues;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.problem.CountedSelection;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.PlantedLayers;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Checks a selector on a small bilevel problem of eight layers, of which 1, 4 and 6 matter.
 *
 * @since 0.1
 */
public abstract class SelectorSuite extends ExtensionSuite<Selector> {

  private static final int LAYERS = 8;
  private static final List<Integer> PLANTED = List.of(1, 4, 6);
  private static final int MANY = 6;
  private static final int FEW = 2;
  private static final int PROBLEMS = 10;
  private static final double MOST_LIKELY = 0.001;

  /** For subclasses. */
  protected SelectorSuite() {
    super(Selector.class);
  }

  /**
   * Whether the selector is meant to find the layers that matter: by examples, or by what the model
   * is like. It then has to hit more of them than chance does, over ten problems.
   */
  protected boolean findsWhatMatters() {
    return false;
  }

  /** Whether the choice is random, so that some seeds give other layers. */
  protected boolean dependsOnSeed() {
    return false;
  }

  @Test
  void choosesLayersOfTheModel() {
    assertThat(select(SEED).layers())
        .as("layers chosen by %s from a model with layers 0 to %d", name(), LAYERS - 1)
        .allMatch(layer -> layer >= 0 && layer < LAYERS);
  }

  @Test
  void choosesTargetModulesOnce() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE);
      List<String> targets = context.targets().stream().map(ModuleShape::name).toList();
      Selection selection = extension(SEED).select(context);
      assertThat(selection.modules())
          .extracting(ChosenModule::module)
          .as("modules chosen by %s, where the target modules are %s", name(), targets)
          .isSubsetOf(targets);
      assertThat(selection.modules().stream().map(c -> c.layer() + " " + c.module()))
          .as("modules chosen by %s", name())
          .doesNotHaveDuplicates();
      assertThat(selection.moduleScores())
          .as("scores of modules of %s: one finite number for each layer", name())
          .allSatisfy(
              (name, ofModules) ->
                  ofModules
                      .values()
                      .forEach(
                          scores ->
                              assertThat(scores)
                                  .as(name)
                                  .hasSize(LAYERS)
                                  .allMatch(x -> Double.isFinite(x))));
    }
  }

  @Test
  void choosesAsManyLayersAsItSays() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE);
      Selector selector = extension();
      OptionalInt said = selector.chosenLayers(context);
      assumeTrue(said.isPresent(), "how many layers it chooses is not known before");
      Selection selection = selector.select(context);
      assumeTrue(
          selection.modules().stream().noneMatch(ChosenModule::shared), "layers share an adapter");
      assertThat(selection.layers())
          .as("layers chosen by %s, of whose number chosenLayers() tells", name())
          .hasSize(said.getAsInt());
    }
  }

  /** Values are those of the parameters of the choice, and of nothing else. */
  @Test
  void bringsTheValuesOfItsChoiceIfItSaysSo() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE);
      Selector selector = extension();
      Selection selection = selector.select(context);
      ParameterIndex index =
          selector.choosesFromTrained()
              ? context.trained().parameters()
              : context.problem().parameters();
      assertThat(selection.values().isPresent())
          .as("whether %s brings values, whose start() is %s", name(), selector.start())
          .isEqualTo(selector.start().fromValues());
      selection
          .values()
          .ifPresent(
              values ->
                  assertThat(values.arrays())
                      .extracting(TrainedValues.Array::tensorName)
                      .as("arrays of which %s brings the values", name())
                      .containsExactlyInAnyOrderElementsOf(names(index, selection)));
    }
  }

  @Test
  void saysWhetherItChoosesFromTrainedAdapters() {
    try (NDManager root = Engine.manager()) {
      AskedForTrained context =
          new AskedForTrained(context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE));
      Selector selector = extension();
      selector.select(context);
      assertThat(context.asked)
          .as("how often %s asks for trained(); see choosesFromTrained()", name())
          .isEqualTo(selector.choosesFromTrained() ? 1 : 0);
    }
  }

  private static List<String> names(ParameterIndex index, Selection selection) {
    return index.slices().stream()
        .filter(
            slice -> slice.layer().isEmpty() || selection.layers().contains(slice.layer().get()))
        .map(Slice::tensorName)
        .toList();
  }

  @Test
  void choosesTheSameForTheSameSeed() {
    assertThat(select(SEED))
        .as("second choice of %s with the same seed; draw from Seeds alone", name())
        .isEqualTo(select(SEED));
  }

  @Test
  void choosesByTheSeed() {
    assumeTrue(dependsOnSeed(), "the choice does not depend on the seed");
    Set<List<Integer>> choices = new HashSet<>();
    LongStream.range(0, 20).forEach(seed -> choices.add(select(seed).layers()));
    assertThat(choices).as("choices of %s with 20 seeds", name()).hasSizeGreaterThan(1);
  }

  @Test
  void scoresEachLayer() {
    assertThat(select(SEED).scores())
        .as("scores of %s: one finite number for each of %d layers", name(), LAYERS)
        .allSatisfy(
            (name, scores) ->
                assertThat(scores).as(name).hasSize(LAYERS).allMatch(x -> Double.isFinite(x)));
  }

  @Test
  void findsTheLayersThatMatter(TestReporter reporter) {
    assumeTrue(findsWhatMatters(), "the selector is not meant to find the layers that matter");
    Hits hits = Hits.none();
    for (long seed = 0; seed < PROBLEMS; seed++) {
      PlantedLayers planted = PlantedLayers.draw(LAYERS, PLANTED.size(), seed);
      try (NDManager root = Engine.manager()) {
        SelectionOnProblem context = SelectionOnProblem.hard(root, planted);
        hits = hits.with(planted, extension(seed).select(context).layers());
      }
    }
    tell(reporter, name() + " hits " + hits);
    assertThat(hits.probability())
        .as(
            "%s hits %s; where that is likely by chance (%s or more), it does not look at what"
                + " matters",
            name(), hits, MOST_LIKELY)
        .isLessThan(MOST_LIKELY);
  }

  /** Maven's reports leave out what is published, so it is logged as well. */
  private static void tell(TestReporter reporter, String hits) {
    reporter.publishEntry(hits);
    System.getLogger(SelectorSuite.class.getName()).log(System.Logger.Level.INFO, hits);
  }

  @Test
  void choosesTheSameAfterAResumptionFromAnyCheckpoint() {
    MemoryCheckpoints all = new MemoryCheckpoints();
    Selection whole = select(all, Long.MAX_VALUE);
    for (long step : Samples.of(all.steps(), MANY)) {
      assertThat(select(all.upTo(step), Long.MAX_VALUE))
          .as("choice of %s when resumed from its checkpoint of step %d", name(), step)
          .isEqualTo(whole);
    }
  }

  @Test
  void tellsOfTheStepsAfterItsCheckpointAloneWhenResumed() {
    MemoryCheckpoints all = new MemoryCheckpoints();
    int steps = stepsOf(all).size();
    for (long step : Samples.of(all.steps(), FEW)) {
      assertThat(stepsOf(all.upTo(step)))
          .extracting(RecordingMonitor.RecordedStep::done)
          .as(
              "steps that %s told of when resumed from its checkpoint of step %d; begin with"
                  + " checkpoints().latest",
              name(), step)
          .isEqualTo(LongStream.rangeClosed(step + 1, steps).boxed().toList());
    }
  }

  @Test
  void endsWhenCancelledWithACheckpointOfTheStep() {
    assumeTrue(!stepsOf().isEmpty(), "the selector takes no steps");
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    assertThat(catchThrowable(() -> select(checkpoints, 1)))
        .as("%s when its run is cancelled after step 1: let the exception pass", name())
        .isInstanceOf(CancelledException.class);
    assertThat(checkpoints.steps())
        .as("checkpoints offered by %s before it told of step 1", name())
        .contains(1L);
  }

  @Test
  void canBeSavedWhileAStepIsTold() {
    SavedWhenTold run = new SavedWhenTold();
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = SelectionOnProblem.of(root, LAYERS, PLANTED).with(run, run);
      Throwable thrown = catchThrowable(() -> extension().select(context));
      run.requireSaved(name());
      assertThat(thrown)
          .as("what %s throws though each of its steps could be saved", name())
          .isNull();
    }
  }

  @Test
  void choosesByWhatItHasFoundWhenItsTimeIsUp() {
    int whole = stepsOf().size();
    try (NDManager root = Engine.manager()) {
      RecordingMonitor monitor = new RecordingMonitor(LiveArrays.of(root));
      OutOfTime context =
          new OutOfTime(
              SelectionOnProblem.of(root, LAYERS, PLANTED).with(new MemoryCheckpoints(), monitor));
      Selection selection = extension().select(context);
      assertThat(selection.layers())
          .as("layers chosen by %s when its time is up", name())
          .allMatch(layer -> layer >= 0 && layer < LAYERS);
      assertThat(selection.scores().values())
          .as("scores of %s when its time is up: one finite number for each layer", name())
          .allSatisfy(
              scores -> assertThat(scores).hasSize(LAYERS).allMatch(x -> Double.isFinite(x)));
      if (context.asked() > 0 && whole > FEW) {
        assertThat(monitor.steps())
            .as("steps of %s, which asked whether its time is up and heard that it is", name())
            .hasSizeLessThan(whole);
      }
    }
  }

  @Test
  void tellsOfEachStepOnce() {
    List<RecordingMonitor.RecordedStep> steps = stepsOf();
    assertThat(steps)
        .extracting(RecordingMonitor.RecordedStep::done)
        .as("steps that %s told of", name())
        .isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
    assertThat(steps)
        .as("totals that %s told of, which took %d steps", name(), steps.size())
        .allMatch(s -> mayEndEarly() ? s.total() >= steps.size() : s.total() == steps.size());
  }

  @Test
  void keepsNoMoreNativeArraysAliveAsItGoesOn() {
    List<RecordingMonitor.RecordedStep> steps = stepsOf();
    assumeTrue(steps.size() > 2, "the selector takes few steps");
    assertThat(steps.get(steps.size() - 1).arrays())
        .as("native arrays that %s keeps alive at its last step; close each step's scope", name())
        .isLessThanOrEqualTo(steps.get(1).arrays());
  }

  @Test
  void leavesNothingOutsideItsManager() {
    try (NDManager root = Engine.manager()) {
      try (NDManager own = root.newSubManager()) {
        extension().select(context(root, own, new MemoryCheckpoints(), Long.MAX_VALUE));
      }
      assertThat(LiveArrays.of(root).count())
          .as("native arrays left by %s after its manager was closed", name())
          .isZero();
    }
  }

  /**
   * Whether a selection may take less than {@link Selector#cost} states, as where an iteration ends
   * by its tolerance.
   */
  protected boolean mayEndEarly() {
    return false;
  }

  @Test
  void takesWhatItStates() {
    try (NDManager root = Engine.manager()) {
      CountedSelection counted =
          new CountedSelection(SelectionOnProblem.of(root, LAYERS, PLANTED), LiveArrays.of(root));
      Selector selector = extension();
      Workload stated = selector.cost(counted);
      selector.select(counted);
      CostCheck.of(name(), mayEndEarly()).requireSeen(stated, counted.cost());
    }
  }

  @Test
  void choosesFromASingleLayerOrSaysWhyItCannot() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = SelectionOnProblem.of(root, 1, List.of(0));
      assertThat(extension().select(context).layers())
          .as("layers chosen by %s from a model of one layer, layer 0", name())
          .isSubsetOf(0);
    } catch (FlexoraException e) {
      assertThat(e.getMessage()).as("why %s refuses a model of one layer", name()).isNotBlank();
    } catch (RuntimeException e) {
      throw new AssertionError(
          "%s fails on a model of one layer with %s; choose layer 0 or none, or refuse such a model with a FlexoraException in checkCompatibility"
              .formatted(name(), e),
          e);
    }
  }

  @Test
  void acceptsInAdvanceWhatItThenChoosesFrom() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE);
      assertThatCode(() -> Compatibility.require(extension()::checkCompatibility, context))
          .as("checkCompatibility of %s, where select has layers to choose from", name())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesBeforeAnythingIsComputedWhatItWouldRefuseThen() {
    try (NDManager root = Engine.manager()) {
      SelectionOnProblem context = SelectionOnProblem.of(root, 1, List.of(0));
      boolean refused =
          catchThrowable(() -> extension().select(context)) instanceof FlexoraException;
      assumeTrue(refused, "a model of one layer is enough");
      assertThat(
              catchThrowable(() -> Compatibility.require(extension()::checkCompatibility, context)))
          .as(
              "%s in checkCompatibility, where select refuses a model of one layer; move the check"
                  + " there",
              name())
          .isInstanceOf(FlexoraException.class);
    }
  }

  private List<RecordingMonitor.RecordedStep> stepsOf() {
    return stepsOf(new MemoryCheckpoints());
  }

  private List<RecordingMonitor.RecordedStep> stepsOf(MemoryCheckpoints checkpoints) {
    try (NDManager root = Engine.manager()) {
      RecordingMonitor monitor = new RecordingMonitor(LiveArrays.of(root));
      extension().select(SelectionOnProblem.of(root, LAYERS, PLANTED).with(checkpoints, monitor));
      return monitor.steps();
    }
  }

  private Selection select(long seed) {
    try (NDManager root = Engine.manager()) {
      return extension(seed).select(context(root, root, new MemoryCheckpoints(), Long.MAX_VALUE));
    }
  }

  private Selection select(MemoryCheckpoints checkpoints, long cancelAfter) {
    try (NDManager root = Engine.manager()) {
      return extension().select(context(root, root, checkpoints, cancelAfter));
    }
  }

  private static SelectionOnProblem context(
      NDManager root, NDManager own, MemoryCheckpoints checkpoints, long cancelAfter) {
    return SelectionOnProblem.of(own, LAYERS, PLANTED)
        .with(checkpoints, new RecordingMonitor(LiveArrays.of(root), cancelAfter));
  }

  /** A context whose time was over before the search began. */
  private static final class OutOfTime extends ForwardingContext {

    private int asked;

    OutOfTime(SelectionContext otherwise) {
      super(otherwise);
    }

    @Override
    public boolean timeIsUp() {
      asked++;
      return true;
    }

    /** How often the selector asked. */
    int asked() {
      return asked;
    }
  }

  /** Counts how often trained adapters are asked for. */
  private static final class AskedForTrained extends ForwardingContext {

    private int asked;

    AskedForTrained(SelectionContext otherwise) {
      super(otherwise);
    }

    @Override
    public TrainedAdapters trained() {
      asked++;
      return super.trained();
    }
  }
}
