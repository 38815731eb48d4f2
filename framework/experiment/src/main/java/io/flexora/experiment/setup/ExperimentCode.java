package io.flexora.experiment.setup;

import io.flexora.config.binding.ChosenComponents;
import io.flexora.config.option.ComponentType;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.felix.HostCode;
import io.flexora.results.run.RunCell;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whose code makes the cells of an experiment: the SHA-256 of each jar by its name. Only plugins
 * count that take part in a cell; runners, reports and sources do not, as they change no number.
 */
public record ExperimentCode(ExtensionCatalog catalog, ExperimentConfiguration configuration) {

  /** Whether the experiment has a cell of that name. */
  public boolean makes(String cell) {
    return configuration.cells().containsKey(cell);
  }

  /** The code of a cell. */
  public Map<String, String> of(String cell) {
    return hashes(
        configuration.model(),
        configuration.data(),
        configuration.cell().adapter(),
        configuration.cell().trainer(),
        configuration.cells().get(cell),
        RunCell.of(cell).posterior().map(configuration.cell().posteriors()::get));
  }

  /** The code of all that the experiment uses. */
  public Map<String, String> all() {
    return hashes(configuration);
  }

  private Map<String, String> hashes(Object... options) {
    Map<String, String> code = new TreeMap<>(HostCode.hashes());
    for (ComponentType type : ChosenComponents.in(options)) {
      code.putAll(catalog.require(type.extension().kind(), type.reference()).code());
    }
    return code;
  }
}
