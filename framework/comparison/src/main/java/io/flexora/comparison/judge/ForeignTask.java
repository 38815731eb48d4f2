package io.flexora.comparison.judge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The examples and the metric of a model with a task. */
final class ForeignTask {

  private final Map<String, Integer> places = new HashMap<>();
  private final List<String> examples = new ArrayList<>();
  private final Set<String> strategies = new HashSet<>();
  private String metric = "";
  private String metricFrom = "";
  private boolean lowerIsBetter;

  /** The number of strategies with one more, or one of them. */
  int strategies(String one) {
    strategies.add(one);
    return strategies.size();
  }

  /** The place of an example, a new one where it comes for the first time. */
  int place(String example) {
    Integer known = places.putIfAbsent(example, examples.size());
    if (known != null) {
      return known;
    }
    examples.add(example);
    return examples.size() - 1;
  }

  List<String> examples() {
    return examples;
  }

  /**
   * Names the metric.
   *
   * @return where another one was named; empty if none was
   */
  String name(String of, String where) {
    if (metric.isEmpty()) {
      metric = of;
      metricFrom = where;
    }
    return metric.equals(of) ? "" : "'%s' in %s".formatted(metric, metricFrom);
  }

  String metric() {
    return metric;
  }

  void lowerIsBetter() {
    lowerIsBetter = true;
  }

  boolean isLowerBetter() {
    return lowerIsBetter;
  }
}
