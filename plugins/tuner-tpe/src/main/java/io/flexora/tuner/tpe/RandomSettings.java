package io.flexora.tuner.tpe;

import io.flexora.api.run.Seeds;
import io.flexora.api.tune.TuningSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Settings that are drawn uniformly from the ranges, each once. */
record RandomSettings(TuningSetting setting, Seeds seeds) {

  /** So many draws in a row that are all there already mean that none is left. */
  private static final int MOST_ATTEMPTS = 10_000;

  /** The first ones that are none of the known ones; fewer where there are not so many. */
  List<Map<String, Double>> first(int count, Set<Map<String, Double>> known) {
    Set<Map<String, Double>> seen = new HashSet<>(known);
    List<Map<String, Double>> settings = new ArrayList<>();
    int attempts = 0;
    for (int draw = 1; settings.size() < count && attempts < MOST_ATTEMPTS; draw++) {
      Map<String, Double> drawn = draw(draw);
      attempts++;
      if (seen.add(drawn)) {
        settings.add(drawn);
        attempts = 0;
      }
    }
    return settings;
  }

  private Map<String, Double> draw(int number) {
    Map<String, Double> values = new LinkedHashMap<>();
    setting
        .options()
        .forEach(
            (path, range) -> {
              SplittableRandom random = seeds.stream("tpe startup", number, path);
              values.put(path, range.at(random.nextDouble()));
            });
    return values;
  }
}
