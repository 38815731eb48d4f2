package io.flexora.tuner.basic;

import io.flexora.api.tune.Range;
import io.flexora.api.tune.TuningSetting;
import java.util.OptionalLong;

/** How many settings the options can have. */
final class Settings {

  private Settings() {}

  /**
   * Counts all settings, that of the default values included, wherever it is.
   *
   * @return empty where a range is continuous, or there are more than can be counted
   */
  static OptionalLong count(TuningSetting setting) {
    long all = 1;
    for (Range range : setting.options().values()) {
      if (range.size().isEmpty() || all > Integer.MAX_VALUE) {
        return OptionalLong.empty();
      }
      all *= range.size().getAsLong();
    }
    return OptionalLong.of(defaultsAreWithin(setting) ? all : all + 1);
  }

  /** Whether the default values are within the ranges, all of them. */
  static boolean defaultsAreWithin(TuningSetting setting) {
    return setting.defaults().keySet().containsAll(setting.options().keySet());
  }
}
