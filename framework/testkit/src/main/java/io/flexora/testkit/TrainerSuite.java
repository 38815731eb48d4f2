package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.MovingRanks;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.WanderingLayers;
import io.flexora.testkit.fixture.model.CountedModel;
import io.flexora.testkit.fixture.model.LayeredModel;
import io.flexora.testkit.fixture.model.LeastSquaresModel;
import io.flexora.testkit.fixture.model.TrainingOnModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Checks a trainer on least squares with 24 training and 8 validation examples, on one layer and on
 * four. Configure a few dozen steps, with a learning rate that lets a convex loss fall.
 *
 * @since 0.1
 */
public abstract class TrainerSuite extends ExtensionSuite<Trainer> {

  private static final int MANY = 12;
  private static final int LAYERS = 4;
  private static final int RANK = 2;
  private static final int GREATEST_RANK = 4;
  private static final List<Integer> ALL = List.of(0, 1, 2, 3);

  /** For subclasses. */
  protected TrainerSuite() {
    super(Trainer.class);
  }

  // Compared as values, not kept.
  @SuppressWarnings("ArrayRecordComponent")
  private record Outcome(
      double[] theta,
      long step,
      OptionalDouble validationLoss,
      List<RecordingMonitor.RecordedStep> steps) {}

  @Test
  void lowersTheTrainingLoss() {
    try (NDManager root = Engine.manager()) {
      LeastSquaresModel model = new LeastSquaresModel();
      NDArray start = model.initialTheta(root, new Seeds(SEED));
      double before = loss(root, model, start);
      NDArray end =
          NativeArrays.of(
              root, train(extension(), new MemoryCheckpoints(), Long.MAX_VALUE).theta());
      assertThat(loss(root, model, end))
          .as("training loss of the theta that %s returns", name())
          .isLessThan(before);
    }
  }

  private static double loss(NDManager root, LeastSquaresModel model, NDArray theta) {
    List<Tokens> examples = LeastSquaresModel.examples("training-", 24, 1);
    return model.loss(root, model.batch(root, examples), Point.of(theta));
  }

  @Test
  void trainsTheSameForTheSameSeed() {
    Outcome first = train(extension(), new MemoryCheckpoints(), Long.MAX_VALUE);
    Outcome second = train(extension(), new MemoryCheckpoints(), Long.MAX_VALUE);
    assertSame(second, first, "trained again with the same seed; draw from Seeds alone");
  }

  /** As where a strategy brings the values that its search has trained. */
  @Test
  void beginsWhereItsContextSays() {
    double shift = 0.25;
    Outcome there = layered(new MemoryCheckpoints(), c -> c.beginningAt(shift));
    Outcome wanted =
        layered(
            new MemoryCheckpoints(),
            c ->
                c.on(
                    new ForwardingModel(c.model()) {
                      @Override
                      public NDArray initialTheta(NDManager scope, Seeds seeds) {
                        return super.initialTheta(scope, seeds).add(shift);
                      }
                    }));
    assertSame(there, wanted, "from context.initialTheta; begin there, not at the model's");
  }

  @Test
  void keepsNothingFromOneCallToTheNext() {
    Trainer trainer = extension();
    Outcome first = train(trainer, new MemoryCheckpoints(), Long.MAX_VALUE);
    layered(trainer, new MemoryCheckpoints(), c -> c);
    assertSame(
        train(trainer, new MemoryCheckpoints(), Long.MAX_VALUE),
        first,
        "trained again after another model; one object serves all cells of a run, so keep nothing"
            + " of a call in its fields");
  }

  @Test
  void endsWithTheSameNumbersWhenResumedFromAnyCheckpoint() {
    MemoryCheckpoints all = new MemoryCheckpoints();
    Outcome whole = train(extension(), all, Long.MAX_VALUE);
    for (long step : Samples.of(all.steps(), MANY)) {
      assertSame(
          train(extension(), all.upTo(step), Long.MAX_VALUE),
          whole,
          "resumed from its checkpoint of step " + step);
    }
  }

  private void assertSame(Outcome actual, Outcome expected, String how) {
    assertThat(actual.theta()).as("theta of %s, %s", name(), how).isEqualTo(expected.theta());
    assertThat(actual.step()).as("step of %s, %s", name(), how).isEqualTo(expected.step());
    assertThat(actual.validationLoss())
        .as("validation loss of %s, %s", name(), how)
        .isEqualTo(expected.validationLoss());
  }

  @Test
  void offersACheckpointOfEachStepBeforeTellingOfIt() {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    assertThat(catchThrowable(() -> train(extension(), checkpoints, 2)))
        .as("%s when its run is cancelled after step 2: let the exception pass", name())
        .isInstanceOf(CancelledException.class);
    assertThat(checkpoints.steps())
        .as("steps of which %s offered a checkpoint before it was cancelled", name())
        .containsExactly(1L, 2L);
  }

  @Test
  void canBeSavedWhileAStepIsTold() {
    SavedWhenTold run = new SavedWhenTold();
    try (NDManager root = Engine.manager()) {
      TrainingOnModel context = new TrainingOnModel(new LeastSquaresModel(), root, run, run);
      Throwable thrown = catchThrowable(() -> extension().train(context));
      run.requireSaved(name());
      assertThat(thrown)
          .as("what %s throws though each of its steps could be saved", name())
          .isNull();
    }
  }

  @Test
  void offersTheParametersOfEachStepBeforeItsCheckpoint() {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Outcome outcome = train(extension(), checkpoints, Long.MAX_VALUE);
    assertThat(checkpoints.snapshots().keySet())
        .as("steps whose parameters %s offered: call snapshot before checkpoints().offer", name())
        .containsExactlyInAnyOrderElementsOf(checkpoints.steps());
    assertThat(checkpoints.snapshots().values())
        .as("the parameters that %s offered at each step", name())
        .allSatisfy(theta -> assertThat(theta).hasSize(outcome.theta().length))
        .doesNotHaveDuplicates();
  }

  @Test
  void tellsOfEachStepOnce() {
    List<RecordingMonitor.RecordedStep> steps =
        train(extension(), new MemoryCheckpoints(), Long.MAX_VALUE).steps();
    assertThat(steps)
        .extracting(RecordingMonitor.RecordedStep::done)
        .as("steps that %s told of", name())
        .isNotEmpty()
        .isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
  }

  @Test
  void neverTrainsOnValidationExamples() {
    try (NDManager root = Engine.manager()) {
      LeastSquaresModel model = new LeastSquaresModel();
      extension().train(context(root, model, new MemoryCheckpoints(), Long.MAX_VALUE, root));
      assertThat(model.trainedOn())
          .as("examples that %s took gradients of", name())
          .isNotEmpty()
          .noneMatch(id -> id.startsWith("validation-"));
    }
  }

  @Test
  void saysThatTrainingHasDiverged() {
    assertThat(
            catchThrowable(
                () -> {
                  try (NDManager root = Engine.manager()) {
                    extension()
                        .train(
                            context(
                                root,
                                new LeastSquaresModel(2),
                                new MemoryCheckpoints(),
                                Long.MAX_VALUE,
                                root));
                  }
                }))
        .as("%s when loss and gradient are not numbers from the third on", name())
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void keepsNoMoreNativeArraysAliveAsItGoesOn() {
    List<RecordingMonitor.RecordedStep> steps =
        train(extension(), new MemoryCheckpoints(), Long.MAX_VALUE).steps();
    assumeTrue(steps.size() > 5, "too few steps to see a leak");
    // The best parameters so far may be kept beside the present ones from some step on.
    int early =
        steps.subList(1, 4).stream()
            .mapToInt(RecordingMonitor.RecordedStep::arrays)
            .max()
            .orElse(0);
    assertThat(steps.get(steps.size() - 1).arrays())
        .as("native arrays that %s keeps alive at its last step; close each step's scope", name())
        .isLessThanOrEqualTo(early + 4);
  }

  @Test
  void leavesItsThetaInTheManagerAndNothingElse() {
    try (NDManager root = Engine.manager();
        NDManager own = root.newSubManager()) {
      TrainingResult result =
          extension()
              .train(
                  context(
                      own, new LeastSquaresModel(), new MemoryCheckpoints(), Long.MAX_VALUE, root));
      assertThat(result.theta().getManager() == own)
          .as("theta of %s is attached to the context's manager", name())
          .isTrue();
      assertThat(result.theta().getShape().size())
          .as("length of the theta of %s", name())
          .isEqualTo(new LeastSquaresModel().parameters().size());
      assertThat(LiveArrays.of(root).count())
          .as("native arrays alive after %s has trained, of which theta is one", name())
          .isEqualTo(1);
    }
  }

  private static TrainingSchedule training(List<Integer> layers) {
    return TrainingSchedule.ofLayers(step -> layers, TrainingSchedule.Restart.NOTHING);
  }

  @Test
  void trainsTheActiveLayersAndTheHeadAlone() {
    LayeredModel model = new LayeredModel(LAYERS, ALL);
    List<Integer> active = List.of(1, 3);
    double[] end = layered(new MemoryCheckpoints(), c -> c.with(training(active))).theta();
    try (NDManager root = Engine.manager()) {
      double[] start = model.initialTheta(root, new Seeds(SEED)).toDoubleArray();
      for (Slice slice : model.parameters().slices()) {
        int at = (int) slice.offset();
        boolean rests = slice.layer().filter(layer -> !active.contains(layer)).isPresent();
        assertThat(end[at] == start[at])
            .as("%s has its initial value after %s trained %s", slice.tensorName(), name(), active)
            .isEqualTo(rests);
      }
    }
  }

  @Test
  void aScheduleOfAllLayersChangesNothing() {
    Outcome plain = layered(new MemoryCheckpoints(), c -> c);
    Outcome scheduled = layered(new MemoryCheckpoints(), c -> c.with(training(ALL)));
    assertSame(scheduled, plain, "with a schedule that trains all layers in all steps");
  }

  @Test
  void endsWithTheSameNumbersWhenResumedWhileLayersChange() {
    for (boolean restarts : new boolean[] {false, true}) {
      MemoryCheckpoints all = new MemoryCheckpoints();
      TrainingSchedule schedule = new WanderingLayers(LAYERS, restarts);
      Outcome whole = layered(all, c -> c.with(schedule));
      for (long step : Samples.of(all.steps(), MANY)) {
        assertSame(
            layered(all.upTo(step), c -> c.with(schedule)),
            whole,
            "resumed from its checkpoint of step " + step + " with a schedule of layers");
      }
    }
  }

  @Test
  void endsWithTheSameNumbersWhenResumedWhileRanksMove() {
    MemoryCheckpoints all = new MemoryCheckpoints();
    Outcome whole = ranked(all);
    for (long step : Samples.of(all.steps(), MANY)) {
      assertSame(
          ranked(all.upTo(step)),
          whole,
          "resumed from its checkpoint of step " + step + " with a schedule that moves ranks");
    }
  }

  @Test
  void trainsWithTheRanksThatAScheduleGivesOut() {
    assumeTrue(keepsParametersOfOneStep(), "an average over steps has the ranks of all of them");
    List<Integer> ranks = ranks(ranked(new MemoryCheckpoints()).theta());
    assertThat(ranks.stream().mapToInt(Integer::intValue).sum())
        .as("ranks of the layers at the end of %s, which has moved some: %s", name(), ranks)
        .isEqualTo(LAYERS * RANK);
    assertThat(ranks)
        .as("ranks of the layers at the end of %s", name())
        .isNotEqualTo(Collections.nCopies(LAYERS, RANK));
  }

  private static List<Integer> ranks(double[] theta) {
    List<Integer> ranks = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      int from = 2 * layer * GREATEST_RANK;
      double[] a = Arrays.copyOfRange(theta, from, from + GREATEST_RANK);
      ranks.add((int) Arrays.stream(a).filter(value -> value != 0).count());
    }
    return ranks;
  }

  /** The planted layers matter, so that ranks move to them. */
  private Outcome ranked(MemoryCheckpoints checkpoints) {
    MovingRanks selector = new MovingRanks(GREATEST_RANK, RANK, 3);
    TrainingSchedule schedule = selector.schedule(Selection.of(ALL)).orElseThrow();
    try (NDManager root = Engine.manager()) {
      RecordingMonitor monitor = new RecordingMonitor(LiveArrays.of(root));
      LayeredModel model = new LayeredModel(LAYERS, List.of(1, 2), GREATEST_RANK);
      TrainingOnModel context = new TrainingOnModel(model, root, checkpoints, monitor);
      return train(extension(), context.with(schedule), monitor);
    }
  }

  /** Trains all layers and asks for losses before each step. */
  private record Asking(List<Double> whole, List<Double> again, List<Double> without)
      implements TrainingSchedule {

    @Override
    public Turn before(NDManager scope, Moment at, Probe probe) {
      whole.add(probe.loss(7, 24, Map.of()));
      again.add(probe.loss(7, 24, Map.of()));
      without.add(probe.loss(7, 24, Map.of(0, 0.0, 1, 0.0, 2, 0.0, 3, 0.0)));
      return Turn.of(at.known()).training(ALL);
    }
  }

  @Test
  void probesTheModelBeforeTheStep() {
    Asking asking = new Asking(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    layered(new MemoryCheckpoints(), c -> c.with(asking));
    LayeredModel model = new LayeredModel(LAYERS, ALL);
    try (NDManager root = Engine.manager()) {
      NDArray start = model.initialTheta(root, new Seeds(SEED));
      List<Tokens> examples = model.examples("training-", 24, 1);
      assertThat(asking.whole().get(0))
          .as("loss of all training examples before the first step, as %s tells it", name())
          .isCloseTo(model.loss(root, model.batch(root, examples), Point.of(start)), within(1e-9));
    }
    assertThat(asking.again())
        .as("losses of the same batches, asked for again")
        .isEqualTo(asking.whole());
    for (int step = 1; step < asking.whole().size(); step++) {
      assertThat(asking.without().get(step))
          .as("loss without what the layers add, before step %d of %s", step + 1, name())
          .isNotEqualTo(asking.whole().get(step));
    }
  }

  @Test
  void refusesAScheduleThatNamesNoChosenLayers() {
    for (List<Integer> wrong : List.of(List.<Integer>of(), List.of(LAYERS), List.of(1, 0))) {
      assertThat(
              catchThrowable(() -> layered(new MemoryCheckpoints(), c -> c.with(training(wrong)))))
          .as("%s where a schedule wants the layers %s of %s trained", name(), wrong, ALL)
          .isInstanceOf(FlexoraException.class);
    }
  }

  /**
   * Whether the theta of a result is that of one step, by default; not where it averages several.
   */
  protected boolean keepsParametersOfOneStep() {
    return true;
  }

  /**
   * Whether a training may take less than {@link Trainer#cost} states, as where it ends when the
   * validation loss has stopped falling.
   */
  protected boolean mayEndEarly() {
    return false;
  }

  @Test
  void takesAsManyStepsAsItIsGiven() {
    for (long given : new long[] {1, 3, 50}) {
      List<RecordingMonitor.RecordedStep> steps =
          layered(new MemoryCheckpoints(), c -> c.taking(given)).steps();
      long done = steps.get(steps.size() - 1).done();
      assertThat(done)
          .as("the last step of %s where the context gives %d", name(), given)
          .isBetween(mayEndEarly() ? 1 : given, given);
      assertThat(steps)
          .as("the steps in all that %s tells of where the context gives %d", name(), given)
          .allMatch(told -> told.total() == given);
    }
  }

  @Test
  void takesWhatItStates() {
    for (OptionalLong given : List.of(OptionalLong.empty(), OptionalLong.of(3))) {
      try (NDManager root = Engine.manager()) {
        LeastSquaresModel model = new LeastSquaresModel();
        CountedModel counted = new CountedModel(model, LiveArrays.of(root));
        TrainingOnModel context =
            context(root, model, new MemoryCheckpoints(), Long.MAX_VALUE, root).on(counted);
        Trainer trainer = extension();
        trainer.train(given.isPresent() ? context.taking(given.getAsLong()) : context);
        TrainingSetting.Size size =
            new TrainingSetting.Size(context.training().size(), context.validation().size(), given);
        CostCheck.of(name(), mayEndEarly()).requireSeen(trainer.cost(size), counted.work());
      }
    }
  }

  @Test
  void endsWithTheStepInWhichTheTimeIsOver() {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Outcome outcome = layered(checkpoints, c -> c.within(Duration.ZERO));
    assertThat(outcome.steps())
        .as("steps of %s whose time is over from the beginning", name())
        .isNotEmpty()
        .allMatch(told -> told.done() == 1);
    Outcome resumed = layered(checkpoints, c -> c.within(Duration.ZERO));
    assertThat(resumed.steps()).as("further steps of %s when resumed", name()).isEmpty();
    assertSame(resumed, outcome, "resumed after its time was over");
  }

  @Test
  void aTimeThatIsNotOverChangesNothing() {
    Outcome plain = layered(new MemoryCheckpoints(), c -> c);
    Outcome limited = layered(new MemoryCheckpoints(), c -> c.within(Duration.ofDays(1)));
    assertSame(limited, plain, "with a day's time");
  }

  private static Outcome train(Trainer trainer, MemoryCheckpoints checkpoints, long cancelAfter) {
    try (NDManager root = Engine.manager()) {
      RecordingMonitor monitor = new RecordingMonitor(LiveArrays.of(root), cancelAfter);
      return train(
          trainer,
          new TrainingOnModel(new LeastSquaresModel(), root, checkpoints, monitor),
          monitor);
    }
  }

  private Outcome layered(MemoryCheckpoints checkpoints, UnaryOperator<TrainingOnModel> how) {
    return layered(extension(), checkpoints, how);
  }

  private static Outcome layered(
      Trainer trainer, MemoryCheckpoints checkpoints, UnaryOperator<TrainingOnModel> how) {
    try (NDManager root = Engine.manager()) {
      RecordingMonitor monitor = new RecordingMonitor(LiveArrays.of(root));
      LayeredModel model = new LayeredModel(LAYERS, ALL);
      TrainingOnModel context = new TrainingOnModel(model, root, checkpoints, monitor);
      return train(trainer, how.apply(context), monitor);
    }
  }

  private static Outcome train(Trainer trainer, TrainingOnModel context, RecordingMonitor monitor) {
    TrainingResult result = trainer.train(context);
    return new Outcome(
        Engine.values(result.theta()), result.step(), result.validationLoss(), monitor.steps());
  }

  private static TrainingOnModel context(
      NDManager own,
      LeastSquaresModel model,
      MemoryCheckpoints checkpoints,
      long cancelAfter,
      NDManager root) {
    return new TrainingOnModel(
        model, own, checkpoints, new RecordingMonitor(LiveArrays.of(root), cancelAfter));
  }
}
