package io.flexora.experiment;

import io.flexora.api.data.Split;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.ConfigurationException;
import io.flexora.config.NamedOption;
import io.flexora.config.Problem;
import java.util.List;

/** Asks the evaluator of an experiment whether it fits the task, before anything runs. */
final class EvaluatorFit {

  private static final String EVALUATOR = "evaluator";

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;

  EvaluatorFit(ExperimentConfiguration configuration, ConfigNode node) {
    this.configuration = configuration;
    this.node = node;
  }

  /**
   * Asks it.
   *
   * @param split the examples that will be scored
   * @throws ConfigurationException if it does not fit
   */
  void require(ExperimentInputs inputs, Split split) {
    try {
      configuration.data().evaluator().get().requireFit(inputs.evaluated(split));
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      ConfigNode written =
          node instanceof Mapping mapping ? mapping.get(EVALUATOR).orElse(node) : node;
      throw new ConfigurationException(
          List.of(new Problem(NamedOption.in(written, e.getMessage()), e.getMessage())));
    }
  }
}
