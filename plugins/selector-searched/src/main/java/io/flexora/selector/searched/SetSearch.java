package io.flexora.selector.searched;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.layer.ChosenValues;
import io.flexora.numerics.loop.ResumableLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Judges sets of layers, generation by generation and rung by rung, and chooses the best. */
final class SetSearch {

  private final SelectionContext context;
  private final TrialOptions judging;
  private final Rungs rungs;
  private final Generations generations;
  private final TrialPool pool;
  private final ResumableLoop<TrialPool> loop;
  private final List<Optional<List<Integer>>> bestSoFar = new ArrayList<>();
  private Optional<SearchEnd> end = Optional.empty();
  private boolean cut;

  /** The set whose values are kept although it is not trained on; -1 for none. */
  private int kept = -1;

  SetSearch(SelectionContext context, TrialOptions judging, Rungs rungs, Generations generations) {
    this.context = context;
    this.judging = judging;
    this.rungs = rungs;
    this.generations = generations;
    this.pool = new TrialPool(Math.toIntExact(generations.sum(rungs::judgementsOf)));
    this.loop =
        new ResumableLoop<>(
            context.checkpoints(), context.monitor(), TrialPool::step, TrialPool::state);
  }

  /**
   * The cost of a search. While a set is trained, the sets of its generation that may go on are
   * kept, and the best set where its values are kept: each with its theta, the optimiser's state
   * and the mask of its layers.
   *
   * @param generations the generations; it is asked for no sets
   */
  static Workload cost(TrialOptions judging, Rungs rungs, Generations generations) {
    ProblemOptions problem = judging.problem();
    InnerTraining training = new InnerTraining(judging.inner(), 1, false);
    long gradients = generations.sum(rungs::stepsOf) * problem.gradientAccumulationSteps();
    long losses = generations.sum(rungs::judgementsOf) * problem.validationBatches();
    int others =
        (rungs.count() > 1 ? generations.population(0) - 1 : 0) + (judging.keepsValues() ? 1 : 0);
    return Workload.NONE
        .trainingGradients(Passes.of(gradients, problem.batchSize()))
        .forward(Passes.of(losses, problem.validationBatchSize()))
        .storedThetas(others * (training.positionArrays() + 1L) + training.beginArrays() + 1);
  }

  /**
   * Goes on from the newest checkpoint, or from the start, until all sets are judged, as many as
   * there is time for, or the choice has settled.
   */
  Selection run() {
    List<TrialResult> all = new ArrayList<>();
    try (NDManager own = context.manager().newSubManager()) {
      BilevelProblem problem = context.problem(judging.problem());
      context.checkpoints().latest(own).ifPresent(pool::restore);
      for (int number = 0; number < generations.count() && !isOver(); number++) {
        judge(own, problem, number, all);
      }
      List<TrialResult> judged = tried(all);
      TrialResult best = generations.best(judged);
      requireFinite(best);
      List<Integer> layers = generations.chosen(judged);
      return new Selection(layers, Map.of("gain", LayerGains.of(judged, context.shape().layers())))
          .endedBy(end)
          .with(values(own, problem, all.indexOf(best), best, layers));
    }
  }

  private static List<TrialResult> tried(List<TrialResult> sets) {
    return sets.stream().filter(set -> !set.losses().isEmpty()).toList();
  }

  /** The values of a set; empty where the training begins afresh. */
  private Optional<TrainedValues> values(
      NDManager own, BilevelProblem problem, int id, TrialResult best, List<Integer> layers) {
    if (!judging.keepsValues()) {
      return Optional.empty();
    }
    ChosenValues values = new ChosenValues(context.adapter(), ChosenValues.Choice.ofLayers(layers));
    NDArray theta = trial(own, problem, id, best.layers()).at().theta();
    return Optional.of(values.of(problem.parameters(), theta));
  }

  private SetTrial trial(NDManager own, BilevelProblem problem, int id, List<Integer> layers) {
    InnerTraining training = new InnerTraining(judging.inner(), 1, false);
    return pool.trial(id, () -> new SetTrial(own, problem, training, layers));
  }

  private boolean isOver() {
    return cut || end.isPresent();
  }

  /** Judges a generation, and adds what it found. */
  private void judge(NDManager own, BilevelProblem problem, int number, List<TrialResult> all) {
    List<List<Integer>> sets = generations.next(number, all);
    List<TrialResult> before = List.copyOf(all);
    List<TrialResult> judged = new ArrayList<>(sets.stream().map(TrialResult::untried).toList());
    judge(own, problem, sets, before, judged);
    all.addAll(judged);
    if (!cut && !settlesWithin()) {
      settle(all, List.of());
    }
  }

  /**
   * Whether the choice may settle after any set: where sets neither compete for rungs nor are bred
   * from those before.
   */
  private boolean settlesWithin() {
    return generations.count() == 1 && rungs.count() == 1;
  }

  private void judge(
      NDManager own,
      BilevelProblem problem,
      List<List<Integer>> sets,
      List<TrialResult> before,
      List<TrialResult> judged) {
    int firstId = before.size();
    List<Integer> alive = IntStream.range(0, sets.size()).boxed().toList();
    for (int rung = 0; rung < rungs.count(); rung++) {
      for (int i : alive) {
        int id = firstId + i;
        OptionalDouble loss = loss(own, problem, id, sets.get(i), rung);
        if (loss.isEmpty()) {
          cut = true;
          return;
        }
        judged.set(i, judged.get(i).with(loss.getAsDouble()));
        if (rung == rungs.count() - 1) {
          finish(id, before, judged);
        }
        if (settlesWithin()) {
          List<TrialResult> all = new ArrayList<>(before);
          all.addAll(judged.subList(0, i + 1));
          settle(all, sets.subList(i + 1, sets.size()));
          if (isOver()) {
            return;
          }
        }
      }
      int reaching = rungs.reaching(rung + 1, sets.size());
      List<Integer> better = best(judged, alive, reaching);
      alive.stream()
          .filter(i -> !better.contains(i) && firstId + i != kept)
          .forEach(i -> pool.drop(firstId + i));
      alive = better;
    }
  }

  /** Frees a set that has been trained to the end, but the best where its values are kept. */
  private void finish(int id, List<TrialResult> before, List<TrialResult> judged) {
    List<TrialResult> all = new ArrayList<>(before);
    all.addAll(judged);
    if (judging.keepsValues() && all.indexOf(generations.best(tried(all))) == id) {
      pool.drop(kept);
      kept = id;
    } else {
      pool.drop(id);
    }
  }

  /**
   * Looks whether the choice has settled, after a set or after a generation. What a generation
   * changes, it changes with its last set.
   *
   * @param all the sets that were judged
   * @param left those of the generation that were not
   */
  private void settle(List<TrialResult> all, List<List<Integer>> left) {
    List<Integer> best = generations.best(all).layers();
    Optional<List<Integer>> before =
        bestSoFar.isEmpty() ? Optional.empty() : bestSoFar.get(bestSoFar.size() - 1);
    while (bestSoFar.size() < all.size() - 1) {
      bestSoFar.add(before);
    }
    bestSoFar.add(Optional.of(best));
    long planned = generations.sum(population -> population);
    end =
        judging
            .earlyStopping()
            .end(
                all.size(),
                planned,
                "sets",
                set -> bestSoFar.get(set - 1),
                set -> probabilityOfBetter(all, left),
                "with what the layers of a set say of its loss");
  }

  /** That of all sets to come; each later generation counts as the next one. */
  private OptionalDouble probabilityOfBetter(List<TrialResult> all, List<List<Integer>> left) {
    SetForecast forecast = new SetForecast(all, context.shape().layers());
    if (settlesWithin()) {
      return forecast.probabilityOfBetter(left);
    }
    int generation = all.size() / generations.population(0);
    int toCome = generations.count() - generation;
    OptionalDouble ofNext = forecast.probabilityOfBetter(generations.next(generation, all));
    return ofNext.isEmpty()
        ? ofNext
        : OptionalDouble.of(1 - Math.pow(1 - ofNext.getAsDouble(), toCome));
  }

  /** The better ones, best first: where the time ends at the next rung, the best went on. */
  private static List<Integer> best(List<TrialResult> judged, List<Integer> of, int count) {
    Comparator<Integer> order = Comparator.comparing(judged::get, TrialResult.BEST_FIRST);
    return of.stream().sorted(order).limit(count).toList();
  }

  /** The loss of a set; empty if the time is over and there is another that was judged. */
  private OptionalDouble loss(
      NDManager own, BilevelProblem problem, int id, List<Integer> layers, int rung) {
    OptionalDouble known = pool.known();
    if (known.isPresent()) {
      return known;
    }
    SetTrial trial = trial(own, problem, id, layers);
    while (trial.steps() < rungs.stepsUpTo(rung) - 1 && !context.timeIsUp()) {
      tell(own, told(id, trial.train()));
    }
    if (pool.isAnyFound() && context.timeIsUp()) {
      return OptionalDouble.empty();
    }
    double trainingLoss = trial.train();
    double loss = trial.validate();
    pool.found(loss);
    Progress told = told(id, trainingLoss).with("layers", layers);
    tell(own, Double.isFinite(loss) ? told.withValidationLoss(loss) : told);
    return OptionalDouble.of(loss);
  }

  private void tell(NDManager own, Progress told) {
    long total = generations.sum(rungs::stepsOf);
    pool.advance();
    loop.tell(own, pool, told.at(pool.step(), total));
  }

  /** What a step tells of a set, but for its place in the search. */
  private static Progress told(int id, double trainingLoss) {
    Progress told = Progress.of(0, 0).with("set", id);
    return Double.isFinite(trainingLoss) ? told.withTrainingLoss(trainingLoss) : told;
  }

  private void requireFinite(TrialResult best) {
    if (best.diverged()) {
      throw new FlexoraException(
          ("every set of layers has a validation loss that is no number after at most %d steps;"
                  + " lower the learning_rate of inner (%s), or set its max_grad_norm: 1")
              .formatted(
                  rungs.stepsUpTo(rungs.count() - 1), judging.inner().update().learningRate()));
    }
  }
}
