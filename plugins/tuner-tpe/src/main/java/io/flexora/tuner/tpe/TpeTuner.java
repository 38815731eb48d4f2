package io.flexora.tuner.tpe;

import io.flexora.api.plugin.Doc;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Trial;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Models where good values lie and where the others do, and tries what the first model finds likely
 * and the second does not: of some candidates from the first that with the highest ratio of the two
 * densities. Each option has models of its own.
 */
@Doc("Try what is likely among the best trials and unlikely among the others (TPE).")
final class TpeTuner implements Tuner {

  private static final double GOOD = 0.1;
  private static final int MOST_GOOD = 25;

  private final TpeOptions options;

  @Inject
  TpeTuner(TpeOptions options) {
    this.options = options;
  }

  @Override
  public List<Map<String, Double>> next(TuningProgress progress) {
    int startup = options.startupTrials();
    if (progress.next() < startup) {
      List<Map<String, Double>> drawn = new ArrayList<>();
      for (int number = progress.next(); number < startup; number++) {
        drawn.add(drawn(progress, number));
      }
      return drawn;
    }
    return List.of(modelled(progress));
  }

  private static Map<String, Double> drawn(TuningProgress progress, int number) {
    Map<String, Double> values = new LinkedHashMap<>();
    progress
        .setting()
        .options()
        .forEach(
            (path, range) -> {
              SplittableRandom random = progress.seeds().stream("tpe startup", number, path);
              values.put(path, range.at(random.nextDouble()));
            });
    return values;
  }

  private Map<String, Double> modelled(TuningProgress progress) {
    // What failed tells nothing of where values are good: it may have failed for another reason.
    List<Trial> ended =
        progress.trials().stream().filter(trial -> trial.result().isPresent()).toList();
    List<Trial> good = good(progress, ended);
    List<Trial> others = ended.stream().filter(trial -> !good.contains(trial)).toList();
    Map<String, Double> values = new LinkedHashMap<>();
    progress
        .setting()
        .options()
        .forEach(
            (path, range) ->
                values.put(
                    path,
                    best(
                        density(range, seen(good, path)),
                        density(range, seen(others, path)),
                        progress.seeds().stream("tpe", progress.next(), path))));
    return values;
  }

  /** How many of so many trials are taken for good ones. */
  static int count(int trials) {
    return Math.min(MOST_GOOD, (int) Math.ceil(GOOD * trials));
  }

  /** The good trials, from the oldest; of equal ones the older ones are taken. */
  private static List<Trial> good(TuningProgress progress, List<Trial> trials) {
    return trials.stream()
        .sorted(Comparator.comparingDouble(trial -> progress.signed(trial.result())))
        .limit(count(trials.size()))
        .sorted(Comparator.comparingInt(Trial::number))
        .toList();
  }

  /** The values of an option, without those outside of its range. */
  private static double[] seen(List<Trial> trials, String path) {
    return trials.stream()
        .map(trial -> trial.values().get(path))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  static Density density(Range range, double[] seen) {
    return range instanceof Range.Interval interval
        ? new IntervalDensity(seen, interval)
        : new ChoiceDensity(seen, ((Range.Choices) range).names().size());
  }

  private double best(Density good, Density others, SplittableRandom random) {
    double best = Double.NaN;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < options.eiCandidates(); i++) {
      double candidate = good.draw(random);
      double ratio = good.log(candidate) - others.log(candidate);
      if (i == 0 || ratio > highest) {
        best = candidate;
        highest = ratio;
      }
    }
    return best;
  }
}
