package io.flexora.selector.searched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint.Values;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetSearchTest {

  private static final List<Integer> PLANTED = List.of(1, 4, 6);

  /** Each has one more of the planted layers than the one before. */
  private static final Generations BETTER_AND_BETTER =
      new RandomSearch.Once(List.of(List.of(0, 2, 3), List.of(0, 1, 2), List.of(0, 1, 4), PLANTED));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final Told told = new Told(new ArrayList<>());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void randomSearchTrainsEachSetForItsSteps() {
    Selection selection = select(randomSearch(10, 4, 1), 1);

    assertThat(told.steps).hasSize(40);
    List<Object> sets = told.of("layers");
    assertThat(sets).hasSize(10).doesNotHaveDuplicates().contains(selection.layers());
    List<Object> losses = told.of("validation_loss");
    int best = losses.indexOf(losses.stream().min((a, b) -> order(a, b)).orElseThrow());
    assertThat(selection.layers()).isEqualTo(sets.get(best));
  }

  @Test
  void triesNoMoreSetsThanThereAre() {
    Selection selection = select(randomSearch(1000, 3, 1), 8, PLANTED, 1);

    assertThat(told.of("layers")).hasSize(56).doesNotHaveDuplicates();
    assertThat(selection.layers()).isEqualTo(PLANTED);
  }

  @Test
  void aRangeOfSizesIsKeptTo() {
    RandomSearchOptions options =
        new RandomSearchOptions(
            new SetSizes.SetSizeOptions(Optional.empty(), Optional.of(2), Optional.of(4)),
            20,
            2,
            judging(0.1));

    select(new RandomSearch(options, new Seeds(5)), 8, PLANTED, 1);

    assertThat(told.of("layers"))
        .extracting(layers -> ((List<?>) layers).size())
        .contains(2, 3, 4)
        .allMatch(size -> size >= 2 && size <= 4);
  }

  @Test
  void evolutionHalvesItsGenerations() {
    select(evolution(8, 3, 2, 3, 1), 1);

    // A generation: 8 sets to step 2, 4 on to step 4, 2 on to step 8.
    assertThat(told.steps).hasSize(3 * (8 * 2 + 4 * 2 + 2 * 4));
    List<Object> sets = told.of("layers");
    assertThat(sets).hasSize(3 * (8 + 4 + 2));
    for (int generation = 0; generation < 3; generation++) {
      List<Object> of = sets.subList(14 * generation, 14 * (generation + 1));
      assertThat(of.subList(0, 8)).doesNotHaveDuplicates();
      assertThat(of.subList(8, 12).stream().allMatch(of.subList(0, 8)::contains)).isTrue();
      assertThat(of.subList(12, 14).stream().allMatch(of.subList(8, 12)::contains)).isTrue();
    }
  }

  @Test
  void onlyTheBetterHalfGoesOn() {
    select(evolution(6, 1, 2, 2, 1), 1);

    List<Object> losses = told.of("validation_loss");
    List<Object> sets = told.of("layers");
    double worstKept =
        sets.subList(6, 9).stream()
            .mapToDouble(s -> (Double) losses.get(sets.indexOf(s)))
            .max()
            .orElseThrow();
    assertThat(losses.subList(0, 6).stream().filter(l -> (Double) l <= worstKept)).hasSize(3);
  }

  /** Sets that go on are not trained again from the start: with one rung the loss is the same. */
  @Test
  void aSetGoesOnFromWhereItWas() {
    select(evolution(1, 1, 2, 3, 7), 1);
    List<Object> layers = told.of("layers");
    Object halved = told.of("validation_loss").get(2);
    told.steps.clear();
    select(evolution(1, 1, 8, 1, 7), 1);

    assertThat(told.of("layers").get(0)).isEqualTo(layers.get(0));
    assertThat((Double) told.of("validation_loss").get(0))
        .isCloseTo((Double) halved, within(1e-12));
  }

  @Test
  void goesOnFromAnyStepAsIfItHadNeverStopped() {
    Selector search = evolution(4, 2, 2, 2, 3);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Selection whole = search.select(context(8, PLANTED, 1).with(checkpoints, told));
    List<Map<String, Object>> steps = List.copyOf(told.steps);

    for (int step = 0; step <= steps.size(); step++) {
      told.steps.clear();
      MemoryCheckpoints later = checkpoints.upTo(step);
      assertThat(search.select(context(8, PLANTED, 1).with(later, told))).isEqualTo(whole);
      assertThat(told.steps).as("from step %d", step).isEqualTo(steps.subList(step, steps.size()));
      // And again from what the resumed search saved.
      MemoryCheckpoints twice = later.upTo(step + 1L);
      assertThat(search.select(context(8, PLANTED, 1).with(twice, told))).isEqualTo(whole);
    }
  }

  /** Chance takes 3 of 8 layers and so hits 9/8 of the three that matter. */
  @Test
  void findsWhatMattersFarMoreOftenThanChance() {
    assertThat(hits(seed -> randomSearch(20, 6, seed))).isGreaterThan(2);
    assertThat(hits(seed -> evolution(6, 3, 3, 2, seed))).isGreaterThan(2);
  }

  @Test
  void gainsAreOfTheMeansWithAndWithout() {
    List<TrialResult> sets =
        List.of(
            new TrialResult(List.of(0, 1), List.of(3.0, 1.0)),
            new TrialResult(List.of(0, 2), List.of(5.0)),
            new TrialResult(List.of(0, 1), List.of(Double.NaN)));

    assertThat(LayerGains.of(sets, 4)).containsExactly(0.0, 2.0, -2.0, 0.0);
  }

  @Test
  void aSetThatDivergedIsTheWorst() {
    TrialResult diverged = new TrialResult(List.of(0), List.of(Double.NaN));
    TrialResult sound = new TrialResult(List.of(1), List.of(1e9));
    TrialResult further = new TrialResult(List.of(2), List.of(2e9, 2e9));
    TrialResult divergedLater = new TrialResult(List.of(3), List.of(0.1, Double.NaN));

    assertThat(
            List.of(diverged, divergedLater, sound, further).stream()
                .sorted(TrialResult.BEST_FIRST))
        .containsExactly(further, sound, divergedLater, diverged);
  }

  /** A step at this rate leaves the loss a number, and eight do not. */
  @Test
  void aSetThatDivergesAtTheLastRungIsNotChosen() {
    SelectionContext context = context(8, PLANTED, 1);

    Selection found =
        new SetSearch(context, judging(1e60), new Rungs(1, 8, 2), BETTER_AND_BETTER).run();

    List<Object> sets = told.of("layers");
    assertThat(sets).hasSize(5);
    assertThat(told.of("validation_loss")).as("losses that are numbers").hasSize(4);
    assertThat(found.layers()).isIn(sets.subList(0, 4)).isNotEqualTo(sets.get(4));
  }

  @Test
  void aSearchThatIsCutAtARungKeepsTheBestSetOfTheOneBefore() {
    int sets = BETTER_AND_BETTER.population(0);
    SelectionContext cut =
        new ForwardingContext(context(8, PLANTED, 1)) {
          @Override
          public boolean timeIsUp() {
            return told.of("layers").size() > sets;
          }
        };

    Selection found = new SetSearch(cut, judging(0.1), new Rungs(5, 2, 2), BETTER_AND_BETTER).run();

    assertThat(told.of("layers")).hasSize(sets + 1).last().isEqualTo(PLANTED);
    assertThat(found.layers()).isEqualTo(PLANTED);
  }

  @Test
  void aSearchInWhichAllDivergeSaysWhatToTry() {
    RandomSearchOptions options =
        new RandomSearchOptions(
            new SetSizes.SetSizeOptions(Optional.of("2"), Optional.empty(), Optional.empty()),
            2,
            4,
            judging(1e200));

    assertThatThrownBy(() -> select(new RandomSearch(options, new Seeds(1)), 1))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("learning_rate")
        .hasMessageContaining("4 steps");
  }

  @Test
  void sizesThatCannotBeAreRefusedWithWhatIsAccepted() {
    assertThatThrownBy(() -> sizes("3", 1, 2)).hasMessageContaining("exclude each other");
    assertThatThrownBy(() -> sizes(null, 1, null)).hasMessageContaining("write both");
    assertThatThrownBy(() -> sizes(null, 3, 2))
        .hasMessageContaining("min_layers: 3 is more than max_layers: 2");
    assertThatThrownBy(() -> sizes("few", null, null)).hasMessageContaining("few");
    assertThatThrownBy(() -> sizes(null, 1, 9).in("evolution", context(8, PLANTED, 1)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("max_layers: 9")
        .hasMessageContaining("8");
  }

  @Test
  void endsByItselfWhenNoSetToComeIsLikelyToBeBetter() {
    EarlyStopping stopping = new EarlyStopping(Optional.of(6), 0.2);
    SetSizes.SetSizeOptions same = sizes(null, null, null);
    RandomSearchOptions options = new RandomSearchOptions(same, 50, 20, judging(0.1, stopping));
    Selection whole = select(randomSearch(50, 20, 3), 3);
    int steps = told.steps().size();
    told.steps().clear();
    Selection found = select(new RandomSearch(options, new Seeds(3)), 3);

    assertThat(found.layers()).isEqualTo(whole.layers());
    assertThat(whole.end()).isEmpty();
    SearchEnd end = found.end().orElseThrow();
    assertThat(end.planned()).isEqualTo(50);
    assertThat(end.unit()).isEqualTo("sets");
    assertThat(end.reason()).contains("with what the layers of a set say of its loss");
    assertThat(told.steps()).hasSize((int) end.steps() * 20).hasSizeLessThan(steps);
  }

  @Test
  void endsAfterAGenerationWhereItsSetsCompete() {
    EarlyStopping stopping = new EarlyStopping(Optional.of(8), 0.4);
    EvolutionOptions options =
        new EvolutionOptions(
            sizes(null, null, null), 8, 9, 3, 0.5, 0.5, 10, 2, 2, judging(0.1, stopping));
    Selection found = select(new Evolution(options, new Seeds(2)), 2);
    assertThat(found.layers()).isEqualTo(PLANTED);
    long sets = found.end().orElseThrow().steps();
    assertThat(sets % 8).isZero();
    assertThat(sets).as("a set that is new stays the same for no set").isGreaterThan(8);
  }

  /** Later sets are bred of those before, so a generation is asked about as a whole. */
  @Test
  void endsAfterTheFirstGenerationThatLeavesTheBestSetAsItWas() {
    EarlyStopping whatever = new EarlyStopping(Optional.of(8), 1);
    EvolutionOptions options =
        new EvolutionOptions(
            sizes(null, null, null), 8, 9, 3, 0.5, 0.5, 3, 2, 1, judging(0.1, whatever));
    Selection found = select(new Evolution(options, new Seeds(2)), 2);

    int generation = 2;
    while (!bestOf(8 * generation).equals(bestOf(8 * (generation - 1)))) {
      generation++;
    }
    assertThat(found.end().orElseThrow().steps()).isEqualTo(8L * generation);
  }

  /** The best of so many sets that were told of. */
  private Object bestOf(int sets) {
    List<Object> losses = told.of("validation_loss").subList(0, sets);
    Object lowest = losses.stream().min(SetSearchTest::order).orElseThrow();
    return told.of("layers").get(losses.indexOf(lowest));
  }

  @Test
  void aPatienceThatIsNeverReachedIsRefused() {
    SetSizes.SetSizeOptions same = sizes(null, null, null);
    TrialOptions patient = judging(0.1, new EarlyStopping(Optional.of(16), 0.05));

    assertThatThrownBy(() -> new RandomSearchOptions(same, 16, 20, patient))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "early_stopping_patience: 16 is never reached before the end of trials: 16; write 15 or"
                + " less, or leave it out");
    assertThat(new RandomSearchOptions(same, 17, 20, patient).trials()).isEqualTo(17);
    assertThatThrownBy(() -> evolution(7, 4, 2, patient))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("generations: 4 with population: 7; write 15 or less");
    assertThat(evolution(8, 4, 2, patient).generations()).isEqualTo(4);
    assertThatThrownBy(() -> evolution(16, 1, 1, patient)).hasMessageContaining("write 15 or less");
    assertThat(evolution(17, 1, 1, patient).population()).isEqualTo(17);
    assertThatThrownBy(() -> evolution(50, 1, 2, patient))
        .hasMessageEndingWith("generations: 1 with population: 50; leave it out");
  }

  @Test
  void aPatienceIsRefusedThatLeavesTooFewSetsToJudgeBy() {
    SetSizes.SetSizeOptions same = sizes(null, null, null);
    TrialOptions patient = judging(0.1, new EarlyStopping(Optional.of(2), 0.05));

    assertThatThrownBy(() -> new RandomSearchOptions(same, 4, 20, patient))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("cannot end trials: 4 early")
        .hasMessageEndingWith("would have 3; leave it out");
    assertThat(new RandomSearchOptions(same, 5, 20, patient).trials()).isEqualTo(5);
    assertThatThrownBy(() -> evolution(1, 4, 2, patient))
        .hasMessageContaining("cannot end generations: 4 with population: 1 early");
    assertThat(evolution(2, 3, 2, patient).generations()).isEqualTo(3);
  }

  @Test
  void aPatienceIsRefusedForWhichTheModelHasTooFewSets() {
    TrialOptions patient = judging(0.1, new EarlyStopping(Optional.of(8), 0.05));
    SelectionOnProblem three = context(3, List.of(1), 1);

    assertThatThrownBy(
            () -> Compatibility.require(randomSearch("1", patient)::checkCompatibility, three))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "selector random-search: early_stopping_patience: 8 is never reached before the end of"
                + " trials: 16 (number of sets: 3); leave it out");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    new Evolution(
                            new EvolutionOptions(
                                sizes("1", null, null), 8, 3, 3, 0.5, 0.5, 3, 2, 2, patient),
                            new Seeds(1))
                        ::checkCompatibility,
                    three))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("generations: 3 with population: 8 (number of sets: 3); write 4 or");
    assertThatCode(
            () ->
                Compatibility.require(
                    randomSearch("1", patient)::checkCompatibility, context(9, PLANTED, 1)))
        .doesNotThrowAnyException();
    // Before a run they are asked about one layer in place of what the others will choose.
    assertThatCode(
            () -> Compatibility.require(randomSearch("same", patient)::checkCompatibility, three))
        .doesNotThrowAnyException();
  }

  private static Selector randomSearch(String layers, TrialOptions judging) {
    SetSizes.SetSizeOptions sizes = sizes(layers, null, null);
    return new RandomSearch(new RandomSearchOptions(sizes, 16, 20, judging), new Seeds(1));
  }

  private static EvolutionOptions evolution(
      int population, int generations, int rungs, TrialOptions judging) {
    SetSizes.SetSizeOptions same = sizes(null, null, null);
    return new EvolutionOptions(same, population, generations, 3, 0.5, 0.5, 3, 2, rungs, judging);
  }

  private double hits(LongFunction<Selector> selector) {
    double sum = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Selection selection = select(selector.apply(seed), 8, PLANTED, seed);
      sum += selection.layers().stream().filter(PLANTED::contains).count();
    }
    return sum / 10;
  }

  private Selection select(Selector selector, long data) {
    return select(selector, 8, PLANTED, data);
  }

  private Selection select(Selector selector, int layers, List<Integer> planted, long data) {
    return selector.select(context(layers, planted, data));
  }

  private SelectionOnProblem context(int layers, List<Integer> planted, long data) {
    GatedProblem problem = new GatedProblem(layers, planted, data);
    return new SelectionOnProblem(problem, manager, new MemoryCheckpoints(), told);
  }

  private static int order(Object a, Object b) {
    return Double.compare((Double) a, (Double) b);
  }

  private static SetSizes.SetSizeOptions sizes(String layers, Integer min, Integer max) {
    return new SetSizes.SetSizeOptions(
        Optional.ofNullable(layers), Optional.ofNullable(min), Optional.ofNullable(max));
  }

  private static Selector randomSearch(int trials, int steps, long seed) {
    return new RandomSearch(
        new RandomSearchOptions(
            new SetSizes.SetSizeOptions(Optional.empty(), Optional.empty(), Optional.empty()),
            trials,
            steps,
            judging(0.1)),
        new Seeds(seed));
  }

  private static Selector evolution(
      int population, int generations, int steps, int rungs, long seed) {
    return new Evolution(
        new EvolutionOptions(
            new SetSizes.SetSizeOptions(Optional.empty(), Optional.empty(), Optional.empty()),
            population,
            generations,
            3,
            0.5,
            0.5,
            steps,
            2,
            rungs,
            judging(0.1)),
        new Seeds(seed));
  }

  private static TrialOptions judging(double learningRate) {
    return judging(learningRate, EarlyStopping.OFF);
  }

  private static TrialOptions judging(double learningRate, EarlyStopping stopping) {
    InnerOptions sgd =
        new InnerOptions(
            new UpdateOptions(
                OptimiserKind.SGD.with(0.9, new AdamWOptions(0.9, 0.999, 1e-8, 0)),
                learningRate,
                Optional.empty(),
                0,
                Schedule.Decay.CONSTANT),
            0,
            0);
    return new TrialOptions(stopping, new ProblemOptions(8, 1, 8, 1), sgd, Values.FRESH);
  }

  /** Remembers the figures of each step. */
  private record Told(List<Map<String, Object>> steps) implements Monitor {

    List<Object> of(String figure) {
      return steps.stream().filter(s -> s.containsKey(figure)).map(s -> s.get(figure)).toList();
    }

    @Override
    public void step(Progress progress) {
      Map<String, Object> told = new HashMap<>();
      progress.figures().forEach((name, figure) -> told.put(name, plain(figure)));
      progress.trainingLoss().ifPresent(loss -> told.put("training_loss", loss));
      progress.validationLoss().ifPresent(loss -> told.put("validation_loss", loss));
      steps.add(told);
    }

    private static Object plain(Figure figure) {
      return figure.number().isPresent()
          ? figure.number().getAsDouble()
          : figure.numbers().stream().map(Double::intValue).toList();
    }

    @Override
    public void event(Event event) {}

    @Override
    public void notice(String sentence) {}
  }
}
