package io.flexora.experiment;

import io.flexora.runstore.CellOutcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of {@code result.json}: the main cell's outcome at the top, the others' under {@code
 * baselines}.
 */
final class ResultJson {

  private ResultJson() {}

  static Map<String, Object> of(
      ExperimentConfiguration configuration, int layers, Map<String, CellOutcome> cells) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", configuration.name());
    json.put("layers", layers);
    json.put("selector", configuration.selector().name());
    json.putAll(cells.get(ExperimentConfiguration.MAIN).toJson());
    Map<String, Object> baselines = new LinkedHashMap<>();
    configuration
        .baselines()
        .forEach(
            (name, selector) -> {
              Map<String, Object> baseline = new LinkedHashMap<>();
              baseline.put("selector", selector.name());
              baseline.putAll(cells.get(name).toJson());
              baselines.put(name, baseline);
            });
    json.put("baselines", baselines);
    return json;
  }
}
