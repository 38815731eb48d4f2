package io.flexora.task.choice.file;

import java.util.Map;
import java.util.Optional;

/**
 * A metric that a task file asks for.
 *
 * @param name its name, such as {@code acc}
 * @param aggregation how the questions are summed up, where that is written
 */
record AskedMetric(String name, Optional<String> aggregation) {
  /** What the evaluator measures, and by which of the harness's aggregations. */
  private static final Map<String, String> MEASURED =
      Map.of(
          "acc", "mean",
          "acc_norm", "mean",
          "acc_bytes", "mean",
          "f1", "f1",
          "mcc", "matthews_corrcoef");

  static AskedMetric of(Object entry) {
    Map<?, ?> keys = entry instanceof Map<?, ?> map ? map : Map.of("metric", entry);
    return new AskedMetric(
        text(keys.get("metric")),
        Optional.ofNullable(keys.get("aggregation")).map(AskedMetric::text));
  }

  private static String text(Object value) {
    return value instanceof PythonFunction function ? function.name() : Scalars.text(value);
  }

  /**
   * Whether the evaluator measures it.
   *
   * @param classes the number of choices that all questions share, or 0
   */
  boolean isMeasured(int classes) {
    String known = MEASURED.get(name);
    boolean enough =
        switch (name) {
          case "f1" -> classes == 2;
          case "mcc" -> classes > 1;
          default -> true;
        };
    return known != null && aggregation.map(known::equals).orElse(true) && enough;
  }

  @Override
  public String toString() {
    boolean usual =
        aggregation.map(a -> a.equals(MEASURED.getOrDefault(name, "mean"))).orElse(true);
    return usual ? name : name + " by " + aggregation.orElseThrow();
  }
}
