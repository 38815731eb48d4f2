package io.flexora.experiment;

import io.flexora.api.data.Split;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigurationException;
import io.flexora.config.NamedOption;
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
    ConfigNode written = ConfigValue.in(node, EVALUATOR).orElse(node);
    NamedOption.refusal(
            written,
            () -> configuration.data().evaluator().get().requireFit(inputs.evaluated(split)))
        .ifPresent(
            why -> {
              throw new ConfigurationException(List.of(why));
            });
  }
}
