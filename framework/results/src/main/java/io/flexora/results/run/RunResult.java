package io.flexora.results.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The result of a run.
 *
 * @param name the name of the experiment
 * @param layers how many layers the model has
 * @param main the cell of the experiment's own selector
 * @param baselines the cells that it is compared with, by name, in the order of their names
 * @since 0.1
 */
public record RunResult(
    String name, int layers, CellResult main, Map<String, CellResult> baselines) {

  /** Copies the baselines. */
  public RunResult {
    Objects.requireNonNull(name);
    Objects.requireNonNull(main);
    baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
  }
}
