package io.flexora.experiment;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigNode.Scalar;
import io.flexora.config.ConfigurationException;
import io.flexora.config.NamedOption;
import io.flexora.config.Problem;
import java.util.List;
import java.util.Optional;

/** Asks the evaluator of an experiment whether it fits the task, before anything runs. */
final class EvaluatorFit {

  private static final String EVALUATOR = "evaluator";

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;
  private final Optional<InstalledEvaluators> installed;
  private final boolean onTestSet;

  /**
   * Prepares for the examples of the experiment's own dataset.
   *
   * @param installed what could be named where no evaluator is written
   */
  EvaluatorFit(
      ExperimentConfiguration configuration,
      ConfigNode node,
      Optional<InstalledEvaluators> installed) {
    this(configuration, node, installed, false);
  }

  private EvaluatorFit(
      ExperimentConfiguration configuration,
      ConfigNode node,
      Optional<InstalledEvaluators> installed,
      boolean onTestSet) {
    this.configuration = configuration;
    this.node = node;
    this.installed = installed;
    this.onTestSet = onTestSet;
  }

  /** The question for a further test set, where the same evaluators could be named. */
  EvaluatorFit onTestSet(ExperimentConfiguration testSet, ConfigNode written) {
    return new EvaluatorFit(testSet, written, installed, true);
  }

  /**
   * Asks it.
   *
   * @param split the examples that will be scored
   * @throws ConfigurationException if it does not fit
   */
  void require(ExperimentInputs inputs, Split split) {
    ConfigNode written = ConfigValue.in(node, EVALUATOR).orElse(node);
    EvaluatedTask scored = inputs.evaluated(split);
    EvaluatedTask task = onTestSet ? scored.withReference() : scored;
    NamedOption.refusal(written, () -> configuration.data().evaluator().get().requireFit(task))
        .map(why -> explained(why, written, task))
        .ifPresent(
            why -> {
              throw new ConfigurationException(List.of(why));
            });
  }

  /** Whoever has written no evaluator does not know of the one that is refused. */
  private Problem explained(Problem why, ConfigNode written, EvaluatedTask task) {
    String name = configuration.data().evaluator().name();
    if (written.location().ofDefault()) {
      return new Problem(
          ConfigValue.in(node, "task").orElse(node).location(),
          "no evaluator is written, so the default '%s' is taken, which does not fit: %s%s"
              .formatted(name, why.message(), advice(task)));
    }
    return written instanceof Scalar scalar && scalar.isNothing()
        ? new Problem(
            why.location(),
            ("no evaluator is written for this test set, so that of the experiment's own test"
                    + " examples, '%s', is taken, which does not fit: %s%s")
                .formatted(name, why.message(), advice(task)))
        : why;
  }

  private String advice(EvaluatedTask task) {
    List<String> fitting = installed.map(all -> all.fitting(task)).orElse(List.of());
    if (!fitting.isEmpty()) {
      return ". Write evaluator: NAME; these fit: " + String.join(", ", fitting);
    }
    return installed
        .map(all -> String.join(", ", all.names()))
        .map(names -> ". Write evaluator: NAME with its options; installed are " + names)
        .orElse("");
  }
}
