package io.flexora.experiment.setup;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import java.util.List;
import java.util.function.Predicate;

/**
 * The evaluators that a configuration could name.
 *
 * @param catalog has them
 * @param wiring makes them
 */
public record InstalledEvaluators(ExtensionCatalog catalog, Wiring wiring) {

  /** The names of all. */
  public List<String> names() {
    return names(found -> true);
  }

  /** The names of those that fit a task without any options. */
  public List<String> fitting(EvaluatedTask task) {
    return names(found -> fits(found, task));
  }

  private List<String> names(Predicate<InstalledExtension> asked) {
    return catalog.extensions().stream()
        .filter(found -> found.extension().point() == Evaluator.class)
        .filter(asked)
        .map(found -> found.extension().name())
        .distinct()
        .toList();
  }

  private boolean fits(InstalledExtension found, EvaluatedTask task) {
    ConfigNode nothing = new ConfigurationReader().parse("{}", found.extension().name());
    try {
      Evaluator evaluator = wiring.create(Evaluator.class, found, nothing);
      return found.call(() -> Compatibility.of(evaluator::checkCompatibility, task).fits());
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      return false;
    }
  }
}
