package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.head.Head;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The hypergradient of a real encoder, a BERT of three layers in float64 with LoRA, dropout,
 * padding and accumulation.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncoderHypergradientTest {

  private static final double[] ALPHA = {0.4, -0.3, 0.1};
  private static final int CLASSES = 3;

  private BaseModel base;
  private AdaptedModel model;
  private NDManager manager;
  private BilevelProblem problem;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tiny-bert.onnx");
    try (InputStream in = getClass().getResourceAsStream("tiny-bert.onnx")) {
      Files.copy(in, file);
    }
    base = backend(file).load();
    manager = base.manager();
    model =
        base.adapt(
            new AdapterPlan(
                lora(2), List.of(0, 1, 2), List.of("query", "value"), Head.classes(CLASSES)));
    problem =
        new ModelBilevelProblem(
            model, tokens(13, 1), tokens(9, 2), new ProblemOptions(2, 2, 3, 2), new Seeds(5));
  }

  @AfterAll
  void close() {
    model.close();
    base.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SGD, 1",
    "SGD, 2",
    "SGD, 5",
    "MOMENTUM, 2",
    "MOMENTUM, 5",
    "NESTEROV, 2",
    "ADAMW, 1",
    "ADAMW, 2",
    "ADAMW, 5"
  })
  void agreesWithDifferencesOfTheWholeTrajectory(OptimiserKind kind, int steps) {
    InnerState warm = warm(kind);

    trajectory(steps, Inner.everything(kind, 0.05), warm).requireGradient(manager, ALPHA);
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void agreesFromTheInitialThetaWhereTheAdaptersDoNothing(OptimiserKind kind) {
    Solver solver = unrolled(2, Inner.everything(kind, 0));

    new WholeTrajectory(solver, problem, solver.start(manager, problem), 0)
        .requireGradient(manager, ALPHA);
  }

  @ParameterizedTest
  @EnumSource(OptimiserKind.class)
  void theGradientOfAGateIsBalancedByTheOthers(OptimiserKind kind) {
    double[] gradient =
        trajectory(2, Inner.everything(kind, 0.05), warm(kind)).gradient(manager, ALPHA);

    assertThat(Arrays.stream(gradient).sum()).isCloseTo(0, within(1e-13));
    assertThat(WholeTrajectory.norm(gradient)).isGreaterThan(1e-6);
  }

  /** A softmax of a single gate is 1 whatever alpha is. */
  @Test
  void theGateOfASingleLayerHasNoGradient() {
    requireNoGradient(
        new AdapterPlan(lora(2), List.of(1), List.of("query", "value"), Head.classes(CLASSES)), 1);
  }

  @Test
  void theGatesOfPartsOfRankOneHaveNoGradient() {
    AdapterPlan plan =
        new AdapterPlan(
            lora(1), List.of(0, 1, 2), List.of("query", "value"), Head.classes(CLASSES));
    requireNoGradient(plan.withGates(GateIndex.Layout.COMPONENT), 6);
  }

  private void requireNoGradient(AdapterPlan plan, int gates) {
    double[] alpha = new Random(3).doubles(gates, -2, 2).toArray();
    try (AdaptedModel other = base.adapt(plan);
        NDManager scope = manager.newSubManager()) {
      BilevelProblem alone =
          new ModelBilevelProblem(
              other, tokens(13, 1), tokens(9, 2), new ProblemOptions(2, 1, 3, 1), new Seeds(5));
      assertThat(alone.gates()).isEqualTo(gates);
      Solver solver = unrolled(2, Inner.everything(OptimiserKind.ADAMW, 0));
      NDArray at = NativeArrays.of(scope, alpha);
      InnerState warm = solver.step(scope, alone, solver.start(scope, alone), at, 0).next();
      Hypergradient found = solver.step(scope, alone, warm, at, 1);
      NDArray plain = NativeArrays.of(scope, new double[gates]);

      assertThat(found.gradient().toDoubleArray())
          .containsExactly(new double[gates], within(1e-13));
      assertThat(solver.step(scope, alone, warm, plain, 1).validationLoss())
          .isCloseTo(found.validationLoss(), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void keepingGraphsChangesNothing(int graphs) {
    InnerState start = warm(OptimiserKind.SGD);
    double[] again = gradientKeeping(model, 0, start);

    double[] kept = gradientKeeping(model, graphs, start);

    for (int i = 0; i < again.length; i++) {
      assertThat(kept[i]).isCloseTo(again[i], within(1e-13));
    }
  }

  @Test
  void aKeptGraphNeedsNoProductThatComputesTheGradientAgain() {
    AdaptedModel onlyRecords =
        new ForwardingModel(model) {
          @Override
          public GradientRecord record(NDManager scope, Batch batch, Point point) {
            return model.record(scope, batch, point);
          }

          @Override
          public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
            throw new AssertionError("a product that computes the gradient again");
          }
        };
    InnerState start = warm(OptimiserKind.SGD);

    assertThat(gradientKeeping(onlyRecords, 3, start))
        .containsExactly(gradientKeeping(model, 3, start));
    assertThatThrownBy(() -> gradientKeeping(onlyRecords, 2, start))
        .hasMessageContaining("computes the gradient again");
  }

  /** Of steps of one batch each; the graphs of several batches would be alive at once. */
  private double[] gradientKeeping(AdaptedModel of, int graphs, InnerState start) {
    BilevelProblem single =
        new ModelBilevelProblem(
            of, tokens(13, 1), tokens(9, 2), new ProblemOptions(3, 1, 3, 2), new Seeds(5));
    InnerOptions inner = Inner.everything(OptimiserKind.SGD, 0.05);
    Solver solver =
        new UnrolledSolver(
            new UnrolledOptions(3, inner, Optional.empty(), Products.EXACT, false, graphs));
    return new WholeTrajectory(solver, single, start, 1).gradient(manager, ALPHA);
  }

  @Test
  void leavesNothingInTheModel() {
    InnerState start = warm(OptimiserKind.ADAMW);
    WholeTrajectory trajectory = trajectory(2, Inner.everything(OptimiserKind.ADAMW, 0.05), start);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 3; i++) {
      trajectory.gradient(manager, ALPHA);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private InnerState warm(OptimiserKind kind) {
    Solver solver = unrolled(2, Inner.everything(kind, 0));
    InnerState start = solver.start(manager, problem);
    return solver.step(manager, problem, start, manager.create(ALPHA), 0).next();
  }

  private WholeTrajectory trajectory(int steps, InnerOptions inner, InnerState start) {
    return new WholeTrajectory(unrolled(steps, inner), problem, start, 1);
  }

  private static Solver unrolled(int steps, InnerOptions inner) {
    return new UnrolledSolver(
        new UnrolledOptions(steps, inner, Optional.empty(), Products.EXACT, false, 1));
  }

  private static ModelBackend backend(Path file) {
    String options = "{source: '%s', max_tokens: 16, compute_dtype: float64}".formatted(file);
    return Extensions.of(EncoderBackend.class, EncoderOptions.class, options);
  }

  private static LoraAdapter lora(int rank) {
    LoraOptions options = new LoraOptions(rank, 4, 0.2, false, List.of());
    return Extensions.of(LoraAdapter.class, options);
  }

  private static List<Tokens> tokens(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int label = random.nextInt(CLASSES);
              Example example = new Example("row " + i, "", List.of("a", "b", "c"), label);
              int[] ids = random.ints(4 + random.nextInt(8), 0, 32).toArray();
              return new Tokens(example, ids, List.of(), 0);
            })
        .toList();
  }
}
