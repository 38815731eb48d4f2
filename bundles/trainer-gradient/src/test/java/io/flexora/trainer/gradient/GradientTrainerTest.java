package io.flexora.trainer.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.cost.Workload;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.training.PackingOptions;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientTrainerTest {

  private static final List<Tokens> TRAINING = examples(11, 1);
  private static final List<Tokens> VALIDATION = examples(5, 2);

  /** The target of training is 1, of validation 0.5: on its way training passes the best point. */
  private static final List<Tokens> BEYOND = List.of(LinearModel.example(1, 0, 2));

  private static final List<Tokens> HALFWAY = List.of(LinearModel.example(1, 0, 1));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void goesOnFromAnyStepAsIfItHadNeverStopped(OptimiserKind kind) {
    Options options = new Options();
    options.optimiser = kind;
    options.decay = Schedule.Decay.COSINE;
    options.warmup = 3;
    options.batchSize = 2;
    options.accumulation = 2;
    options.maxGradNorm = 1;
    options.evaluationSteps = Optional.of(2);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor whole = new RecordingMonitor();
    TrainingResult expected = train(options, TRAINING, VALIDATION, checkpoints, whole);

    for (int step = 0; step <= options.steps; step++) {
      RecordingMonitor rest = new RecordingMonitor();
      TrainingResult resumed = train(options, TRAINING, VALIDATION, checkpoints.upTo(step), rest);

      assertThat(resumed.theta().toDoubleArray()).isEqualTo(expected.theta().toDoubleArray());
      assertThat(resumed.step()).isEqualTo(expected.step());
      assertThat(resumed.trainingLoss()).isEqualTo(expected.trainingLoss());
      assertThat(resumed.validationLoss()).isEqualTo(expected.validationLoss());
      assertThat(resumed.figures()).isEqualTo(expected.figures());
      assertThat(rest.repeatable()).isEqualTo(whole.repeatable().subList(step, options.steps));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 10, 20})
  void tellsHowOftenItEvaluates(int every) {
    Options options = new Options();
    options.evaluationSteps = every == 0 ? Optional.empty() : Optional.of(every);
    RecordingMonitor monitor = new RecordingMonitor();
    train(options, TRAINING, VALIDATION, new MemoryCheckpoints(), monitor);
    TrainingSetting.Size size =
        new TrainingSetting.Size(TRAINING.size(), VALIDATION.size(), OptionalLong.empty());
    assertThat(new GradientTrainer(options.build(), new Seeds(1)).cost(size).forward().examples())
        .isEqualTo(
            (long) VALIDATION.size()
                * monitor.repeatable().stream()
                    .filter(step -> step.validationLoss().isPresent())
                    .count());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 10, 3 6 9 10", // 3 steps in an epoch
    "4, 6, 3 6",
    "4, 5, 1 2 3 4 5",
    "1, 10, 2 4 6 8 10", // less than one epoch
    "1, 11, 3 6 9 11",
    "1, 3, 1 2 3",
    "1, 1, 1"
  })
  void evaluatesAfterEachEpochAndAShortTrainingFiveTimes(int batchSize, int steps, String after) {
    Options options = new Options();
    options.batchSize = batchSize;
    options.steps = steps;
    RecordingMonitor monitor = new RecordingMonitor();
    train(options, TRAINING, VALIDATION, new MemoryCheckpoints(), monitor);
    assertThat(
            monitor.repeatable().stream()
                .filter(step -> step.validationLoss().isPresent())
                .map(step -> String.valueOf(step.done())))
        .containsExactly(after.split(" "));
    TrainingSetting.Size size =
        new TrainingSetting.Size(TRAINING.size(), VALIDATION.size(), OptionalLong.empty());
    assertThat(new GradientTrainer(options.build(), new Seeds(1)).cost(size).forward().examples())
        .isEqualTo((long) VALIDATION.size() * after.split(" ").length);
  }

  @Test
  void aTrainingOfAnyLengthHasATimeThatIsAboveZeroAndFinite() {
    TrainingSetting.Size size =
        new TrainingSetting.Size(
            TRAINING.size(), VALIDATION.size(), OptionalLong.of(Long.MAX_VALUE));
    Workload cost = new GradientTrainer(new Options().build(), new Seeds(1)).cost(size);
    assertThat(cost.trainingGradients().examples()).isEqualTo(Long.MAX_VALUE);
    assertThat(cost.forward().examples()).isEqualTo(Long.MAX_VALUE);
    assertThat(cost.equivalentGradients()).isFinite().isGreaterThan(9e18);
  }

  @Test
  void accumulatedBatchesAreOneBigBatch() {
    Options big = new Options();
    big.batchSize = 8;
    Options small = new Options();
    small.batchSize = 2;
    small.accumulation = 4;
    RecordingMonitor ofBig = new RecordingMonitor();
    RecordingMonitor ofSmall = new RecordingMonitor();

    double[] expected = withoutDropout(big, ofBig).theta().toDoubleArray();
    double[] actual = withoutDropout(small, ofSmall).theta().toDoubleArray();

    assertThat(actual).containsExactly(expected, within(1e-13));
    for (int step = 0; step < big.steps; step++) {
      assertThat(ofSmall.repeatable().get(step).trainingLoss().orElseThrow())
          .isCloseTo(ofBig.repeatable().get(step).trainingLoss().orElseThrow(), within(1e-13));
    }
  }

  /** As many tokens as so many of the longest example have are more than an int holds. */
  @Test
  void aPackedBatchOfTheLargestSizeHasAllExamples() {
    Options options = new Options();
    options.keepBest = false;
    options.batchSize = TRAINING.size();
    double[] expected = withoutDropout(options, new RecordingMonitor()).theta().toDoubleArray();
    options.batchSize = Integer.MAX_VALUE;
    options.packing = new PackingOptions(true, Optional.empty());

    double[] actual = withoutDropout(options, new RecordingMonitor()).theta().toDoubleArray();

    assertThat(actual).containsExactly(expected, within(1e-13));
  }

  @Test
  void keepsTheBestParametersOnTheValidationExamples() {
    Options options = new Options();
    options.evaluationSteps = Optional.of(1);
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult result = train(options, BEYOND, HALFWAY, new MemoryCheckpoints(), monitor);

    List<Double> losses =
        monitor.repeatable().stream().map(s -> s.validationLoss().orElseThrow()).toList();
    double lowest = losses.stream().min(Double::compare).orElseThrow();
    assertThat(result.step()).isEqualTo(losses.indexOf(lowest) + 1L).isBetween(1L, 5L);
    assertThat(result.validationLoss()).hasValue(lowest);
    assertThat(loss(result, HALFWAY)).isEqualTo(lowest);
  }

  @Test
  void keepsTheLastParametersOnRequest() {
    Options options = new Options();
    options.evaluationSteps = Optional.of(1);
    options.keepBest = false;
    TrainingResult result =
        train(options, BEYOND, HALFWAY, new MemoryCheckpoints(), new RecordingMonitor());

    assertThat(result.step()).isEqualTo(10);
    assertThat(result.validationLoss().orElseThrow())
        .isEqualTo(loss(result, HALFWAY))
        .isGreaterThan(0.1);
  }

  @Test
  void endsEarlyWhenPatienceIsOutAndStaysEndedWhenResumed() {
    Options options = new Options();
    options.evaluationSteps = Optional.of(1);
    options.patience = Optional.of(2);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult result = train(options, BEYOND, HALFWAY, checkpoints, monitor);

    assertThat(monitor.steps()).hasSize((int) result.step() + 2);
    assertThat(monitor.notices())
        .singleElement()
        .asString()
        .contains("early at step %d of 10".formatted(result.step() + 2));
    RecordingMonitor again = new RecordingMonitor();
    assertThat(train(options, BEYOND, HALFWAY, checkpoints, again).step()).isEqualTo(result.step());
    assertThat(again.steps()).isEmpty();
  }

  @Test
  void whatAnAdapterMethodHasNotSettledIsNeitherTheBestNorCountedAsWorse() {
    Options options = new Options();
    options.evaluationSteps = Optional.of(1);
    options.patience = Optional.of(2);
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult result = settling(8, options, monitor);

    List<Double> losses = validationLosses(monitor);
    assertThat(losses).hasSize(10);
    assertThat(losses.get(0)).isLessThan(losses.get(7));
    assertThat(result.step()).isEqualTo(8);
    assertThat(result.validationLoss()).hasValue(losses.get(7));
    assertThat(loss(result, HALFWAY)).isEqualTo(losses.get(7));
    assertThat(monitor.notices()).isEmpty();
  }

  @Test
  void anAdapterMethodThatNeverSettlesLeavesTheLastParametersWithANotice() {
    Options options = new Options();
    options.evaluationSteps = Optional.of(1);
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult result = settling(11, options, monitor);

    double last = validationLosses(monitor).get(9);
    assertThat(result.step()).isEqualTo(10);
    assertThat(result.validationLoss()).hasValue(last);
    assertThat(loss(result, HALFWAY)).isEqualTo(last);
    assertThat(monitor.notices())
        .containsExactly(
            "training ended at step 10 of 10, before adapter 'mine' had its final form, such as its"
                + " ranks; the last parameters are kept as they are");
  }

  private static List<Double> validationLosses(RecordingMonitor monitor) {
    return monitor.repeatable().stream().map(s -> s.validationLoss().orElseThrow()).toList();
  }

  private TrainingResult settling(long step, Options options, Monitor monitor) {
    AdaptedModel model =
        new LinearModel(false) {
          @Override
          public AdapterPlan plan() {
            return new AdapterPlan(
                    new Settling(step), List.of(0), List.of("dense"), Head.classes(1))
                .withAdapterName("mine");
          }
        };
    return new GradientTrainer(options.build(), new Seeds(1))
        .train(new Context(model, BEYOND, HALFWAY, manager, new MemoryCheckpoints(), monitor));
  }

  /** Changes nothing, but is done only with a late step. */
  private static final class Settling extends NoAdapter {

    private final long last;

    Settling(long last) {
      this.last = last;
    }

    @Override
    public Optional<TrainingSchedule> schedule() {
      return Optional.of(
          new TrainingSchedule() {
            @Override
            public Turn after(NDManager scope, Moment at, NDArray gradient) {
              return Turn.of(at.known()).moving(at.theta().duplicate());
            }

            @Override
            public boolean mayBeKept(long step, long totalSteps) {
              return step >= last;
            }
          });
    }
  }

  @Test
  void reachesTheLeastSquaresSolution() {
    Options options = new Options();
    options.optimiser = OptimiserKind.NESTEROV;
    options.learningRate = 0.05;
    options.batchSize = 11;
    options.steps = 2000;
    options.keepBest = false;
    options.weightDecay = 0;
    double[] theta = withoutDropout(options, new RecordingMonitor()).theta().toDoubleArray();

    double[] normal = new double[3];
    for (Tokens tokens : TRAINING) {
      double[] x = {tokens.ids()[0], tokens.ids()[1], 1};
      double residual =
          theta[0] * x[0] + theta[1] * x[1] + theta[2] - tokens.example().label() / 2.0;
      for (int i = 0; i < 3; i++) {
        normal[i] += residual * x[i];
      }
    }
    assertThat(normal).containsExactly(new double[3], within(1e-10));
  }

  @Test
  void theHeadHasALearningRateOfItsOwn() {
    Options options = new Options();
    options.steps = 1;
    double[] same = withoutDropout(options, new RecordingMonitor()).theta().toDoubleArray();
    options.headLearningRate = Optional.of(0.7);
    double[] faster = withoutDropout(options, new RecordingMonitor()).theta().toDoubleArray();

    assertThat(faster[0]).isEqualTo(same[0]);
    assertThat(faster[1]).isEqualTo(same[1]);
    assertThat(faster[2]).isCloseTo(7 * same[2], within(1e-14));
  }

  @Test
  void tellsTheFiguresOfEachStep() {
    RecordingMonitor monitor = new RecordingMonitor();
    train(new Options(), TRAINING, VALIDATION, new MemoryCheckpoints(), monitor);

    assertThat(monitor.steps()).hasSize(10);
    assertThat(monitor.repeatable().get(0).trainingLoss()).isPresent();
    assertThat(monitor.repeatable().get(0).validationLoss()).isEmpty();
    assertThat(monitor.repeatable().get(0).figures())
        .containsOnlyKeys("learning_rate", "gradient_norm");
    assertThat(
            monitor.repeatable().stream()
                .filter(s -> s.validationLoss().isPresent())
                .mapToLong(Progress::done))
        .containsExactly(3L, 6L, 9L, 10L);
  }

  @Test
  void aDivergedTrainingSaysWhereAndWhatToTry() {
    Options options = new Options();
    options.learningRate = 1e200;

    assertThatThrownBy(
            () ->
                train(
                    options, TRAINING, List.of(), new MemoryCheckpoints(), new RecordingMonitor()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("step 2")
        .hasMessageContaining("learning_rate (1.0E200)");
  }

  @Test
  void aCancelledTrainingHasSavedTheStepItTold() {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();

    assertThatThrownBy(
            () -> train(new Options(), TRAINING, VALIDATION, checkpoints, new RecordingMonitor(4)))
        .isInstanceOf(CancelledException.class);
    assertThat(checkpoints.steps().size()).isEqualTo(4);
  }

  @Test
  void noTrainingExamplesAreRefused() {
    assertThatThrownBy(
            () ->
                train(
                    new Options(),
                    List.of(),
                    VALIDATION,
                    new MemoryCheckpoints(),
                    new RecordingMonitor()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no training examples");
  }

  @Test
  void withoutValidationExamplesTheLastParametersAreKeptAndSaidSo() {
    RecordingMonitor monitor = new RecordingMonitor();
    TrainingResult result =
        train(new Options(), TRAINING, List.of(), new MemoryCheckpoints(), monitor);

    assertThat(result.step()).isEqualTo(10);
    assertThat(monitor.notices()).hasSize(1);
    assertThat(result.trainingLoss()).isPresent();
    assertThat(result.validationLoss()).isEmpty();
    assertThat(result.figures()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0.1, 40, false", "0.51, 39, false", "0.51, 40, true"})
  void tellsIfTheTrainingLossHasNotFallenAlsoWhenResumed(double rate, int steps, boolean told) {
    Options options = new Options();
    options.learningRate = rate;
    options.steps = steps;
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor whole = new RecordingMonitor();
    train(options, BEYOND, BEYOND, checkpoints, whole);
    List<String> expected =
        told
            ? List.of(
                String.format(
                    Locale.ROOT,
                    "the training loss has not fallen: on average it is %.3f over the first 4 of 40"
                        + " steps and %.3f over the last 4; a lower learning_rate, or warmup_ratio:"
                        + " 0.1, may help",
                    meanTrainingLoss(whole, 0),
                    meanTrainingLoss(whole, 36)))
            : List.of();
    assertThat(whole.notices()).isEqualTo(expected);
    for (int step : new int[] {2, 20, 38, steps}) {
      RecordingMonitor rest = new RecordingMonitor();
      train(options, BEYOND, BEYOND, checkpoints.upTo(step), rest);
      assertThat(rest.notices()).isEqualTo(expected);
    }
  }

  private static double meanTrainingLoss(RecordingMonitor monitor, int from) {
    return monitor.repeatable().subList(from, from + 4).stream()
        .mapToDouble(step -> step.trainingLoss().orElseThrow())
        .average()
        .orElseThrow();
  }

  @Test
  void leavesNothingButItsResult() {
    int before = manager.getManagedArrays().size();
    TrainingResult result =
        train(new Options(), TRAINING, VALIDATION, new MemoryCheckpoints(), new RecordingMonitor());

    assertThat(manager.getManagedArrays()).hasSize(before + 1).contains(result.theta());
  }

  @Test
  void whatTheAdapterMethodKeepsIsCheckpointed() {
    Options options = new Options();
    options.batchSize = 2;
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    TrainingResult expected = shrinking(options, checkpoints);
    TrainingResult plain =
        train(options, TRAINING, VALIDATION, new MemoryCheckpoints(), new RecordingMonitor());
    assertThat(expected.theta().toDoubleArray()).isNotEqualTo(plain.theta().toDoubleArray());
    for (int step = 0; step <= options.steps; step++) {
      TrainingResult resumed = shrinking(options, checkpoints.upTo(step));
      assertThat(resumed.theta().toDoubleArray()).isEqualTo(expected.theta().toDoubleArray());
      assertThat(resumed.validationLoss()).isEqualTo(expected.validationLoss());
    }
  }

  @Test
  void theAdapterMethodIsGivenTheGradientAsItWasClipped() {
    Options options = new Options();
    options.maxGradNorm = 0.01;
    RecordingMonitor monitor = new RecordingMonitor();
    Shrinking method = new Shrinking();
    shrinking(method, options, new MemoryCheckpoints(), monitor);
    assertThat(monitor.repeatable())
        .filteredOn(step -> step.figures().containsKey("gradient_norm"))
        .isNotEmpty()
        .allMatch(step -> ((Figure.Real) step.figures().get("gradient_norm")).value() > 0.01);
    assertThat(method.norms)
        .hasSize(options.steps)
        .allSatisfy(norm -> assertThat(norm).isCloseTo(0.01, within(1e-12)));
  }

  private TrainingResult shrinking(Options options, Checkpoints checkpoints) {
    return shrinking(new Shrinking(), options, checkpoints, new RecordingMonitor());
  }

  private TrainingResult shrinking(
      Shrinking method, Options options, Checkpoints checkpoints, Monitor monitor) {
    AdaptedModel model =
        new LinearModel(true) {
          @Override
          public AdapterPlan plan() {
            return new AdapterPlan(method, List.of(0), List.of("dense"), Head.classes(1));
          }
        };
    return new GradientTrainer(options.build(), new Seeds(1))
        .train(new Context(model, TRAINING, VALIDATION, manager, checkpoints, monitor));
  }

  /** Draws theta back by the running sum of its gradients. */
  private static final class Shrinking extends NoAdapter {

    private final List<Double> norms = new ArrayList<>();

    @Override
    public Optional<TrainingSchedule> schedule() {
      return Optional.of(
          new TrainingSchedule() {
            @Override
            public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
              return Known.ofArrays(List.of(scope.zeros(theta.getShape(), theta.getDataType())));
            }

            @Override
            public Turn after(NDManager scope, Moment at, NDArray gradient) {
              norms.add(InnerProducts.norm(gradient));
              try (Workspace work = new Workspace(scope)) {
                NDArray sum = work.share(at.known().arrays().get(0)).mul(0.5).add(gradient);
                NDArray theta = work.share(at.theta()).sub(sum.mul(0.01 / at.step()));
                return Turn.of(Known.ofArrays(List.of(work.copy(sum)))).moving(work.keep(theta));
              }
            }
          });
    }
  }

  private double loss(TrainingResult result, List<Tokens> examples) {
    LinearModel model = new LinearModel(false);
    return model.loss(manager, model.batch(manager, examples), Point.of(result.theta()));
  }

  private TrainingResult withoutDropout(Options options, Monitor monitor) {
    return new GradientTrainer(options.build(), new Seeds(1))
        .train(
            new Context(
                new LinearModel(false),
                TRAINING,
                VALIDATION,
                manager,
                new MemoryCheckpoints(),
                monitor));
  }

  private TrainingResult train(
      Options options,
      List<Tokens> training,
      List<Tokens> validation,
      Checkpoints checkpoints,
      Monitor monitor) {
    boolean dropout = training == TRAINING;
    return new GradientTrainer(options.build(), new Seeds(1))
        .train(
            new Context(
                new LinearModel(dropout), training, validation, manager, checkpoints, monitor));
  }

  private static List<Tokens> examples(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> LinearModel.example(random.nextInt(3), random.nextInt(3), random.nextInt(4)))
        .toList();
  }

  private record Context(
      AdaptedModel model,
      List<Tokens> training,
      List<Tokens> validation,
      NDManager manager,
      Checkpoints checkpoints,
      Monitor monitor)
      implements TrainingContext {}
}
