package io.flexora.tuner.basic;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningSetting;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Draws every setting from the ranges (Bergstra and Bengio, Random Search for Hyper-Parameter
 * Optimization, JMLR 2012).
 */
@Doc("Draw settings from the ranges at random, each once.")
final class RandomTuner implements Tuner {

  @Inject
  RandomTuner() {}

  @Override
  public void checkCompatibility(TuningSetting setting, Compatibility found) {
    setting.trials().ifPresent(trials -> setting.checkSettings(trials, found));
  }

  @Override
  public List<Map<String, Double>> next(TuningProgress progress) {
    // Limited by time, it is asked for the first alone.
    int trials = progress.setting().trials().orElse(progress.next() + 1);
    List<Map<String, Double>> all = drawn(progress, trials - 1);
    return all.subList(Math.min(all.size(), progress.next() - 1), all.size());
  }

  /** The first settings at random, none of which is that of the defaults. */
  static List<Map<String, Double>> drawn(TuningProgress progress, int count) {
    return progress.drawn("random setting", count, Set.of(progress.setting().defaults()));
  }
}
