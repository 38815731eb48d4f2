package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The scores of a model that was not trained for them.
 *
 * @param subject {@code base}, {@code adapter} or {@code trained}
 * @param adapter the folder of the adapter, if it has one of its own
 * @param run the folder of the run that trained it, if one did
 * @param split the rows that were scored
 * @param examples how many there were
 * @param adaptedLayers the layers with an adapter, from 0, ascending
 * @param adapterParameters the parameters of its adapters and its head
 * @param metrics metrics by name
 * @param decidingMetric the name of the metric that decides
 * @param seconds the time that scoring took
 * @param provenance what computed it, on what
 * @since 0.1
 */
public record EvaluationResult(
    String subject,
    Optional<String> adapter,
    Optional<String> run,
    String split,
    int examples,
    List<Integer> adaptedLayers,
    long adapterParameters,
    Map<String, MetricValue> metrics,
    String decidingMetric,
    double seconds,
    Provenance provenance) {

  /** Copies the list and the map. */
  public EvaluationResult {
    Objects.requireNonNull(subject);
    Objects.requireNonNull(adapter);
    Objects.requireNonNull(run);
    Objects.requireNonNull(split);
    adaptedLayers = List.copyOf(adaptedLayers);
    metrics = Map.copyOf(metrics);
    Objects.requireNonNull(decidingMetric);
    Objects.requireNonNull(provenance);
  }
}
