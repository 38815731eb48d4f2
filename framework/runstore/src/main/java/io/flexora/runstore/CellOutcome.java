package io.flexora.runstore;

import io.flexora.api.evaluate.MetricValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What came out of one cell of an experiment.
 *
 * @param selectedLayers the chosen layers, from 0, ascending
 * @param scores a number for each layer by the name of what it measures
 * @param trainableParameters the length of the trained theta
 * @param metrics metrics by name
 * @param deciding the name of the metric that decides between cells; empty if the cell failed
 * @param seconds the time of each phase: {@code search}, {@code train}, {@code evaluate}
 * @param peakMemoryBytes the peak resident memory of each phase, by the same names
 * @param seed the seed of the cell
 * @param versions what computed it, by name
 * @param failure why the cell failed; empty if it did not
 * @since 0.1
 */
public record CellOutcome(
    List<Integer> selectedLayers,
    Map<String, List<Double>> scores,
    long trainableParameters,
    Map<String, MetricValue> metrics,
    Optional<String> deciding,
    Map<String, Double> seconds,
    Map<String, Long> peakMemoryBytes,
    long seed,
    Map<String, String> versions,
    Optional<String> failure) {

  /** Copies lists and maps. */
  public CellOutcome {
    selectedLayers = List.copyOf(selectedLayers);
    scores = Map.copyOf(scores);
    metrics = Map.copyOf(metrics);
    seconds = Map.copyOf(seconds);
    peakMemoryBytes = Map.copyOf(peakMemoryBytes);
    versions = Map.copyOf(versions);
  }

  /** The outcome of a cell that failed. */
  public static CellOutcome failed(long seed, Map<String, String> versions, String cause) {
    return new CellOutcome(
        List.of(),
        Map.of(),
        0,
        Map.of(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        seed,
        versions,
        Optional.of(cause));
  }

  /** The value of the metric that decides; empty if the cell failed. */
  public Optional<MetricValue> decisive() {
    return deciding.map(metrics::get);
  }

  /**
   * The outcome as JSON: {@code peak_memory_bytes} is the highest of all phases, {@code
   * phase_peak_memory_bytes} has each; a standard error or score that is NaN is null.
   */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("selected_layers", selectedLayers);
    json.put("scores", scores);
    json.put("trainable_parameters", trainableParameters);
    json.put("metrics", MetricsJson.of(metrics));
    deciding.ifPresent(metric -> json.put("deciding_metric", metric));
    json.put("seconds", seconds);
    json.put(
        "peak_memory_bytes", peakMemoryBytes.values().stream().mapToLong(b -> b).max().orElse(0));
    json.put("phase_peak_memory_bytes", peakMemoryBytes);
    json.put("seed", seed);
    json.put("versions", versions);
    failure.ifPresent(cause -> json.put("failure", cause));
    return PlainValue.map(json);
  }

  /** Reads what {@link #toJson} made. */
  static CellOutcome fromJson(Map<String, Object> json) {
    return new CellOutcome(
        list(json.get("selected_layers"), layer -> Math.toIntExact((Long) layer)),
        fromMap(json.get("scores"), scores -> list(scores, MetricsJson::real)),
        (Long) json.get("trainable_parameters"),
        MetricsJson.metrics((Map<?, ?>) json.get("metrics")),
        Optional.ofNullable((String) json.get("deciding_metric")),
        fromMap(json.get("seconds"), MetricsJson::real),
        fromMap(json.get("phase_peak_memory_bytes"), bytes -> (Long) bytes),
        (Long) json.get("seed"),
        fromMap(json.get("versions"), version -> (String) version),
        Optional.ofNullable((String) json.get("failure")));
  }

  private static <T> List<T> list(Object json, Function<Object, T> element) {
    return ((List<?>) json).stream().<T>map(element).toList();
  }

  private static <T> Map<String, T> fromMap(Object json, Function<Object, T> value) {
    Map<String, T> result = new TreeMap<>();
    ((Map<?, ?>) json).forEach((name, element) -> result.put((String) name, value.apply(element)));
    return result;
  }
}
