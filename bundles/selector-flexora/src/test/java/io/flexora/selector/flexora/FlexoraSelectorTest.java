package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelShape;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.run.State;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.solver.hypergradient.FirstOrderOptions;
import io.flexora.solver.hypergradient.FirstOrderSolver;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.solver.hypergradient.UnrolledSolver;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.host.Extensions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlexoraSelectorTest {

  private static final Optimiser ADAM = new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0));
  private static final int STEPS = 6;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsTheLayersThatMatter(long seed) {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), seed);
    RecordingMonitor monitor = new RecordingMonitor();

    Selection selection =
        select(options(unrolled(), 150), problem, new MemoryCheckpoints(), monitor);

    assertThat(selection.layers()).containsExactly(1, 4);
    assertThat(selection.scores()).containsOnlyKeys("alpha", "gate");
    assertThat(selection.scores().get("gate").stream().mapToDouble(g -> g).sum())
        .isCloseTo(6, within(1e-12));
  }

  @Test
  void firstOrderFindsThemToo() {
    PlantedProblem problem = new PlantedProblem(List.of(0, 5), 1);

    Selection selection =
        select(
            options(firstOrder(), 150), problem, new MemoryCheckpoints(), new RecordingMonitor());

    assertThat(selection.layers()).containsExactly(0, 5);
  }

  /** Theta starts at 0, where no gate changes anything. */
  @Test
  void tellsThatItKeepsTheFirstGatesWhereNoneHasLearnt() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    RecordingMonitor still = new RecordingMonitor();
    RecordingMonitor moving = new RecordingMonitor();

    Selection found =
        select(options(firstOrder(0), STEPS), problem, new MemoryCheckpoints(), still);

    assertThat(found.layers()).containsExactly(0);
    assertThat(still.notices())
        .containsExactly(
            "All gates of selector 'flexora' are equal after its search, so it keeps the first of"
                + " them: gates learn nothing until theta has moved; take more inner_steps, or"
                + " fewer warmup_steps of inner.");
    select(options(firstOrder(), STEPS), problem, new MemoryCheckpoints(), moving);
    assertThat(moving.notices()).isEmpty();
  }

  /** The host refuses then, where the adapter's are not exact. */
  @Test
  void asksForExactProductsWhereItsSolverTakesThem() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    List<String> asked = new ArrayList<>();
    SelectionBounds bounds = new Bounds(shapeOf(problem), asked::add);
    Compatibility.require(
        new FlexoraSelector(options(firstOrder(), STEPS), new Seeds(1))::checkCompatibility,
        bounds);
    Compatibility.require(
        new FlexoraSelector(
                options(unrolled(0.05, Products.FINITE_DIFFERENCES), STEPS), new Seeds(1))
            ::checkCompatibility,
        bounds);
    assertThat(asked).isEmpty();
    Compatibility.require(
        new FlexoraSelector(options(unrolled(0.05, Products.EXACT), STEPS), new Seeds(1))
            ::checkCompatibility,
        bounds);
    assertThat(asked).containsExactly("solver 'given'");
  }

  @Test
  void refusesDifferencesOfGradientsInAModelOf16Bits() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    SelectionBounds bf16 = new Bounds(shapeOf(problem, "bf16"), user -> {});
    Selector differences =
        new FlexoraSelector(
            options(unrolled(0.05, Products.FINITE_DIFFERENCES), STEPS), new Seeds(1));

    assertThatThrownBy(() -> Compatibility.require(differences::checkCompatibility, bf16))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("solver 'given'", "computes in bf16", "compute_dtype: float32");
    for (String type : List.of("float32", "float64")) {
      assertThatCode(
              () ->
                  Compatibility.require(
                      differences::checkCompatibility,
                      new Bounds(shapeOf(problem, type), user -> {})))
          .doesNotThrowAnyException();
    }
    for (Solver solver : List.of(firstOrder(), unrolled(0.05, Products.EXACT))) {
      assertThatCode(
              () ->
                  Compatibility.require(
                      new FlexoraSelector(options(solver, STEPS), new Seeds(1))::checkCompatibility,
                      bf16))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesCandidatesThatTheModelDoesNotHaveAndTooFewOfThem() {
    SelectionBounds bounds = new Bounds(shapeOf(new PlantedProblem(List.of(1, 4), 1)), user -> {});
    assertThatThrownBy(
            () -> Compatibility.require(among(List.of(1, 99), 1)::checkCompatibility, bounds))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector 'flexora' lists candidates [99], but the model has");
    assertThatThrownBy(
            () -> Compatibility.require(among(List.of(0, 1), 3)::checkCompatibility, bounds))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("is to keep 3 gates, but its candidates [0, 1] have 2");
    assertThatCode(() -> Compatibility.require(among(List.of(1, 0), 2)::checkCompatibility, bounds))
        .doesNotThrowAnyException();
  }

  @Test
  void searchesAmongItsCandidatesAlone() {
    List<List<Integer>> asked = new ArrayList<>();
    SelectionContext whole =
        new Context(
            new GatedProblem(9, List.of(1), 5),
            OptionalInt.empty(),
            manager,
            new MemoryCheckpoints(),
            new RecordingMonitor());
    SelectionContext some =
        new ForwardingContext(whole) {
          @Override
          public BilevelProblem problem(
              ProblemOptions options, GateIndex.Layout gates, List<Integer> layers) {
            asked.add(layers);
            return new GatedProblem(layers.size(), List.of(1), 5);
          }
        };

    Selection found = among(List.of(7, 2, 5), 1).select(some);

    assertThat(asked).containsExactly(List.of(2, 5, 7));
    assertThat(found.layers()).containsExactly(5);
    assertThat(found.scores().get("gate"))
        .hasSize(9)
        .satisfies(gates -> assertThat(gates.get(5)).isGreaterThan(1))
        .satisfies(gates -> assertThat(gates.get(4)).isZero());
  }

  private static FlexoraSelector among(List<Integer> candidates, int k) {
    FlexoraOptions all = topK(Optional.of(k));
    return new FlexoraSelector(
        new FlexoraOptions(
            all.solver(),
            STEPS,
            all.alphaLearningRate(),
            all.alphaOptimiser(),
            true,
            GateForm.SOFTMAX,
            Optional.empty(),
            all.gateLayout(),
            candidates,
            all.selection(),
            all.k(),
            all.parameters(),
            all.start(),
            all.earlyStopping(),
            all.problem()),
        new Seeds(1));
  }

  @ParameterizedTest
  @CsvSource({"COMPONENT, raise lora_rank", "MODULE, take more target_modules"})
  void refusesALayoutWithOneGateInEachSoftmax(GateIndex.Layout layout, String advice) {
    FlexoraOptions all = options(firstOrder(), STEPS);
    FlexoraSelector selector =
        new FlexoraSelector(
            new FlexoraOptions(
                all.solver(),
                STEPS,
                all.alphaLearningRate(),
                all.alphaOptimiser(),
                true,
                GateForm.SOFTMAX,
                Optional.empty(),
                layout,
                List.of(),
                all.selection(),
                all.k(),
                all.parameters(),
                all.start(),
                all.earlyStopping(),
                all.problem()),
            new Seeds(1));
    SelectionBounds bounds = new Bounds(shapeOf(new PlantedProblem(List.of(1, 4), 1)), user -> {});
    ModuleShape query = new ModuleShape("query", "layer.%d.query", 4, 4);
    GateIndex one = GateIndex.of(layout, List.of(0, 1), List.of(query), new ProductAdapter(1));

    assertThatThrownBy(() -> selector.rule(one, bounds))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("one gate in each softmax", advice);

    ModuleShape value = new ModuleShape("value", "layer.%d.value", 4, 4);
    GateIndex two =
        GateIndex.of(layout, List.of(0, 1), List.of(query, value), new ProductAdapter(2));
    assertThatCode(() -> selector.rule(two, bounds)).doesNotThrowAnyException();
  }

  /** The gate of a single layer is 1 whatever alpha is, so that nothing is left to learn. */
  @Test
  void theGateOfASingleLayerIsOneAndHasNoGradient() {
    RecordingMonitor monitor = new RecordingMonitor();
    FlexoraOptions options = options(unrolled(0.05, Products.EXACT), STEPS);

    Selection found =
        select(options, new GatedProblem(1, List.of(0), 5), new MemoryCheckpoints(), monitor);

    assertThat(found.layers()).containsExactly(0);
    assertThat(found.scores().get("gate")).containsExactly(1.0);
    assertThat(monitor.repeatable())
        .hasSize(STEPS)
        .allSatisfy(
            step -> {
              assertThat(step.figures().get("gates").numbers()).containsExactly(1.0);
              assertThat(step.figures().get("hypergradient_norm").number().getAsDouble())
                  .isCloseTo(0, within(1e-12));
            });
  }

  @Test
  void goesOnFromAnyStepAsIfItHadNeverStopped() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    FlexoraOptions options = options(unrolled(), STEPS);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor whole = new RecordingMonitor();
    Selection expected = select(options, problem, checkpoints, whole);

    for (int step = 0; step <= STEPS; step++) {
      RecordingMonitor rest = new RecordingMonitor();
      Selection resumed = select(options, problem, checkpoints.upTo(step), rest);

      assertThat(resumed).isEqualTo(expected);
      assertThat(rest.repeatable()).isEqualTo(whole.repeatable().subList(step, STEPS));
    }
  }

  @Test
  void endsWhenItsChoiceHasSettledAndChoosesWhatItWouldHaveChosen() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    RecordingMonitor monitor = new RecordingMonitor();

    Selection found = select(endingEarly(150, 0.05), problem, new MemoryCheckpoints(), monitor);

    assertThat(found.layers()).containsExactly(1, 4);
    SearchEnd end = found.end().orElseThrow();
    assertThat(end.steps()).isEqualTo(monitor.steps().size()).isLessThan(100);
    assertThat(end.planned()).isEqualTo(150);
    assertThat(end.sentence()).contains("of 150 outer steps");
    assertThat(select(endingEarly(150, 0), problem, new MemoryCheckpoints(), monitor).end())
        .as("without any chance of another set it would take all steps")
        .map(SearchEnd::steps)
        .matches(steps -> steps.isEmpty() || steps.get() > end.steps());
  }

  @Test
  void endsWhereItWouldHaveEndedWhenItIsResumedFromAnyStep() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    FlexoraOptions options = endingEarly(60, 0.3);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Selection whole = select(options, problem, checkpoints, new RecordingMonitor());
    long last = whole.end().orElseThrow().steps();

    for (long step : new long[] {1, last / 2, last - 1, last}) {
      assertThat(select(options, problem, checkpoints.upTo(step), new RecordingMonitor()))
          .isEqualTo(whole);
    }
  }

  @Test
  void aCancelledSearchHasSavedTheStepItTold() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    FlexoraOptions options = options(unrolled(), STEPS);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();

    assertThatThrownBy(() -> select(options, problem, checkpoints, new RecordingMonitor(3)))
        .isInstanceOf(CancelledException.class);
    assertThat(checkpoints.steps().size()).isEqualTo(3);
  }

  /** As where a run is cancelled between the offer of a step and the end of its telling. */
  @Test
  void aSearchThatIsCancelledWhileAStepIsToldGoesOnFromThatStep() {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    FlexoraOptions options = options(unrolled(), STEPS);
    SavedWhenTold run = new SavedWhenTold(new MemoryCheckpoints());

    assertThatThrownBy(() -> select(options, problem, run, run))
        .isInstanceOf(CancelledException.class);

    assertThat(run.saved().steps()).containsExactly(1L);
    Selection expected = select(options, problem, new MemoryCheckpoints(), new RecordingMonitor());
    assertThat(select(options, problem, run.saved(), new RecordingMonitor())).isEqualTo(expected);
  }

  @Test
  void tellsTheFiguresOfEachStep() {
    RecordingMonitor monitor = new RecordingMonitor();
    select(
        options(unrolled(), STEPS),
        new PlantedProblem(List.of(1, 4), 1),
        new MemoryCheckpoints(),
        monitor);

    assertThat(monitor.steps()).hasSize(STEPS);
    Progress first = monitor.repeatable().get(0);
    assertThat(first.done()).isEqualTo(1);
    assertThat(first.trainingLoss()).isPresent();
    assertThat(first.validationLoss()).isPresent();
    assertThat(first.figures())
        .containsOnlyKeys("hypergradient_norm", "alpha", "gates", "alpha_sum");
    Progress last = monitor.repeatable().get(STEPS - 1);
    assertThat(last.figures().get("alpha").numbers().stream().mapToDouble(a -> a).sum())
        .isCloseTo(0, within(1e-15));
  }

  /** The gradient in alpha sums to 0; Adam gives each of its elements a length of its own. */
  @Test
  void sgdKeepsTheSumOfAlphaAndAdamDoesNot() {
    assertThat(sums(new Sgd(new SgdOptions(0))))
        .hasSize(STEPS)
        .allSatisfy(sum -> assertThat(sum).isCloseTo(0, within(1e-14)));
    assertThat(Math.abs(sums(ADAM).get(STEPS - 1))).isGreaterThan(1e-6);
  }

  /** The sum of alpha after each step where its mean is left as it is. */
  private List<Double> sums(Optimiser optimiser) {
    FlexoraOptions all =
        options(firstOrder(), STEPS, SelectionRule.POSITIVE, Optional.empty(), optimiser);
    FlexoraOptions options =
        new FlexoraOptions(
            all.solver(),
            STEPS,
            all.alphaLearningRate(),
            all.alphaOptimiser(),
            false,
            GateForm.SOFTMAX,
            Optional.empty(),
            all.gateLayout(),
            all.candidates(),
            all.selection(),
            all.k(),
            all.parameters(),
            all.start(),
            all.earlyStopping(),
            all.problem());
    RecordingMonitor monitor = new RecordingMonitor();
    select(options, new PlantedProblem(List.of(1, 4), 1), new MemoryCheckpoints(), monitor);
    return monitor.repeatable().stream()
        .map(step -> step.figures().get("alpha_sum").number().orElseThrow())
        .toList();
  }

  @Test
  void leavesNothingInItsContext() {
    int before = manager.getManagedArrays().size();
    select(
        options(unrolled(), STEPS),
        new PlantedProblem(List.of(1, 4), 1),
        new MemoryCheckpoints(),
        new RecordingMonitor());
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void moreLayersThanThereAreAreRefusedBeforeTheSearch() {
    RecordingMonitor monitor = new RecordingMonitor();
    FlexoraOptions options = options(unrolled(), STEPS, SelectionRule.TOP_K, Optional.of(7), ADAM);

    assertThatThrownBy(
            () ->
                select(
                    options, new PlantedProblem(List.of(1), 1), new MemoryCheckpoints(), monitor))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("k: 7")
        .hasMessageContaining("6");
    assertThat(monitor.steps()).isEmpty();
  }

  @Test
  void aNumberIsRefusedForARuleThatTakesNone() {
    assertThatThrownBy(
            () ->
                options(
                    unrolled(),
                    1,
                    SelectionRule.POSITIVE,
                    Optional.of(2),
                    new Sgd(new SgdOptions(0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k: 2");
  }

  @Test
  void aPatienceThatTheStepsNeverReachIsRefused() {
    assertThatThrownBy(() -> endingEarly(8, 0.05))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("early_stopping_patience: 8")
        .hasMessageContaining("outer_steps: 8; write 7 or less");
    assertThatThrownBy(() -> endingEarly(3, 0.05))
        .hasMessageEndingWith("outer_steps: 3; leave it out");
    assertThat(endingEarly(9, 0.05).outerSteps()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void topKWithoutANumberKeepsAsManyAsOthers(int same) {
    FlexoraOptions options = topK(Optional.empty());

    assertThat(select(options, OptionalInt.of(same), new RecordingMonitor()).layers())
        .hasSize(same);
    assertThat(select(topK(Optional.of(2)), OptionalInt.of(same), new RecordingMonitor()).layers())
        .hasSize(2);
  }

  @Test
  void topKWithoutAnyNumberIsRefusedBeforeTheSearch() {
    RecordingMonitor monitor = new RecordingMonitor();

    assertThatThrownBy(() -> select(topK(Optional.empty()), OptionalInt.empty(), monitor))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("needs k")
        .hasMessageContaining("same as");
    assertThatThrownBy(() -> select(topK(Optional.empty()), OptionalInt.of(7), monitor))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("k: 7");
    assertThat(monitor.steps()).isEmpty();
  }

  @Test
  void otherRulesDoNotAskHowManyOthersKeep() {
    FlexoraOptions options = options(unrolled(), 150);

    assertThat(select(options, OptionalInt.of(5), new RecordingMonitor()).layers())
        .containsExactly(1, 4);
  }

  @Test
  void aDivergedSearchSaysWhereAndWhatToTry() {
    Solver wild = unrolled(1e200);

    assertThatThrownBy(
            () ->
                select(
                    options(wild, STEPS),
                    new PlantedProblem(List.of(1), 1),
                    new MemoryCheckpoints(),
                    new RecordingMonitor()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("step 1 of 6")
        .hasMessageContaining("learning_rate");
  }

  @Test
  void namesASolverWhoseGradientIsOfOtherGates() {
    assertThatThrownBy(
            () ->
                select(
                    options(new ShortGradient(firstOrder()), STEPS),
                    new PlantedProblem(List.of(1), 1),
                    new MemoryCheckpoints(),
                    new RecordingMonitor()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("solver 'given' gave a gradient of 2 numbers for 6 gates");
  }

  /** Another solver with a gradient of two gates. */
  private record ShortGradient(Solver whole) implements Solver {

    @Override
    public InnerState start(NDManager scope, BilevelProblem problem) {
      return whole.start(scope, problem);
    }

    @Override
    public Hypergradient step(
        NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
      Hypergradient found = whole.step(scope, problem, state, alpha, outerStep);
      return new Hypergradient(
          scope.create(new double[] {1, 2}),
          found.next(),
          found.trainingLoss(),
          found.validationLoss());
    }

    @Override
    public int innerSteps() {
      return whole.innerSteps();
    }

    @Override
    public Workload cost(int gates) {
      return whole.cost(gates);
    }
  }

  private Selection select(
      FlexoraOptions options, BilevelProblem problem, Checkpoints checkpoints, Monitor monitor) {
    return new FlexoraSelector(options, new Seeds(1))
        .select(new Context(problem, OptionalInt.empty(), manager, checkpoints, monitor));
  }

  private Selection select(FlexoraOptions options, OptionalInt sameCount, Monitor monitor) {
    PlantedProblem problem = new PlantedProblem(List.of(1, 4), 1);
    return new FlexoraSelector(options, new Seeds(1))
        .select(new Context(problem, sameCount, manager, new MemoryCheckpoints(), monitor));
  }

  private static FlexoraOptions topK(Optional<Integer> k) {
    return options(unrolled(), STEPS, SelectionRule.TOP_K, k, ADAM);
  }

  private static FlexoraOptions options(Solver solver, int steps) {
    return options(solver, steps, SelectionRule.POSITIVE, Optional.empty(), ADAM);
  }

  private static FlexoraOptions options(
      Solver solver, int steps, SelectionRule rule, Optional<Integer> k, Optimiser optimiser) {
    return new FlexoraOptions(
        new GivenComponent<>("given", solver),
        steps,
        0.05,
        new GivenComponent<>("given", optimiser),
        true,
        GateForm.SOFTMAX,
        Optional.empty(),
        GateIndex.Layout.LAYER,
        List.of(),
        rule,
        k,
        Optional.empty(),
        StartingPoint.FRESH,
        EarlyStopping.OFF,
        new ProblemOptions(8, 1, 8, 1));
  }

  private static FlexoraOptions endingEarly(int steps, double threshold) {
    FlexoraOptions all = options(unrolled(), steps);
    return new FlexoraOptions(
        all.solver(),
        steps,
        all.alphaLearningRate(),
        all.alphaOptimiser(),
        true,
        GateForm.SOFTMAX,
        Optional.empty(),
        all.gateLayout(),
        all.candidates(),
        all.selection(),
        all.k(),
        all.parameters(),
        all.start(),
        new EarlyStopping(Optional.of(8), threshold),
        all.problem());
  }

  private static Solver unrolled() {
    return unrolled(0.05);
  }

  private static Solver unrolled(double learningRate) {
    return unrolled(learningRate, Products.FINITE_DIFFERENCES);
  }

  private static Solver unrolled(double learningRate, Products products) {
    UnrolledOptions options =
        new UnrolledOptions(2, inner(learningRate), Optional.empty(), products, false, 1);
    return Extensions.of(UnrolledSolver.class, options);
  }

  private static Solver firstOrder() {
    return firstOrder(2);
  }

  private static Solver firstOrder(int innerSteps) {
    FirstOrderOptions options = new FirstOrderOptions(innerSteps, inner(0.05), false);
    return Extensions.of(FirstOrderSolver.class, options);
  }

  /** With weight decay; without it theta would make up for any gate, and no gate would matter. */
  private static InnerOptions inner(double learningRate) {
    return new InnerOptions(
        new UpdateOptions(
            new GivenComponent<>("sgd", new Sgd(new SgdOptions(0.5))),
            learningRate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }

  private static ModelShape shapeOf(BilevelProblem problem) {
    return shapeOf(problem, "float32");
  }

  private static ModelShape shapeOf(BilevelProblem problem, String computeType) {
    return new ModelShape(
        "planted",
        problem.gates(),
        3,
        1,
        List.of(),
        List.of(),
        0,
        computeType,
        0,
        "SEQ_CLS",
        0,
        "base");
  }

  /**
   * What is known before a search.
   *
   * @param askedForProducts is told who asks for exact products
   */
  private record Bounds(ModelShape shape, Consumer<String> askedForProducts)
      implements SelectionBounds {

    @Override
    public OptionalInt sameCount() {
      return OptionalInt.empty();
    }

    @Override
    public List<ModuleShape> targets() {
      return List.of();
    }

    @Override
    public AdapterMethod adapter() {
      return new NoAdapter();
    }

    @Override
    public String adapterName() {
      return "none";
    }

    @Override
    public void demand(AdapterDemand demand, String user, Compatibility found) {
      assertThat(demand).isEqualTo(AdapterDemand.EXACT_PRODUCTS);
      askedForProducts.accept(user);
    }
  }

  /** Saves what was offered when its step is told, which ends the run. */
  private static final class SavedWhenTold implements Checkpoints, Monitor {

    private final MemoryCheckpoints saved;
    private Runnable save = () -> {};

    SavedWhenTold(MemoryCheckpoints saved) {
      this.saved = saved;
    }

    MemoryCheckpoints saved() {
      return saved;
    }

    @Override
    public Optional<State> latest(NDManager owner) {
      return saved.latest(owner);
    }

    @Override
    public void offer(long step, Supplier<State> state) {
      save = () -> saved.offer(step, state);
    }

    @Override
    public void step(Progress progress) {
      save.run();
      throw new CancelledException();
    }

    @Override
    public void event(Event event) {
      throw new AssertionError("this search tells no events");
    }

    @Override
    public void notice(String sentence) {
      throw new AssertionError(sentence);
    }
  }

  private record Context(
      BilevelProblem problem,
      OptionalInt sameCount,
      NDManager manager,
      Checkpoints checkpoints,
      Monitor monitor)
      implements SelectionContext {

    @Override
    public ModelShape shape() {
      return shapeOf(problem);
    }

    @Override
    public void weightGradients(
        NDManager scope,
        List<Integer> layers,
        List<List<Tokens>> batches,
        WeightGradientVisitor visitor) {
      throw new AssertionError("this selector looks at no frozen matrix");
    }

    @Override
    public List<Tokens> trainingExamples() {
      throw new AssertionError("this selector draws batches of the problem alone");
    }

    @Override
    public List<ModuleShape> targets() {
      return List.of();
    }

    @Override
    public AdapterMethod adapter() {
      return new NoAdapter();
    }

    @Override
    public String adapterName() {
      return "none";
    }

    @Override
    public BilevelProblem problem(ProblemOptions options) {
      return problem;
    }
  }
}
