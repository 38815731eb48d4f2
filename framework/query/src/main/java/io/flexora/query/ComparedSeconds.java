package io.flexora.query;

import io.flexora.api.run.Phase;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The seconds of the cells of a comparison, each search, training and trial once. A result has them
 * more often: further test sets repeat the cells of their task, and posteriors those that they are
 * made of.
 */
final class ComparedSeconds {

  /** The phase of the trials of all tunings. */
  static final String TRIALS = "trials";

  private final Collection<String> tasks;
  private final Map<String, String> trained;
  private final Map<String, Double> seconds = new TreeMap<>();

  private ComparedSeconds(Collection<String> tasks, Map<String, String> trained) {
    this.tasks = tasks;
    this.trained = trained;
  }

  /**
   * The seconds by phase, those of trials as {@link #TRIALS}.
   *
   * @param tasks the tasks without their further test sets
   * @param trained the names of the rows that posteriors are made of, by those of the posteriors
   */
  static Map<String, Double> of(
      ComparisonResult result, Collection<String> tasks, Map<String, String> trained) {
    ComparedSeconds all = new ComparedSeconds(tasks, trained);
    result.groups().forEach(all::add);
    return all.seconds;
  }

  private void add(GroupResult group) {
    if (!tasks.contains(group.task())) {
      return;
    }
    for (StrategyResult strategy : group.strategies()) {
      String of = trained.get(strategy.name());
      if (of == null) {
        strategy.cells().forEach(this::addTrained);
      } else {
        Map<Long, Double> training = training(group, of);
        strategy
            .cells()
            .forEach(cell -> addPosterior(cell, training.getOrDefault(cell.seed(), 0.0)));
      }
    }
  }

  private void addTrained(SeedResult cell) {
    cell.seconds().orElse(Map.of()).forEach(this::add);
    cell.tuning().map(Tuning::seconds).ifPresent(trials -> add(TRIALS, trials));
  }

  /**
   * Adds what a posterior took itself.
   *
   * @param before the seconds of the training that it is made of
   */
  private void addPosterior(SeedResult cell, double before) {
    cell.seconds()
        .ifPresent(
            told -> {
              add(Phase.TRAIN.word(), Math.max(0, seconds(told, Phase.TRAIN) - before));
              add(Phase.EVALUATE.word(), seconds(told, Phase.EVALUATE));
            });
  }

  /** The seconds of the training of a row, by seed. */
  private static Map<Long, Double> training(GroupResult group, String row) {
    Map<Long, Double> training = new HashMap<>();
    group.strategies().stream()
        .filter(strategy -> strategy.name().equals(row))
        .flatMap(strategy -> strategy.cells().stream())
        .forEach(
            cell ->
                training.put(cell.seed(), seconds(cell.seconds().orElse(Map.of()), Phase.TRAIN)));
    return training;
  }

  private static double seconds(Map<String, Double> told, Phase phase) {
    return told.getOrDefault(phase.word(), 0.0);
  }

  private void add(String phase, double more) {
    seconds.merge(phase, more, Double::sum);
  }
}
