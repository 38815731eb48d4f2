package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.parallel.DataParallelModel;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several devices that share the batches of a step, against one device with all of them. */
class DataParallelTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final Seeds SEEDS = new Seeds(5);
  private static final int STEPS = 6;

  private final TorchEngine engine = TorchEngine.start();
  private final int threads = engine.threads();

  /** With as many threads for an operation, the numbers are equal bit by bit. */
  @BeforeEach
  void oneThread() {
    engine.useThreads(1);
  }

  @AfterEach
  void threadsAsBefore() {
    engine.useThreads(threads);
  }

  /** Questions of 3 to 20 tokens with answers of 1 to 5. */
  private static List<Tokens> examples(int count) {
    SplittableRandom random = new SplittableRandom(3);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                TinyModel.question(
                    ids(random, random.nextInt(3, 21)),
                    List.of(ids(random, random.nextInt(1, 6)), ids(random, random.nextInt(1, 6))),
                    i % 2))
        .toList();
  }

  private static int[] ids(SplittableRandom random, int count) {
    return random.ints(count, 3, 60).toArray();
  }

  private static BaseModel load(ComputeChoice type) throws IOException {
    return TinyModel.named("llama3").backend(type, 0).load();
  }

  private static BaseModel on(int devices, BaseModel model) {
    return DataParallelModel.of(Collections.nCopies(devices, model));
  }

  private static AdapterPlan plan(double dropout, Objective objective) {
    return new AdapterPlan(Lora.method(dropout), List.of(1, 2), MODULES, Head.NONE, objective);
  }

  private record Trained(List<Double> losses, List<Double> theta, List<double[]> scores) {}

  /** Steps of AdamW with dropout and noise on the embeddings, as a trainer does them. */
  private static Trained train(BaseModel model, BatchOrder order, List<Tokens> examples) {
    UpdateRule rule =
        new UpdateRule(
            new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.01)),
            0.02,
            Schedule.constant(),
            Clipping.none(),
            Optional.empty());
    List<Double> losses = new ArrayList<>();
    try (AdaptedModel adapted = model.adapt(plan(0.2, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      Iterate at = rule.start(scope, adapted.initialTheta(scope, SEEDS));
      BatchedLoss loss = new BatchedLoss(adapted, examples);
      for (int step = 0; step < STEPS; step++) {
        try (NDManager own = scope.newSubManager()) {
          int number = step;
          Point point = Point.of(at.theta()).withEmbeddingNoise(5);
          LossGradient found =
              loss.lossGradient(
                      own,
                      order.batches(step),
                      batch -> point.withDropout(SEEDS.derive("dropout", number, batch)))
                  .value();
          losses.add(found.loss());
          at = rule.step(scope, at, found.theta(), step);
        }
      }
      Point end = Point.of(at.theta());
      losses.add(loss.loss(scope, BatchOrder.sorted(lengths(examples), 3), end));
      List<double[]> scores =
          ExampleScores.at(scope, adapted, examples, ScoringBatches.ofTokens(40), end);
      return new Trained(losses, list(ArrayValues.of(at.theta())), scores);
    }
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Integer> lengths(List<Tokens> examples) {
    return examples.stream().map(Tokens::length).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void trainsAsOneDeviceBitByBit(int devices) throws IOException {
    List<Tokens> examples = examples(22);
    List<BatchOrder> orders =
        List.of(
            new BatchOrder(lengths(examples), 2, 4, SEEDS, "training"),
            BatchOrder.packed(lengths(examples), 50, 3, SEEDS, "training"));
    for (ComputeChoice type : List.of(ComputeChoice.FLOAT64, ComputeChoice.FLOAT32)) {
      try (BaseModel model = load(type)) {
        for (BatchOrder order : orders) {
          Trained one = train(model, order, examples);
          Trained shared = train(on(devices, model), order, examples);
          assertThat(shared.losses()).isEqualTo(one.losses());
          assertThat(shared.theta()).isEqualTo(one.theta());
          assertThat(shared.scores()).usingRecursiveComparison().isEqualTo(one.scores());
        }
      }
    }
  }

  /** Where a device has another number of threads than one device has, sums are rounded apart. */
  @Test
  void withOtherThreadsTheRoundingDiffers() throws IOException {
    List<Tokens> examples = examples(16);
    BatchOrder order = new BatchOrder(lengths(examples), 4, 2, SEEDS, "training");
    try (BaseModel model = load(ComputeChoice.FLOAT64)) {
      engine.useThreads(2);
      Trained one = train(model, order, examples);
      Trained shared = train(on(2, model), order, examples);
      assertThat(engine.threads()).isEqualTo(2);
      for (int i = 0; i < one.theta().size(); i++) {
        assertThat(shared.theta().get(i)).isCloseTo(one.theta().get(i), within(1e-12));
      }
    }
  }

  /** The gradient over the batches that devices share is that of one batch of all examples. */
  @Test
  void sharesTheLossOfTheWholeBatch() throws IOException {
    List<Tokens> examples = examples(9);
    try (BaseModel model = load(ComputeChoice.FLOAT64);
        AdaptedModel one = model.adapt(plan(0, Objective.ANSWER));
        AdaptedModel two = on(2, model).adapt(plan(0, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      double[] theta = Lora.theta(one.parameters(), MODULES, 0.3, 0.2);
      Point point = Point.of(NativeArrays.of(scope, theta));
      LossGradient whole = one.lossGradient(scope, one.batch(scope, examples), point);
      LossGradient shared =
          new BatchedLoss(two, examples)
              .lossGradient(
                  scope, List.of(new int[] {0, 1}, new int[] {2, 3, 4, 5, 6, 7, 8}), i -> point)
              .value();
      assertThat(shared.terms()).isEqualTo(whole.terms());
      assertThat(shared.loss()).isCloseTo(whole.loss(), within(1e-13));
      double[] expected = ArrayValues.of(whole.theta());
      double[] found = ArrayValues.of(shared.theta());
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], within(1e-14));
      }
    }
  }

  @Test
  void solversSeeTheSameProblem() throws IOException {
    List<Tokens> examples = examples(20);
    ProblemOptions options = new ProblemOptions(2, 3, 3, 2);
    try (BaseModel model = load(ComputeChoice.FLOAT64);
        AdaptedModel one = model.adapt(plan(0.1, Objective.CHOICES));
        AdaptedModel two = on(2, model).adapt(plan(0.1, Objective.CHOICES));
        NDManager scope = model.manager().newSubManager()) {
      ModelBilevelProblem alone =
          new ModelBilevelProblem(
              one, examples.subList(0, 12), examples.subList(12, 20), options, SEEDS);
      ModelBilevelProblem shared =
          new ModelBilevelProblem(
              two, examples.subList(0, 12), examples.subList(12, 20), options, SEEDS);
      NDArray theta = NativeArrays.of(scope, Lora.theta(one.parameters(), MODULES, 0.3, 0.2));
      NDArray alpha = NativeArrays.of(scope, new double[] {0.3, -0.2});
      Direction u = new Direction(theta, alpha);
      assertEqual(shared.training(scope, 1, theta, alpha), alone.training(scope, 1, theta, alpha));
      assertEqual(
          shared.validation(scope, 1, theta, alpha), alone.validation(scope, 1, theta, alpha));
      Direction product = shared.trainingProduct(scope, 2, theta, alpha, u);
      Direction expected = alone.trainingProduct(scope, 2, theta, alpha, u);
      assertThat(ArrayValues.of(product.theta())).isEqualTo(ArrayValues.of(expected.theta()));
      assertThat(ArrayValues.of(product.alpha())).isEqualTo(ArrayValues.of(expected.alpha()));
    }
  }

  private static void assertEqual(LossGradient found, LossGradient expected) {
    assertThat(found.loss()).isEqualTo(expected.loss());
    assertThat(ArrayValues.of(found.theta())).isEqualTo(ArrayValues.of(expected.theta()));
    assertThat(ArrayValues.of(found.alpha().orElseThrow()))
        .isEqualTo(ArrayValues.of(expected.alpha().orElseThrow()));
  }

  /** A device that is not the one of theta: PyTorch takes {@code cpu:0} for another device. */
  @Test
  void movesThetaToAnotherDeviceAndTheGradientBack() throws IOException {
    List<Tokens> examples = examples(12);
    BatchOrder order = new BatchOrder(lengths(examples), 2, 3, SEEDS, "training");
    Device elsewhere = Device.of("cpu", 0);
    Trained expected;
    try (BaseModel model = load(ComputeChoice.FLOAT64)) {
      expected = train(model, order, examples);
    }
    try (BaseModel both =
        DataParallelModel.of(
            List.of(
                load(ComputeChoice.FLOAT64),
                TinyModel.named("llama3").on(elsewhere, ComputeChoice.FLOAT64).load()))) {
      Trained found = train(both, order, examples);
      assertThat(found.theta()).isEqualTo(expected.theta());
      assertThat(found.scores()).usingRecursiveComparison().isEqualTo(expected.scores());
    }
  }

  @Test
  void eachDeviceHasAThreadAndAModelOfItsOwn() throws IOException {
    try (BaseModel model = load(ComputeChoice.FLOAT64);
        AdaptedModel adapted = on(3, model).adapt(plan(0, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      Set<AdaptedModel> models = ConcurrentHashMap.newKeySet();
      Set<String> names = ConcurrentHashMap.newKeySet();
      List<Integer> taken = new ArrayList<>();
      adapted.<Integer>eachBatch(
          scope,
          10,
          (on, own, i) -> {
            models.add(on);
            names.add(Thread.currentThread().getName() + " of " + i % 3);
            return i * i;
          },
          (i, square) -> {
            assertThat(square).isEqualTo(i * i);
            taken.add(i);
          });
      assertThat(taken).isEqualTo(IntStream.range(0, 10).boxed().toList());
      assertThat(models).hasSize(3);
      assertThat(names).containsOnly("device-1 of 0", "device-2 of 1", "device-3 of 2");
    }
  }

  @Test
  void aDeviceThatFailsIsNamedAndLeavesNothing() throws IOException {
    try (BaseModel model = load(ComputeChoice.FLOAT64);
        AdaptedModel adapted = on(2, model).adapt(plan(0, Objective.ANSWER));
        NDManager scope = model.manager().newSubManager()) {
      assertThatThrownBy(() -> failing(adapted, scope, new FlexoraException("a weight is broken")))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("device 2 of 2 (cpu): a weight is broken");
      assertThatThrownBy(() -> failing(adapted, scope, new EngineException("out of memory")))
          .isInstanceOf(EngineException.class)
          .hasMessage("device 2 of 2 (cpu): out of memory");
      assertThatThrownBy(() -> failing(adapted, scope, new IllegalStateException("a bug")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("device 2 of 2 (cpu): ")
          .hasRootCauseMessage("a bug");
      CancelledException cancelled = new CancelledException();
      assertThatThrownBy(() -> failing(adapted, scope, cancelled)).isSameAs(cancelled);
      assertThat(LiveArrays.of(scope).count()).isZero();

      // It goes on computing.
      assertThat(
              new BatchedLoss(adapted, examples(4))
                  .loss(
                      scope,
                      List.of(new int[] {0, 1}, new int[] {2, 3}),
                      Point.of(adapted.initialTheta(scope, SEEDS))))
          .isPositive();
    }
  }

  private static void failing(AdaptedModel adapted, NDManager scope, RuntimeException failure) {
    adapted.<NDArray>eachBatch(
        scope,
        8,
        (on, own, i) -> {
          NDArray array = NativeArrays.of(own, new double[] {i});
          if (i == 3) {
            throw failure;
          }
          return array;
        },
        (i, array) -> assertThat(i).isLessThan(3));
  }

  @Test
  void leavesNoThreadAndNoArray() throws IOException {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    BaseModel model = load(ComputeChoice.FLOAT64);
    List<Tokens> examples = examples(8);
    BatchOrder order = new BatchOrder(lengths(examples), 2, 2, SEEDS, "training");
    BaseModel shared = on(2, model);
    train(shared, order, examples);
    int few = LiveArrays.of(model.manager()).count();
    for (int i = 0; i < 3; i++) {
      train(shared, order, examples);
    }
    assertThat(LiveArrays.of(model.manager()).count()).isEqualTo(few);
    shared.close();
    assertThat(model.manager().isOpen()).isFalse();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(thread) && thread.getName().startsWith("device-")) {
        join(thread);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPrunedBaseIsSharedAsWell() throws IOException {
    List<Tokens> examples = examples(12);
    BatchOrder order = new BatchOrder(lengths(examples), 2, 3, SEEDS, "training");
    try (BaseModel model = load(ComputeChoice.FLOAT64);
        NDManager own = model.manager().newSubManager()) {
      List<SparseMatrix> matrices = List.of(half(own, model));
      List<Double> expected;
      try (BaseModel pruned = model.require(PrunableModel.class, "a test").pruned(matrices)) {
        expected = train(pruned, order, examples).theta();
      }
      BaseModel shared = on(2, model);
      try (BaseModel pruned = shared.require(PrunableModel.class, "a test").pruned(matrices)) {
        assertThat(train(pruned, order, examples).theta())
            .isEqualTo(expected)
            .isNotEqualTo(train(shared, order, examples).theta());
      }
      assertThat(model.manager().isOpen()).isTrue();
    }
  }

  private static SparseMatrix half(NDManager own, BaseModel model) {
    ModuleShape module = model.shape().modules().get(0);
    boolean[] kept = new boolean[module.outputs() * module.inputs()];
    Arrays.fill(kept, 0, kept.length / 2, true);
    return new SparseMatrix(
        new AdapterSite(1, module),
        NativeArrays.of(own, kept, new Shape(module.outputs(), module.inputs())),
        Optional.empty());
  }
}
