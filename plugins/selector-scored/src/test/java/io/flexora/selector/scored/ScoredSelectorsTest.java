package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScoredSelectorsTest {

  private static final int LAYERS = 5;
  private static final double H = 1e-5;
  static final double RATE = 0.1;
  private static final int WARM_UP = 3;
  private static final double START = 0.25;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SelectionOnProblem context = context(LAYERS, List.of(0, 3), 3);

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> scores() {
    return Stream.of(
        Arguments.of(
            new GradientNormSelector(
                new GradientNormOptions(KeptLayers.of("2"), 2, 8, WARM_UP, sgd())),
            "gradient_norm",
            (ToDoubleBiFunction<double[], double[]>)
                (theta, g) -> Math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2])),
        Arguments.of(
            new FisherSelector(new FisherOptions(KeptLayers.of("2"), 2, WARM_UP, 8, sgd())),
            "fisher",
            (ToDoubleBiFunction<double[], double[]>)
                (theta, g) -> g[0] * g[0] + g[1] * g[1] + g[2] * g[2]),
        Arguments.of(
            new SnipSelector(new SnipOptions(KeptLayers.of("2"), 2, 8, WARM_UP, sgd())),
            "snip",
            (ToDoubleBiFunction<double[], double[]>)
                (theta, g) ->
                    Math.abs(theta[0] * g[0])
                        + Math.abs(theta[1] * g[1])
                        + Math.abs(theta[2] * g[2])));
  }

  /** By differences of the loss, at the theta of plain descent, over the two batches after it. */
  @ParameterizedTest
  @MethodSource("scores")
  void areWhatDifferencesOfTheLossGive(
      Selector selector, String name, ToDoubleBiFunction<double[], double[]> score) {
    List<Double> found = selector.select(context).scores().get(name);

    double[] theta = trained();
    assertThat(found).hasSize(LAYERS);
    for (int layer = 0; layer < LAYERS; layer++) {
      double expected = 0;
      for (int batch = WARM_UP; batch < WARM_UP + 2; batch++) {
        expected += score.applyAsDouble(ofLayer(theta, layer), slopes(theta, layer, batch)) / 2;
      }
      assertThat(found.get(layer)).isCloseTo(expected, within(1e-7));
    }
  }

  static Stream<Arguments> named() {
    return scores().map(Arguments::get).map(all -> Arguments.of(all[0], all[1]));
  }

  /** The two batches that are averaged, the other way round. */
  @ParameterizedTest
  @MethodSource("named")
  void doNotDependOnTheOrderOfTheBatches(Selector selector, String name) {
    List<Double> expected = selector.select(context).scores().get(name);

    List<Double> found = selector.select(new OtherOrder(context)).scores().get(name);

    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(found.get(layer)).isCloseTo(expected.get(layer), within(1e-12));
    }
  }

  /** What dropout and a penalty add to the gradient of a training step is in no score. */
  @ParameterizedTest
  @MethodSource("named")
  void areThoseOfTheModelWithoutDropout(Selector selector, String name) {
    List<Double> expected = selector.select(new Noisy(context, 0)).scores().get(name);

    assertThat(selector.select(new Noisy(context, 5)).scores().get(name)).isEqualTo(expected);
  }

  static Stream<Selector> selectors() {
    return Stream.of(
        new GradientNormSelector(new GradientNormOptions(KeptLayers.of("3"), 4, 8, 0, sgd())),
        new FisherSelector(new FisherOptions(KeptLayers.of("3"), 4, 0, 8, sgd())),
        new SnipSelector(new SnipOptions(KeptLayers.of("3"), 4, 8, WARM_UP, sgd())));
  }

  /**
   * By chance 1 of 56 draws would be the planted three of eight; the fixture's batches are noisy.
   */
  @ParameterizedTest
  @MethodSource("selectors")
  void findThePlantedLayersOverTenSeeds(Selector selector) {
    List<Integer> planted = List.of(1, 4, 6);
    int hits = 0;
    for (long seed = 0; seed < 10; seed++) {
      if (selector.select(context(8, planted, seed)).layers().equals(planted)) {
        hits++;
      }
    }
    assertThat(hits).isGreaterThanOrEqualTo(8);
  }

  /** By what the scores estimate; by chance 11 of the 30 layers would be the same. */
  @ParameterizedTest
  @MethodSource("selectors")
  void keepWhatHurtsMostWhenItIsLeftOut(Selector selector) {
    Selector leavingOut = new LeaveOneOutSelector(new LeaveOneOutOptions("3", 2, 8, 20, sgd()));
    long common = 0;
    for (long seed = 0; seed < 10; seed++) {
      List<Integer> hurting = leavingOut.select(context(8, List.of(1, 4, 6), seed)).layers();
      common +=
          selector.select(context(8, List.of(1, 4, 6), seed)).layers().stream()
              .filter(hurting::contains)
              .count();
    }
    assertThat(common).isGreaterThan(24);
  }

  @Test
  void fisherLooksAtSingleExamplesAndWarmsUpOnBatches() {
    Recording recording = new Recording(context, OptionalInt.of(2));
    new FisherSelector(new FisherOptions(KeptLayers.of("same"), 2, 1, 16, sgd())).select(recording);

    assertThat(recording.asked)
        .extracting(ProblemOptions::batchSize, ProblemOptions::gradientAccumulationSteps)
        .containsExactly(tuple(16, 1), tuple(1, 1));
  }

  /** From the beginning of an epoch, and not beyond its end. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 3", "3, 3", "4, 6"})
  void fisherLooksAtNoExampleTwice(int warmUp, long first) {
    FewRows three = new FewRows(context);
    new FisherSelector(new FisherOptions(KeptLayers.of("2"), 8, warmUp, 8, sgd())).select(three);
    assertThat(three.measured).containsExactly(first, first + 1, first + 2);

    FewRows two = new FewRows(context);
    new FisherSelector(new FisherOptions(KeptLayers.of("2"), 2, warmUp, 8, sgd())).select(two);
    assertThat(two.measured).containsExactly(first, first + 1);
  }

  @Test
  void sameIsTheNumberOfTheMainSelector() {
    Selector same =
        new GradientNormSelector(new GradientNormOptions(KeptLayers.of("same"), 1, 8, 0, sgd()));

    assertThat(same.select(new Recording(context, OptionalInt.of(4))).layers()).hasSize(4);
    assertThatThrownBy(() -> same.select(new Recording(context, OptionalInt.empty())))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector gradient-norm is to choose the 'same' number")
        .hasMessageContaining("layers: 6");
  }

  static Stream<Selector> halves() {
    KeptLayers half = KeptLayers.reaching(0.5);
    return Stream.of(
        new GradientNormSelector(new GradientNormOptions(half, 4, 8, 0, sgd())),
        new FisherSelector(new FisherOptions(half, 4, 0, 8, sgd())),
        new SnipSelector(new SnipOptions(half, 4, 8, WARM_UP, sgd())));
  }

  @ParameterizedTest
  @MethodSource("halves")
  void aThresholdKeepsTheFewestLayersThatHaveTheShare(Selector selector) {
    SelectionContext planted = context(8, List.of(1, 4, 6), 3);
    Selection half = selector.select(planted);

    List<Double> scores = half.scores().values().iterator().next();
    double all = scores.stream().mapToDouble(Double::doubleValue).sum();
    double kept = half.layers().stream().mapToDouble(scores::get).sum();
    double least = half.layers().stream().mapToDouble(scores::get).min().orElseThrow();
    assertThat(kept).isGreaterThanOrEqualTo(0.5 * all);
    assertThat(kept - least).isLessThan(0.5 * all);
    assertThat(half.layers()).isEqualTo(Ranking.highest(scores, half.layers().size()));
    assertThat(selector.chosenLayers(planted)).isEmpty();
  }

  /** As with an adapter whose B starts elsewhere than at 0. */
  @Test
  void snipNeedsNoWarmUpWhereTheAdaptersHaveStarted() {
    Selector untrained = new SnipSelector(new SnipOptions(KeptLayers.of("2"), 2, 8, 0, sgd()));
    List<Double> found = untrained.select(new Started(context)).scores().get("snip");

    double[] theta = new double[LAYERS * 3];
    Arrays.fill(theta, START);
    assertThat(found).hasSize(LAYERS);
    for (int layer = 0; layer < LAYERS; layer++) {
      double expected = 0;
      for (int batch = 0; batch < 2; batch++) {
        expected += START * Arrays.stream(slopes(theta, layer, batch)).map(Math::abs).sum() / 2;
      }
      assertThat(found.get(layer)).isCloseTo(expected, within(1e-7));
    }
  }

  @Test
  void scoresOfSnipThatAreAllZeroAreRefused() {
    Selector untrained = new SnipSelector(new SnipOptions(KeptLayers.of("2"), 2, 8, 0, sgd()));

    assertThatThrownBy(() -> untrained.select(context))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the scores of all layers are 0 before any training")
        .hasMessageContaining("warmup_steps: 20");
  }

  @Test
  void whatIsNoNumberOfLayersIsRefused() {
    assertThatThrownBy(() -> new FisherOptions(KeptLayers.of("-1"), 1, 0, 8, sgd()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'-1'");
    assertThatThrownBy(
            () ->
                new SnipSelector(new SnipOptions(KeptLayers.of("9"), 1, 8, 1, sgd()))
                    .select(context))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("choose 9 layers")
        .hasMessageContaining("the model has 5");
  }

  @Test
  void aWarmUpThatDivergesSaysSo() {
    SnipOptions wild = new SnipOptions(KeptLayers.of("2"), 1, 8, 3, inner(1e200));

    assertThatThrownBy(() -> new SnipSelector(wild).select(context))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no numbers after 3 warm-up steps")
        .hasMessageContaining("learning_rate");
  }

  private double[] trained() {
    BilevelProblem problem = context.problem();
    NDArray theta = problem.initialTheta(manager);
    for (int step = 0; step < WARM_UP; step++) {
      theta = theta.sub(problem.training(manager, step, theta, noGates()).theta().mul(RATE));
    }
    return theta.toDoubleArray();
  }

  private double[] ofLayer(double[] theta, int layer) {
    Slice slice = context.problem().parameters().ofLayer(layer).get(0);
    return Arrays.copyOfRange(theta, (int) slice.offset(), (int) (slice.offset() + slice.size()));
  }

  private double[] slopes(double[] theta, int layer, int batch) {
    Slice slice = context.problem().parameters().ofLayer(layer).get(0);
    double[] slopes = new double[(int) slice.size()];
    for (int i = 0; i < slopes.length; i++) {
      int element = (int) slice.offset() + i;
      slopes[i] = (loss(theta, element, H, batch) - loss(theta, element, -H, batch)) / (2 * H);
    }
    return slopes;
  }

  private double loss(double[] theta, int element, double change, int batch) {
    double[] moved = theta.clone();
    moved[element] += change;
    return context.problem().training(manager, batch, manager.create(moved), noGates()).loss();
  }

  private NDArray noGates() {
    return manager.create(new double[LAYERS]).reshape(new Shape(LAYERS));
  }

  private SelectionOnProblem context(int layers, List<Integer> planted, long seed) {
    return new SelectionOnProblem(
        new GatedProblem(layers, planted, seed),
        manager,
        new MemoryCheckpoints(),
        new RecordingMonitor(LiveArrays.of(manager)));
  }

  static InnerOptions sgd() {
    return inner(RATE);
  }

  private static InnerOptions inner(double rate) {
    return new InnerOptions(
        new UpdateOptions(
            new GivenComponent<>("sgd", new Sgd(new SgdOptions(0))),
            rate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }

  /** A context without the checkpoints of an earlier choice. */
  private abstract static class Fresh extends ForwardingContext {

    Fresh(SelectionContext context) {
      super(context);
    }

    @Override
    public Checkpoints checkpoints() {
      return new MemoryCheckpoints();
    }
  }

  /** The same, with all weights of the adapters elsewhere than at 0 from the start. */
  private static final class Started extends Fresh {

    Started(SelectionContext context) {
      super(context);
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      return new OtherProblem(super.problem(options)) {
        @Override
        public NDArray initialTheta(NDManager scope) {
          return super.initialTheta(scope).add(START);
        }
      };
    }
  }

  /** The same, with the two batches after the warm-up the other way round. */
  private static final class OtherOrder extends Fresh {

    OtherOrder(SelectionContext context) {
      super(context);
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      return new OtherProblem(super.problem(options)) {
        @Override
        public LossGradient trainingEvaluation(
            NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
          long other = 2 * WARM_UP + 1 - innerStep;
          return super.trainingEvaluation(scope, other, theta, alpha);
        }
      };
    }
  }

  /** Another context that remembers which problems were asked for. */
  private static final class Recording extends ForwardingContext {
    private final OptionalInt sameCount;
    private final List<ProblemOptions> asked = new ArrayList<>();

    Recording(SelectionContext context, OptionalInt sameCount) {
      super(context);
      this.sameCount = sameCount;
    }

    @Override
    public OptionalInt sameCount() {
      return sameCount;
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      asked.add(options);
      return super.problem(options);
    }
  }

  /** Adds a number to the gradients of training steps after the warm-up. */
  private static final class Noisy extends Fresh {

    private final double noise;

    Noisy(SelectionContext context, double noise) {
      super(context);
      this.noise = noise;
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      return new OtherProblem(super.problem(options)) {
        @Override
        public LossGradient training(
            NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
          LossGradient found = super.training(scope, innerStep, theta, alpha);
          return innerStep < WARM_UP
              ? found
              : new LossGradient(
                  found.loss(), found.terms(), found.theta().add(noise), found.alpha());
        }
      };
    }
  }

  /** Of three training examples, that remembers in which steps single ones are looked at. */
  private static final class FewRows extends Fresh {

    private final List<Long> measured = new ArrayList<>();

    FewRows(SelectionContext context) {
      super(context);
    }

    @Override
    public List<Tokens> trainingExamples() {
      return super.trainingExamples().subList(0, 3);
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      return new OtherProblem(super.problem(options)) {
        @Override
        public LossGradient trainingEvaluation(
            NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
          measured.add(innerStep);
          return super.trainingEvaluation(scope, innerStep, theta, alpha);
        }
      };
    }
  }
}
