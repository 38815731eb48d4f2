package io.flexora.trainer.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.head.Head;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingResult;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.WanderingLayers;
import io.flexora.testkit.fixture.model.LayeredModel;
import io.flexora.testkit.fixture.model.LeastSquaresModel;
import io.flexora.testkit.fixture.model.TrainingOnModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduledTrainingTest {

  private static final LayeredModel MODEL = new LayeredModel(4, List.of(0, 1, 2, 3));
  private static final int STEPS = 12;

  /** Layers 0 and 1 rest and return; layer 2 comes late; layer 3 never. */
  private static final List<List<Integer>> ACTIVE =
      List.of(List.of(0), List.of(0, 1), List.of(1, 2), List.of(0, 2));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Layers in turn. */
  private record Turns(boolean restartsOptimiser) implements TrainingSchedule {

    @Override
    public Turn before(NDManager scope, Moment at, Probe probe) {
      return Turn.of(at.known())
          .training(ACTIVE.get((int) at.step() % ACTIVE.size()))
          .restarting(restartsOptimiser ? Restart.RETURNING_LAYERS : Restart.NOTHING);
    }
  }

  /**
   * AdamW as its authors write it, parameter by parameter: only what is active has a gradient, and
   * each layer counts its own steps.
   */
  private static double[] adamw(Options options, boolean restarts) {
    NDManager own = TorchEngine.start().newManager(Device.cpu());
    try (own) {
      double[] theta = MODEL.initialTheta(own, new Seeds(1)).toDoubleArray();
      double[] first = new double[theta.length];
      double[] second = new double[theta.length];
      double[] count = new double[theta.length];
      for (int step = 0; step < STEPS; step++) {
        double[] gradient = gradient(own, theta);
        boolean[] moves = moving(step);
        boolean[] moved = step == 0 ? new boolean[theta.length] : moving(step - 1);
        double squares = 0;
        for (int i = 0; i < theta.length; i++) {
          squares += moves[i] ? gradient[i] * gradient[i] : 0;
        }
        double scale = Math.min(1, options.maxGradNorm / Math.sqrt(squares));
        for (int i = 0; i < theta.length; i++) {
          if (!moves[i]) {
            continue;
          }
          if (restarts && !moved[i]) {
            first[i] = second[i] = count[i] = 0;
          }
          count[i]++;
          double g = gradient[i] * scale;
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          double mean = first[i] / (1 - Math.pow(0.9, count[i]));
          double root = Math.sqrt(second[i] / (1 - Math.pow(0.999, count[i])));
          theta[i] -=
              options.learningRate * (mean / (root + 1e-8) + options.weightDecay * theta[i]);
        }
      }
      return theta;
    }
  }

  private static double[] gradient(NDManager own, double[] theta) {
    return MODEL
        .lossGradient(
            own, MODEL.batch(own, MODEL.examples("training-", 24, 1)), Point.of(own.create(theta)))
        .theta()
        .toDoubleArray();
  }

  private static boolean[] moving(int step) {
    List<Slice> slices = MODEL.parameters().slices();
    boolean[] moving = new boolean[slices.size()];
    for (int i = 0; i < moving.length; i++) {
      moving[i] = slices.get(i).layer().map(ACTIVE.get(step % 4)::contains).orElse(true);
    }
    return moving;
  }

  private static Options wholeBatches() {
    Options options = new Options();
    options.optimiser = OptimiserKind.ADAMW;
    options.batchSize = 24;
    options.steps = STEPS;
    options.maxGradNorm = 0.5;
    options.keepBest = false;
    return options;
  }

  @Test
  void whatRestsHasNoGradientAsInPyTorch() {
    for (boolean restarts : new boolean[] {false, true}) {
      Options options = wholeBatches();
      double[] theta = train(options, context().with(new Turns(restarts))).theta().toDoubleArray();

      assertThat(theta).containsExactly(adamw(options, restarts), within(1e-12));
    }
    assertThat(adamw(wholeBatches(), true)).isNotEqualTo(adamw(wholeBatches(), false));
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void goesOnFromAnyStepAsIfItHadNeverStopped(OptimiserKind kind) {
    Options options = wholeBatches();
    options.optimiser = kind;
    options.batchSize = 5;
    options.keepBest = true;
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingSchedule schedule = new WanderingLayers(4, true);
    TrainingResult expected = train(options, context(checkpoints, monitor).with(schedule));

    for (int step = 0; step <= STEPS; step++) {
      RecordingMonitor rest = new RecordingMonitor();
      TrainingResult resumed = train(options, context(checkpoints.upTo(step), rest).with(schedule));

      assertThat(resumed.theta().toDoubleArray()).isEqualTo(expected.theta().toDoubleArray());
      assertThat(resumed.trainingLoss()).isEqualTo(expected.trainingLoss());
      assertThat(resumed.validationLoss()).isEqualTo(expected.validationLoss());
      assertThat(resumed.figures()).isEqualTo(expected.figures());
      assertThat(rest.repeatable()).isEqualTo(monitor.repeatable().subList(step, STEPS));
    }
  }

  @Test
  void tellsTheActiveLayersAndTheNormOfTheirGradient() {
    RecordingMonitor monitor = new RecordingMonitor();
    train(wholeBatches(), context(new MemoryCheckpoints(), monitor).with(new Turns(false)));

    double[] slope;
    try (NDManager own = manager.newSubManager()) {
      slope = gradient(own, MODEL.initialTheta(own, new Seeds(1)).toDoubleArray());
    }
    assertThat(monitor.repeatable().stream().map(s -> s.figures().get("active_layers")).limit(4))
        .isEqualTo(ACTIVE.stream().map(Figure::of).toList());
    assertThat(monitor.repeatable().get(0).figures().get("gradient_norm").number().orElseThrow())
        .isCloseTo(
            Math.sqrt(slope[0] * slope[0] + slope[1] * slope[1] + slope[8] * slope[8]),
            within(1e-12));
  }

  @Test
  void aProbeScalesWhatALayerAdds() {
    List<Double> losses = new ArrayList<>();
    TrainingSchedule asking =
        new Asking(
            (step, probe) -> {
              losses.add(probe.loss(0, 24, Map.of()));
              losses.add(probe.loss(0, 24, Map.of(2, 0.25)));
            });
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Options options = wholeBatches();
    options.steps = 3;
    train(options, context(checkpoints, new RecordingMonitor()).with(asking));

    double[] theta =
        checkpoints.upTo(2).latest(manager).orElseThrow().arrays().get("theta").toDoubleArray();
    assertThat(losses.get(4)).isCloseTo(loss(theta), within(1e-12));
    theta[5] *= 0.25;
    assertThat(losses.get(5)).isCloseTo(loss(theta), within(1e-12));
  }

  private double loss(double[] theta) {
    return MODEL.loss(
        manager,
        MODEL.batch(manager, MODEL.examples("training-", 24, 1)),
        Point.of(manager.create(theta)));
  }

  @Test
  void aProbesBatchesHaveAsManyExamplesAsWereAskedFor() {
    List<Double> losses = new ArrayList<>();
    Asking asking =
        new Asking(
            (step, probe) -> {
              for (long batch = 0; batch < 5 && step == 0; batch++) {
                losses.add(probe.loss(batch, 10, Map.of()));
              }
            });
    train(wholeBatches(), context().with(asking));

    assertThat(losses).doesNotHaveDuplicates();
    // Targets are halves, and at the start the model says 0: a mean over ten is a whole fortieth.
    assertThat(losses).allMatch(loss -> Math.abs(loss * 40 - Math.rint(loss * 40)) < 1e-9);
  }

  @Test
  void anAdapterThatCannotBeScaledIsNamed() {
    Asking asking = new Asking((step, probe) -> probe.loss(0, 2, Map.of(0, 0.5)));
    LeastSquaresModel model =
        new LeastSquaresModel() {
          @Override
          public AdapterPlan plan() {
            return super.plan().withAdapterName("mine");
          }
        };
    TrainingOnModel plain =
        new TrainingOnModel(model, manager, new MemoryCheckpoints(), new RecordingMonitor())
            .with(asking);

    assertThatThrownBy(() -> train(new Options(), plain))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no parameter of adapter 'mine' does that")
        .hasMessageContaining("adapter: lora");
    Asking other = new Asking((step, probe) -> probe.loss(0, 2, Map.of(4, 0.5)));
    assertThatThrownBy(() -> train(new Options(), context().with(other)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("layer 4")
        .hasMessageContaining("[0, 1, 2, 3]");
  }

  private static TrainingSchedule training(List<Integer> layers) {
    return new TrainingSchedule() {
      @Override
      public Turn before(NDManager scope, Moment at, Probe probe) {
        return Turn.of(at.known()).training(layers);
      }
    };
  }

  private static final class Updating extends NoAdapter {

    @Override
    public Optional<TrainingSchedule> schedule() {
      return Optional.of(
          new TrainingSchedule() {
            @Override
            public Turn after(NDManager scope, Moment at, NDArray gradient) {
              return Turn.of(at.known()).moving(at.theta().duplicate());
            }
          });
    }
  }

  @Test
  void anAdapterThatChangesAllLayersAfterEachStepIsRefused() {
    LeastSquaresModel model =
        new LeastSquaresModel() {
          @Override
          public AdapterPlan plan() {
            return new AdapterPlan(new Updating(), List.of(0), List.of("dense"), Head.classes(1))
                .withAdapterName("mine");
          }
        };
    TrainingOnModel all =
        new TrainingOnModel(model, manager, new MemoryCheckpoints(), new RecordingMonitor());

    assertThatThrownBy(() -> train(new Options(), all.with(training(List.of(0)))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("adapter 'mine' changes all layers after each step");
    assertThat(train(new Options(), all).theta().size()).isEqualTo(3);
  }

  @Test
  void aWrongScheduleIsNamedWithItsAnswer() {
    TrainingSchedule growing =
        new TrainingSchedule() {
          @Override
          public Turn before(NDManager scope, Moment at, Probe probe) {
            return Turn.of(Known.of(List.of(1.0))).training(List.of(0));
          }
        };

    assertThatThrownBy(() -> train(new Options(), context().with(training(List.of(7)))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("trains the layers [7] in step 1")
        .hasMessageContaining("ScheduledTrainingTest")
        .hasMessageContaining("[0, 1, 2, 3]");
    assertThatThrownBy(() -> train(new Options(), context().with(growing)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("knows 1 numbers before step 1, but knew 0");
  }

  /** A clock that goes on by a second each time it is looked at. */
  private static final class Clock {
    private long seconds;

    long nanoTime() {
      return Duration.ofSeconds(seconds++).toNanos();
    }
  }

  @Test
  void endsWithTheStepInWhichItsTimeIsOverAlsoWhenResumedWithWhatIsLeftOfIt() {
    Options options = wholeBatches();
    options.evaluationSteps = Optional.of(100);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor monitor = new RecordingMonitor();
    Duration limit = Duration.ofMillis(4500);
    TrainingResult whole = timed(options, context(checkpoints, monitor).within(limit));

    assertThat(monitor.repeatable().stream().map(Progress::done))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(monitor.repeatable().get(4).validationLoss()).isPresent();
    assertThat(monitor.notices())
        .containsExactly("training ended early at step 5 of 12: its time was over");
    assertThat(whole.figures()).containsEntry("steps", Figure.of(5));
    assertThat(whole.validationLoss()).isPresent();
    for (int step = 0; step <= 5; step++) {
      RecordingMonitor rest = new RecordingMonitor();
      Duration left = limit.minusSeconds(step);
      TrainingResult resumed = timed(options, context(checkpoints.upTo(step), rest).within(left));

      assertThat(rest.repeatable()).isEqualTo(monitor.repeatable().subList(step, 5));
      assertThat(resumed.theta().toDoubleArray()).isEqualTo(whole.theta().toDoubleArray());
    }
  }

  private TrainingResult timed(Options options, TrainingOnModel context) {
    return new GradientTrainer(options.build(), new Seeds(1), new Clock()::nanoTime).train(context);
  }

  private static TrainingResult train(Options options, TrainingOnModel context) {
    return new GradientTrainer(options.build(), new Seeds(1)).train(context);
  }

  private TrainingOnModel context() {
    return context(new MemoryCheckpoints(), new RecordingMonitor());
  }

  private TrainingOnModel context(MemoryCheckpoints checkpoints, RecordingMonitor monitor) {
    return new TrainingOnModel(MODEL, manager, checkpoints, monitor);
  }

  /** Asks before each step, and trains all layers. */
  private record Asking(BiConsumer<Long, Probe> question) implements TrainingSchedule {

    @Override
    public Turn before(NDManager scope, Moment at, Probe probe) {
      question.accept(at.step(), probe);
      return Turn.of(at.known()).training(List.of(0, 1, 2, 3));
    }
  }
}
