package io.flexora.experiment.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.data.Split;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Seeds;
import io.flexora.api.run.State;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.experiment.cell.CellEvaluation;
import io.flexora.experiment.cell.CellSelection;
import io.flexora.experiment.cell.CellTraining;
import io.flexora.experiment.cell.SearchDeadline;
import io.flexora.experiment.estimate.ExperimentMemory;
import io.flexora.experiment.estimate.LargestBatch;
import io.flexora.experiment.fit.SelectionFit;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.runstore.PeakMemory;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Does a little of each phase of a cell: some steps of its search, some of its training with an
 * evaluation of a few validation examples, and a few test examples. Nothing is written.
 */
public final class CellBenchmark {

  private static final int EXAMPLES = 64;
  private static final int SHARES = 5;

  private final ExperimentConfiguration configuration;
  private final ExperimentInputs inputs;
  private final Seeds seeds;
  private final Map<Phase, StepSpeed> speeds = new EnumMap<>(Phase.class);

  /** Makes the benchmark of the main cell. */
  public CellBenchmark(ExperimentConfiguration configuration, ExperimentInputs inputs) {
    this.configuration = configuration;
    this.inputs = inputs;
    this.seeds = new Seeds(configuration.seed());
  }

  /**
   * Benchmarks.
   *
   * @param most about how long it may take; more where single steps do
   */
  public Benchmark within(Duration most) {
    Duration share = most.dividedBy(SHARES);
    try (PeakMemory peak = PeakMemory.start()) {
      TimedSteps search = steps(share.multipliedBy(2));
      Optional<Selection> found = search(search);
      double searched = found.isPresent() ? search.elapsed() : search.whole();
      search.speed().ifPresent(speed -> speeds.put(Phase.SEARCH, speed));
      try (AdaptedModel model =
              inputs.adapters().adapt(inputs.adapters().plan(found.orElseGet(this::likely)));
          NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
        Optional<TrainingSchedule> schedule =
            found.flatMap(configuration.selector().get()::schedule);
        boolean trains = model.parameters().size() > 0;
        double trained = trains ? train(model, schedule, manager, share.multipliedBy(2)) : 0;
        double evaluated = evaluate(model, manager, share);
        double made = posteriors(trained, evaluated);
        return limited(
            new Benchmark(searched, trained, evaluated, made, trains, peak.bytes(), speeds));
      }
    }
  }

  /** What the posteriors state that they take, at the speed of the training and the evaluation. */
  private double posteriors(double trained, double evaluated) {
    PosteriorSetting setting = inputs.training().posteriorSetting();
    return configuration.cell().posteriors().values().stream()
        .map(posterior -> posterior.get().cost(setting))
        .mapToDouble(
            cost ->
                cost.trainings() * trained
                    + evaluated * cost.equivalentForwardPasses() / Math.max(1, setting.test()))
        .sum();
  }

  private static TimedSteps steps(Duration most) {
    return new TimedSteps(System::nanoTime, most);
  }

  /** What the search chose, if it came to its end. */
  private Optional<Selection> search(TimedSteps steps) {
    Selector selector = configuration.selector().get();
    MatchedBudget same = MatchedBudget.of(configuration, inputs.adapters());
    try (CellSelection context =
        new CellSelection(
            inputs,
            seeds,
            same,
            SearchDeadline.none(),
            Optional.empty(),
            CellSelection.AllLayers.OWN,
            new NoCheckpoints(),
            steps)) {
      return ended(
          steps,
          () -> {
            Selection found = selector.select(context);
            SelectionFit.require(configuration.selector().name(), found, inputs.adapters());
            return found;
          });
    }
  }

  /** As many layers as a search is told to choose, or all, from the lowest to the highest. */
  private Selection likely() {
    int layers = inputs.pretrained().shape().layers();
    int count = Math.min(layers, configuration.sameLayers().orElse(layers));
    return Selection.of(IntStream.range(0, count).mapToObj(i -> i * layers / count).toList());
  }

  private double train(
      AdaptedModel model, Optional<TrainingSchedule> schedule, NDManager manager, Duration most) {
    Trainer trainer = configuration.cell().trainer().get();
    List<Tokens> training = inputs.data().tokens(Split.TRAIN);
    List<Tokens> validation = inputs.data().tokens(Split.VALIDATION);
    List<Tokens> few = few(validation);
    // The trainer ends by itself, with an evaluation; the other end is for one that does not.
    TimedSteps steps = steps(most.multipliedBy(2));
    CellTraining context =
        new CellTraining(
            model,
            Optional.of(inputs.pretrained().model()),
            training,
            few,
            schedule,
            Optional.empty(),
            inputs
                .training()
                .start(configuration.selector())
                .within(configuration.stepsOfTraining()),
            Optional.of(most),
            manager,
            new NoCheckpoints(),
            (theta, step) -> {},
            steps);
    ended(steps, () -> trainer.train(context));
    steps.speed().ifPresent(speed -> speeds.put(Phase.TRAIN, speed.with(ofTraining(model))));
    long evaluations =
        inputs.training().cost().forward().examples() / Math.max(1, validation.size());
    return steps.wholeTraining(evaluations, scale(validation, few));
  }

  private double evaluate(AdaptedModel model, NDManager manager, Duration most) {
    List<Tokens> test = inputs.data().tokens(Split.TEST);
    List<Tokens> few = few(test);
    NDArray theta = model.initialTheta(manager, seeds);
    // The first time is not like the others: there is no step before it that was slow for all.
    evaluated(model, theta, few, manager, most);
    TimedSteps steps = evaluated(model, theta, few, manager, most);
    double whole = steps.whole();
    List<LargestBatch.Size> sizes = few.stream().map(LargestBatch.Size::scored).toList();
    long tokens = sizes.stream().mapToLong(LargestBatch.Size::tokens).sum();
    StepWork work = StepWork.ofScoring(inputs.pretrained().shape(), StepWork.Texts.of(sizes));
    speeds.put(Phase.EVALUATE, steps.speed(tokens).with(work));
    double further =
        inputs.data().testSets().values().stream()
            .mapToDouble(of -> scale(of.tokens(Split.TEST), few))
            .sum();
    double times = scale(test, few) + further;
    double scores = steps.ofSteps();
    // What comes behind the scores, such as the draws of a bootstrap, comes once for each set.
    return scores == 0
        ? whole * times
        : scores * times + Math.max(0, whole - scores) * (1 + inputs.data().testSets().size());
  }

  private StepWork ofTraining(AdaptedModel model) {
    ModelShape shape = inputs.pretrained().shape();
    int lowest =
        model.plan().layers().stream().mapToInt(layer -> layer).min().orElse(shape.layers());
    return StepWork.ofTraining(
        shape,
        StepWork.Texts.of(ExperimentMemory.trainedSizes(inputs.data(), Split.TRAIN)),
        lowest,
        model.parameters().size(),
        inputs.pretrained().recomputes());
  }

  private TimedSteps evaluated(
      AdaptedModel model, NDArray theta, List<Tokens> few, NDManager manager, Duration most) {
    TimedSteps steps = steps(most.dividedBy(2));
    CellEvaluation context = CellEvaluation.of(inputs.data(), model, theta, few, manager, steps);
    ended(steps, () -> configuration.data().evaluator().get().evaluate(context));
    return steps;
  }

  /** The outcome of a phase; empty if it was ended before its time. */
  private static <T> Optional<T> ended(TimedSteps steps, Supplier<T> phase) {
    try {
      return Optional.of(phase.get());
    } catch (CancelledException e) {
      if (!steps.ended()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Some shorter and some longer examples, of like length each as in the batches of the whole. */
  private static List<Tokens> few(List<Tokens> examples) {
    if (examples.size() <= EXAMPLES) {
      return examples;
    }
    List<Tokens> sorted =
        examples.stream().sorted(Comparator.comparingInt(Tokens::length)).toList();
    int half = EXAMPLES / 2;
    int shorter = sorted.size() / 4 - half / 2;
    int longer = sorted.size() - shorter - half;
    return Stream.concat(
            sorted.subList(shorter, shorter + half).stream(),
            sorted.subList(longer, longer + half).stream())
        .toList();
  }

  /** How many times as many tokens all of them have. */
  private static double scale(List<Tokens> all, List<Tokens> few) {
    return few.isEmpty() ? 0 : (double) tokens(all) / Math.max(1, tokens(few));
  }

  private static long tokens(List<Tokens> examples) {
    return examples.stream().mapToLong(Tokens::length).sum();
  }

  /** No more than the time that the configuration gives. */
  private Benchmark limited(Benchmark whole) {
    if (configuration.timeLimit().isEmpty()) {
      return whole;
    }
    double limit = configuration.timeLimit().get().toMillis() / 1e3;
    boolean included = configuration.timeLimitIncludesSearch();
    double search = included ? Math.min(limit, whole.searchSeconds()) : whole.searchSeconds();
    double rest = included ? limit - search : limit;
    double training =
        Math.min(rest * configuration.trainingTimeFactor().orElse(1.0), whole.trainSeconds());
    return new Benchmark(
        search,
        training,
        whole.evaluateSeconds(),
        posteriors(training, whole.evaluateSeconds()),
        whole.trains(),
        whole.peakMemoryBytes(),
        whole.steps());
  }

  /** Keeps nothing. */
  private static final class NoCheckpoints implements Checkpoints {

    @Override
    public Optional<State> latest(NDManager manager) {
      return Optional.empty();
    }

    @Override
    public void offer(long step, Supplier<State> state) {
      // A benchmark is not gone on with.
    }
  }
}
