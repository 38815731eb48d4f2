package io.flexora.experiment;

import io.flexora.api.run.Decisions;
import io.flexora.config.binding.Bound;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.experiment.fit.EvaluatorFit;
import io.flexora.experiment.fit.ExperimentFit;
import io.flexora.experiment.fit.Strategies;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.ExperimentCode;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.experiment.setup.FetchedFiles;
import io.flexora.experiment.setup.InputsKey;
import io.flexora.experiment.setup.InstalledEvaluators;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.experiment.setup.NoticeLog;
import io.flexora.experiment.setup.Wiring;
import io.flexora.experiment.use.AdapterImport;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of an experiment, bound to the installed extensions.
 *
 * @param catalog the extensions
 * @param wiring makes those that are chosen
 * @param configuration the options, defaults included
 * @param resolved the configuration with every option written out, as YAML
 * @param contested the choices of an extension that more than one plugin brings, or that stands in
 *     for a shipped one
 * @param overrides those that stand in for a shipped one, without the places where they are written
 * @param key what the inputs depend on
 * @param strategies the strategies, with the places where they were written
 * @param evaluator asks the evaluator whether it fits
 * @param fit asks all parts whether they fit together
 */
record BoundExperiment(
    ExtensionCatalog catalog,
    Wiring wiring,
    ExperimentConfiguration configuration,
    String resolved,
    List<String> contested,
    List<String> overrides,
    InputsKey key,
    Strategies strategies,
    EvaluatorFit evaluator,
    ExperimentFit fit) {

  /**
   * Binds.
   *
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  static BoundExperiment of(ExtensionCatalog catalog, ConfigNode written) {
    Wiring wiring = new Wiring(catalog);
    Bound<ExperimentConfiguration> bound =
        new RecordBinder(new InstalledTypes(catalog), wiring)
            .bind(written, ExperimentConfiguration.class);
    ExperimentConfiguration configuration = bound.value();
    ConfigNode node = bound.resolved();
    Strategies strategies = new Strategies(configuration, node);
    EvaluatorFit evaluator =
        new EvaluatorFit(
            configuration, node, Optional.of(new InstalledEvaluators(catalog, wiring)));
    return new BoundExperiment(
        catalog,
        wiring,
        configuration,
        new ConfigurationWriter().yaml(node),
        Stream.concat(bound.overrides().stream(), bound.contested().stream())
            .map(ConfigProblem::toString)
            .toList(),
        bound.overrides().stream().map(ConfigProblem::message).distinct().toList(),
        InputsKey.of(node, configuration.seedOfData(), new InstalledTypes(catalog)),
        strategies,
        evaluator,
        new ExperimentFit(configuration, node, strategies, evaluator));
  }

  /** What the extensions are made with; nothing is decided, told and fetched yet. */
  ExtensionServices newServices() {
    CellOptions cell = configuration.cell();
    return new ExtensionServices(
        catalog,
        wiring,
        configuration.seed(),
        configuration.seedOfData(),
        cell.device(),
        cell.devices(),
        new Decisions(),
        new NoticeLog(),
        new FetchedFiles());
  }

  /** Reads adapters by the installed methods. */
  AdapterImport adapters() {
    return new AdapterImport(catalog, wiring);
  }

  /** Whose code makes the cells. */
  ExperimentCode code() {
    return new ExperimentCode(catalog, configuration);
  }
}
