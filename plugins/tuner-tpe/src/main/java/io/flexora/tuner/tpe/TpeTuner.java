package io.flexora.tuner.tpe;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Models where good values lie and where the others do, and tries what the first model finds likely
 * and the second does not: of some candidates from the first that with the highest ratio of the two
 * densities. Each option has models of its own.
 */
@Doc(
    "Tree-structured Parzen estimator (TPE): try settings that are likely among the best"
        + " trials and unlikely among the others.")
final class TpeTuner implements Tuner {

  private static final double GOOD = 0.1;
  private static final int MOST_GOOD = 25;

  /** So many draws that were tried already mean that the model has nothing new to say. */
  private static final int MOST_DRAWS = 100;

  private static final String STREAM = "tpe startup";

  private final TpeOptions options;

  @Inject
  TpeTuner(TpeOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(TuningSetting setting, Compatibility found) {
    setting.checkSettings(setting.trials().orElse(0), found);
  }

  /** None once all settings were tried: the same setting would give the same result. */
  @Override
  public List<Map<String, Double>> next(TuningProgress progress) {
    List<Map<String, Double>> startup =
        progress.drawn(STREAM, options.startupTrials() - 1, Set.of(progress.setting().defaults()));
    int begin = progress.next() - 1;
    if (begin < startup.size()) {
      return startup.subList(begin, startup.size());
    }
    Set<Map<String, Double>> tried =
        progress.trials().stream().map(Trial::values).collect(Collectors.toSet());
    return modelled(progress, tried)
        .map(List::of)
        .orElseGet(() -> progress.drawn(STREAM, 1, tried));
  }

  /** The most promising setting; empty if all that were drawn were tried before. */
  private Optional<Map<String, Double>> modelled(
      TuningProgress progress, Set<Map<String, Double>> tried) {
    Map<String, OptionModel> models = models(progress);
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      Map<String, Double> values = new LinkedHashMap<>();
      models.forEach((path, model) -> values.put(path, model.best(options.eiCandidates())));
      if (!tried.contains(values)) {
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }

  private static Map<String, OptionModel> models(TuningProgress progress) {
    List<Trial> good = good(progress);
    // What failed is among the others, or a region where all fails would look promising for ever.
    List<Trial> others = progress.trials().stream().filter(trial -> !good.contains(trial)).toList();
    Map<String, OptionModel> models = new LinkedHashMap<>();
    progress
        .setting()
        .options()
        .forEach(
            (path, range) ->
                models.put(
                    path,
                    new OptionModel(
                        density(range, seen(good, path)),
                        density(range, seen(others, path)),
                        progress.seeds().stream("tpe", progress.next(), path))));
    return models;
  }

  /** How many of so many trials are taken for good ones. */
  static int count(int trials) {
    return Math.min(MOST_GOOD, (int) Math.ceil(GOOD * trials));
  }

  /** The good ones of those that did not fail, from the oldest; of equal ones the older ones. */
  private static List<Trial> good(TuningProgress progress) {
    List<Trial> ended =
        progress.trials().stream().filter(trial -> trial.result().isPresent()).toList();
    return ended.stream()
        .sorted(Comparator.comparingDouble(trial -> progress.signed(trial.result())))
        .limit(count(ended.size()))
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

  /** The densities of an option's good values and of the others, and the draws from them. */
  private record OptionModel(Density good, Density others, SplittableRandom random) {

    /** Of some candidates from the good that which is most likely among them beside the others. */
    double best(int candidates) {
      double best = Double.NaN;
      double highest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < candidates; i++) {
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
}
