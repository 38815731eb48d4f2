package io.flexora.experiment.fit;

import io.flexora.api.data.Example;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Compatibility;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.experiment.setup.ConfigValue;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.InstalledEvaluators;
import java.util.List;
import java.util.Optional;

/** Asks the evaluator of an experiment whether it fits the task, before anything runs. */
public final class EvaluatorFit {

  private static final String EVALUATOR = "evaluator";

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;
  private final Optional<InstalledEvaluators> installed;
  private final Optional<ExperimentData> trained;

  /**
   * Prepares for the examples of the experiment's own dataset.
   *
   * @param installed what could be named where no evaluator is written
   */
  public EvaluatorFit(
      ExperimentConfiguration configuration,
      ConfigNode node,
      Optional<InstalledEvaluators> installed) {
    this(configuration, node, installed, Optional.empty());
  }

  private EvaluatorFit(
      ExperimentConfiguration configuration,
      ConfigNode node,
      Optional<InstalledEvaluators> installed,
      Optional<ExperimentData> trained) {
    this.configuration = configuration;
    this.node = node;
    this.installed = installed;
    this.trained = trained;
  }

  /**
   * The question for a further test set, where the same evaluators could be named.
   *
   * @param trained the data with the own test examples
   */
  EvaluatorFit onTestSet(
      ExperimentData trained, ExperimentConfiguration testSet, ConfigNode written) {
    return new EvaluatorFit(testSet, written, installed, Optional.of(trained));
  }

  /**
   * Asks it.
   *
   * @param split the examples that will be scored
   * @throws ConfigurationException if it does not fit
   */
  public void require(ExperimentData data, Split split) {
    ConfigNode written = ConfigValue.in(node, EVALUATOR).orElse(node);
    EvaluatedTask task = task(data, split);
    List<ConfigProblem> problems =
        check(written, task).stream()
            .map(why -> ofAnotherKind(why, data, written, task).orElse(why))
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          explained(problems.get(0), written, task).map(List::of).orElse(problems));
    }
  }

  /**
   * The metric that decides between models; see {@link #require}, which has to be asked before.
   *
   * @return empty if the evaluator does not tell
   */
  Optional<MetricDescription> deciding(ExperimentData data, Split split) {
    return configuration.data().evaluator().get().deciding(task(data, split));
  }

  private EvaluatedTask task(ExperimentData data, Split split) {
    EvaluatedTask alone = data.evaluated(split);
    return trained
        .filter(data::isScoredAs)
        .map(own -> alone.withReference(ownExamples(own)))
        .orElse(alone);
  }

  private List<ConfigProblem> check(ConfigNode written, EvaluatedTask task) {
    Evaluator evaluator = configuration.data().evaluator().get();
    return ConfigProblem.of(written, Compatibility.of(evaluator::checkCompatibility, task));
  }

  private static List<Example> ownExamples(ExperimentData trained) {
    return trained.evaluated(Split.TEST).examples();
  }

  /** The refusal where it would be another one if the same evaluator scored the own examples. */
  private Optional<ConfigProblem> ofAnotherKind(
      ConfigProblem why, ExperimentData data, ConfigNode written, EvaluatedTask task) {
    return trained
        .filter(own -> !data.isScoredAs(own))
        .filter(own -> !check(written, task.withReference(ownExamples(own))).contains(why))
        .map(
            own ->
                new ConfigProblem(
                    why.location(),
                    ("evaluator '%s' is to compare the test set with the own test examples, which"
                            + " evaluator '%s' scores; scores of different evaluators mean"
                            + " different things, so name the same one for both")
                        .formatted(data.evaluatorName(), own.evaluatorName())));
  }

  /** Whoever has written no evaluator does not know of the one that is refused. */
  private Optional<ConfigProblem> explained(
      ConfigProblem why, ConfigNode written, EvaluatedTask task) {
    String name = configuration.data().evaluator().name();
    if (written.location().ofDefault()) {
      return Optional.of(
          new ConfigProblem(
              ConfigValue.in(node, "task").orElse(node).location(),
              "no evaluator is written, so the default '%s' is taken, which does not fit: %s%s"
                  .formatted(name, why.message(), advice(task))));
    }
    return written instanceof Scalar scalar && scalar.isNothing()
        ? Optional.of(
            new ConfigProblem(
                why.location(),
                ("no evaluator is written for this test set, so that of the experiment's own test"
                        + " examples, '%s', is taken, which does not fit: %s%s")
                    .formatted(name, why.message(), advice(task))))
        : Optional.empty();
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
