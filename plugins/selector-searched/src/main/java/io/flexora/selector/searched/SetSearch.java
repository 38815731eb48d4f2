package io.flexora.selector.searched;

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
import io.flexora.numerics.bilevel.InnerTraining;
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

  SetSearch(SelectionContext context, TrialOptions judging, Rungs rungs, Generations generations) {
    this.context = context;
    this.judging = judging;
    this.rungs = rungs;
    this.generations = generations;
    this.pool = new TrialPool(generations.count() * rungs.judgementsOf(generations.population()));
    this.loop =
        new ResumableLoop<>(
            context.checkpoints(), context.monitor(), TrialPool::step, TrialPool::state);
  }

  /**
   * What a search takes. While a set is trained, those of its generation are kept that may go on:
   * each with its theta, what its optimiser keeps, and the mask of its layers.
   *
   * @param count how many generations
   * @param population how many sets each has
   */
  static Workload cost(TrialOptions judging, Rungs rungs, int count, int population) {
    ProblemOptions problem = judging.problem();
    InnerTraining training = new InnerTraining(judging.inner(), 1, false);
    long gradients = count * rungs.stepsOf(population) * problem.gradientAccumulationSteps();
    long losses = (long) count * rungs.judgementsOf(population) * problem.validationBatches();
    int others = rungs.count() > 1 ? population - 1 : 0;
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
    }
    all.removeIf(set -> set.losses().isEmpty());
    TrialResult best = all.stream().min(TrialResult.BEST_FIRST).orElseThrow();
    requireFinite(best);
    return new Selection(
            best.layers(), Map.of("gain", LayerGains.of(all, context.shape().layers())))
        .endedBy(end);
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
      alive.stream().filter(i -> !better.contains(i)).forEach(i -> pool.drop(firstId + i));
      alive = better;
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
    List<Integer> best = all.stream().min(TrialResult.BEST_FIRST).orElseThrow().layers();
    Optional<List<Integer>> before =
        bestSoFar.isEmpty() ? Optional.empty() : bestSoFar.get(bestSoFar.size() - 1);
    while (bestSoFar.size() < all.size() - 1) {
      bestSoFar.add(before);
    }
    bestSoFar.add(Optional.of(best));
    int planned = generations.count() * generations.population();
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
    int generation = all.size() / generations.population();
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
    InnerTraining training = new InnerTraining(judging.inner(), 1, false);
    SetTrial trial = pool.trial(id, () -> new SetTrial(own, problem, training, layers));
    while (trial.steps() < rungs.stepsUpTo(rung) - 1 && !context.timeIsUp()) {
      tell(own, told(id, trial.train()));
    }
    if (pool.isAnyFound() && context.timeIsUp()) {
      return OptionalDouble.empty();
    }
    double trainingLoss = trial.train();
    double loss = trial.validate();
    pool.found(loss);
    if (rung == rungs.count() - 1) {
      pool.drop(id);
    }
    Progress told = told(id, trainingLoss).with("layers", layers);
    tell(own, Double.isFinite(loss) ? told.withValidationLoss(loss) : told);
    return OptionalDouble.of(loss);
  }

  private void tell(NDManager own, Progress told) {
    long total = generations.count() * rungs.stepsOf(generations.population());
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
