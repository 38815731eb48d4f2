package io.flexora.runstore;

import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricDescription.Need;
import io.flexora.api.evaluate.MetricRange;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Interval;
import io.flexora.api.run.FlexoraException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Metrics as the files of a run hold them: each value beside its description.
 *
 * @since 0.1
 */
public final class MetricsJson {

  private static final String VALUE = "value";
  private static final String STANDARD_ERROR = "standard_error";
  private static final String INTERVAL = "interval";
  private static final String SYMBOL = "symbol";
  private static final String LEAST = "least";
  private static final String GREATEST = "greatest";
  private static final String LOWER_IS_BETTER = "lower_is_better";
  private static final String PERCENT = "percent";
  private static final String UNIT = "unit";
  private static final String PER_EXAMPLE = "per_example";
  private static final String NEEDS = "needs";

  private MetricsJson() {}

  /** Each metric by its name; NaN and infinite ends of a range become null in the file. */
  public static Map<String, Object> of(Map<String, MetricValue> metrics) {
    Map<String, Object> json = new TreeMap<>();
    metrics.forEach((name, metric) -> json.put(name, of(metric)));
    return json;
  }

  private static Map<String, Object> of(MetricValue metric) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(VALUE, metric.value());
    json.put(STANDARD_ERROR, metric.standardError());
    metric.interval().ifPresent(i -> json.put(INTERVAL, List.of(i.low(), i.high())));
    json.putAll(of(metric.description()));
    return json;
  }

  /** A description without the name. */
  public static Map<String, Object> of(MetricDescription description) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SYMBOL, description.symbol());
    json.put(LEAST, description.range().low());
    json.put(GREATEST, description.range().high());
    json.put(LOWER_IS_BETTER, description.lowerIsBetter());
    json.put(PERCENT, description.percent());
    json.put(UNIT, description.unit());
    json.put(PER_EXAMPLE, description.perExample());
    json.put(
        NEEDS,
        description.needs().stream().map(n -> n.name().toLowerCase(Locale.ROOT)).sorted().toList());
    return json;
  }

  /** Reads what {@link #of(Map)} made. */
  static Map<String, MetricValue> metrics(Map<?, ?> json) {
    Map<String, MetricValue> metrics = new TreeMap<>();
    json.forEach(
        (name, metric) -> metrics.put((String) name, metric((String) name, (Map<?, ?>) metric)));
    return metrics;
  }

  private static MetricValue metric(String name, Map<?, ?> json) {
    Optional<Interval> interval =
        Optional.ofNullable((List<?>) json.get(INTERVAL))
            .map(ends -> new Interval(real(ends.get(0)), real(ends.get(1))));
    return new MetricValue(
        description(name, json), real(json.get(VALUE)), real(json.get(STANDARD_ERROR)), interval);
  }

  private static MetricDescription description(String name, Map<?, ?> json) {
    if (!json.containsKey(LOWER_IS_BETTER)) {
      throw new FlexoraException(
          ("metric '%s' has no description (symbol, lower_is_better, ...): it was written by an"
                  + " earlier build; run it again")
              .formatted(name));
    }
    return new MetricDescription(
        name,
        (String) json.get(SYMBOL),
        new MetricRange(
            end(json.get(LEAST), Double.NEGATIVE_INFINITY),
            end(json.get(GREATEST), Double.POSITIVE_INFINITY)),
        (Boolean) json.get(LOWER_IS_BETTER),
        (Boolean) json.get(PERCENT),
        (String) json.get(UNIT),
        (Boolean) json.get(PER_EXAMPLE),
        needs((List<?>) json.get(NEEDS)));
  }

  private static Set<Need> needs(List<?> json) {
    return json.stream()
        .map(need -> Need.valueOf(((String) need).toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }

  private static double end(Object json, double none) {
    return json == null ? none : real(json);
  }

  static double real(Object json) {
    return json == null ? Double.NaN : ((Number) json).doubleValue();
  }
}
