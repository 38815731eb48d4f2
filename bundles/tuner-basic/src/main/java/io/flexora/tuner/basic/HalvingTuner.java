package io.flexora.tuner.basic;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Successive halving (Jamieson and Talwalkar, Non-stochastic Best Arm Identification and
 * Hyperparameter Optimization, AISTATS 2016): settings that are drawn at random get a part of a
 * training each, the best of them a longer one, and so on. A longer training begins anew, as its
 * learning rate has another schedule than that of a shorter one.
 */
@Doc(
    "Successive halving: train random settings for a part of the steps, and the best of"
        + " them again for more.")
final class HalvingTuner implements Tuner {

  private final HalvingOptions options;

  @Inject
  HalvingTuner(HalvingOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(TuningSetting setting, Compatibility found) {
    if (setting.trials().isEmpty()) {
      found.refuse(
          "its rounds divide a number of trials, but the tuning is limited by time; write 'trials: N'");
      return;
    }
    int trials = setting.trials().getAsInt();
    double least = Math.pow(options.reduction(), options.rounds() - 1) + 1;
    if (trials < least) {
      found.refuse(
          "%d rounds with one of %d settings going on take %.0f trials or more, that of the default values included, but %d are asked for"
              .formatted(options.rounds(), options.reduction(), least, trials));
    }
    setting.checkSettings(trials, found);
  }

  /** The default values whole, then the settings of each round. */
  @Override
  public List<Double> shares(TuningSetting setting) {
    List<Double> shares = new ArrayList<>(List.of(1.0));
    for (int round = 0; round < options.rounds(); round++) {
      double share = Math.pow(options.reduction(), round - (options.rounds() - 1));
      shares.addAll(Collections.nCopies(size(setting, round), share));
    }
    return shares;
  }

  /** How many settings a round has. */
  private int size(TuningSetting setting, int round) {
    int settings = setting.trials().orElseThrow() - 1;
    return settings / (int) Math.pow(options.reduction(), round);
  }

  @Override
  public List<Map<String, Double>> next(TuningProgress progress) {
    int begin = 1;
    int previous = 1;
    for (int round = 0; round < options.rounds(); round++) {
      int end = begin + size(progress.setting(), round);
      if (progress.next() < end) {
        List<Map<String, Double>> all =
            round == 0
                ? RandomTuner.drawn(progress, end - 1)
                : best(progress, progress.trials().subList(previous, begin), end - begin);
        return all.subList(progress.next() - begin, all.size());
      }
      previous = begin;
      begin = end;
    }
    return List.of();
  }

  /** The settings of the best trials, the best first; of equal ones the earlier. */
  private static List<Map<String, Double>> best(
      TuningProgress progress, List<Trial> round, int count) {
    return round.stream()
        .sorted(Comparator.comparingDouble(trial -> progress.signed(trial.result())))
        .limit(count)
        .map(Trial::values)
        .toList();
  }
}
