package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.runstore.CellOutcome;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A cell as {@code comparison.json} shows it. */
final class CellEntry {

  static final List<String> PHASES = List.of("search", "train", "evaluate");

  private CellEntry() {}

  static Map<String, Object> of(AnalysedCell cell, Optional<MetricValue> measured) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", cell.id());
    json.put("seed", cell.seed());
    json.put("state", cell.state().word());
    json.put("failure", cell.failure().orElse(null));
    json.put("value", measured.map(metric -> Known.number(metric.value())).orElse(null));
    json.put(
        "standard_error",
        measured.map(metric -> Known.number(metric.standardError())).orElse(null));
    Optional<CellOutcome> done = cell.success();
    json.put("selected_layers", done.map(o -> longs(o.selectedLayers())).orElse(null));
    json.put("trainable_parameters", done.map(CellOutcome::trainableParameters).orElse(null));
    json.put("seconds", done.map(CellEntry::seconds).orElse(null));
    json.put("peak_memory_bytes", done.map(CellEntry::peakMemory).orElse(null));
    json.put("within_budget", cell.withinBudget().orElse(null));
    json.put("search_cut", done.map(outcome -> cell.searchCut()).orElse(null));
    json.put("validation_loss", Known.number(cell.validationLoss()));
    return json;
  }

  private static List<Long> longs(Collection<Integer> numbers) {
    return numbers.stream().map(Integer::longValue).toList();
  }

  private static Map<String, Object> seconds(CellOutcome outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    PHASES.forEach(
        phase -> json.put(phase, Known.number(outcome.seconds().getOrDefault(phase, Double.NaN))));
    return json;
  }

  /** The highest of all phases; null if none was measured. */
  static Long peakMemory(CellOutcome outcome) {
    OptionalLong peak = outcome.peakMemoryBytes().values().stream().mapToLong(bytes -> bytes).max();
    return peak.isPresent() ? peak.getAsLong() : null;
  }
}
