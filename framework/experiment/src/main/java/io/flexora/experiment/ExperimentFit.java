package io.flexora.experiment;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterNeed;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.model.FrozenMatrices;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.ModuleActivations;
import io.flexora.api.model.ReferenceScores;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.train.TrainingSetting;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigNode.Entry;
import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.ConfigurationException;
import io.flexora.config.Location;
import io.flexora.config.NamedOption;
import io.flexora.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Whether the parts of an experiment fit together, as far as that is known before weights are
 * loaded. A check and a run ask the same.
 */
final class ExperimentFit {

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;
  private final Strategies strategies;
  private final EvaluatorFit evaluator;

  ExperimentFit(
      ExperimentConfiguration configuration,
      ConfigNode node,
      Strategies strategies,
      EvaluatorFit evaluator) {
    this.configuration = configuration;
    this.node = node;
    this.strategies = strategies;
    this.evaluator = evaluator;
  }

  /**
   * Asks the adapter method, whose modules strategies look at, the strategies, the runner and the
   * trainer, then the data, the evaluator and the posteriors.
   *
   * @throws ConfigurationException with all that does not fit
   * @throws FlexoraException if the model or the data is not there
   */
  void require(ExperimentInputs inputs) {
    requireAdapter(inputs);
    List<Problem> problems = strategies.misfits(inputs);
    refusal("runner", this::askRunner).ifPresent(problems::add);
    refuse(problems);
    refuse(withoutExamples(inputs));
    refuse(misfitOfTrainer(inputs).stream().toList());
    refuse(misfitOfSteps(inputs).stream().toList());
    refuse(tooManyDevices(inputs).stream().toList());
    refuse(misfitOfObjective(inputs).stream().toList());
    evaluator.require(inputs, Split.TEST);
    refuse(misfitsOfPosteriors(inputs));
    inputs.testSets().forEach((name, of) -> requireTestSet(inputs, name, of));
  }

  /**
   * Asks the adapter method alone.
   *
   * @throws ConfigurationException if it does not fit the model
   */
  void requireAdapter(ExperimentInputs inputs) {
    refuse(misfitOfAdapter(inputs).stream().toList());
  }

  private Optional<Problem> misfitOfAdapter(ExperimentInputs inputs) {
    // What cannot be read is no misfit.
    var unused = inputs.shape();
    return refusal("adapter", inputs::targets)
        .map(why -> new Problem(targets(), why.message()))
        .or(() -> refusal("adapter", () -> askAdapter(inputs)));
  }

  /**
   * Where the modules are written that the adapter is asked for; that of the adapter if nowhere.
   */
  private Location targets() {
    ConfigNode adapter = written("adapter");
    List<String> asked = configuration.cell().adapter().get().targetModules();
    List<Entry> options = adapter instanceof Mapping mapping ? mapping.entries() : List.of();
    return options.stream()
        .map(Entry::value)
        .filter(value -> ConfigValue.texts(value).equals(asked))
        .findFirst()
        .orElse(adapter)
        .location();
  }

  private Optional<Problem> misfitOfTrainer(ExperimentInputs inputs) {
    TrainingSetting setting = inputs.trainingSetting();
    return refusal("trainer", () -> configuration.cell().trainer().get().requireFit(setting));
  }

  private Optional<Problem> misfitOfSteps(ExperimentInputs inputs) {
    OptionalLong steps = inputs.trainingCost().steps();
    return steps.isEmpty()
        ? Optional.empty()
        : configuration
            .cell()
            .adapter()
            .get()
            .update()
            .flatMap(update -> update.misfit(steps.getAsLong()))
            .map(why -> problem("adapter", why));
  }

  /** What is never learnt from need not fit. */
  private Optional<Problem> misfitOfObjective(ExperimentInputs inputs) {
    if (!inputs.examples().classes().isEmpty()) {
      return Optional.empty();
    }
    if (inputs.objective().needsReference()
        && !inputs.shape().abilities().contains(ReferenceScores.class)) {
      return Optional.of(
          problem(
              "objective",
              HasAbilities.missing(
                      ReferenceScores.class, objective(), "model (" + inputs.shape().family() + ")")
                  .getMessage()));
    }
    return Stream.of(Split.TRAIN, Split.VALIDATION)
        .flatMap(split -> inputs.examples().of(split).stream())
        .flatMap(
            example ->
                inputs.objective().misfit(example).stream()
                    .map(
                        why ->
                            "%s cannot learn from row %s, which %s"
                                .formatted(objective(), example.id(), why)))
        .findFirst()
        .map(why -> problem("objective", why));
  }

  private String objective() {
    return "objective '%s'".formatted(configuration.data().objective().name());
  }

  private List<Problem> misfitsOfPosteriors(ExperimentInputs inputs) {
    if (configuration.cell().posteriors().isEmpty()) {
      return List.of();
    }
    PosteriorSetting setting = inputs.posteriorSetting();
    List<Problem> problems = new ArrayList<>();
    Optional<String> single = singleAnswer(setting.task());
    if (single.isPresent()) {
      return List.of(problem("posteriors", single.get()));
    }
    configuration
        .cell()
        .posteriors()
        .forEach(
            (name, posterior) ->
                posterior
                    .get()
                    .misfit(setting)
                    .ifPresent(
                        why ->
                            problems.add(
                                problem(
                                    "posteriors",
                                    "posterior '%s' does not fit: %s".formatted(name, why)))));
    return problems;
  }

  /** There is one probability for a single answer, 1, so that nothing could be said of it. */
  private static Optional<String> singleAnswer(EvaluatedTask task) {
    return task.examples().stream()
        .filter(example -> task.classes().isEmpty() && example.choices().size() < 2)
        .findFirst()
        .map(
            example ->
                ("posteriors are of the probabilities of choices, but test row %s has a single"
                        + " answer; take a task whose rows have choices, or leave posteriors out")
                    .formatted(example.id()));
  }

  /** What was trained on one task has to be of use on another. */
  private void requireTestSet(ExperimentInputs trained, String name, ExperimentInputs testSet) {
    ConfigNode written =
        ConfigValue.in(node, "test_sets").flatMap(of -> ConfigValue.in(of, name)).orElse(node);
    if (testSet.examples().of(Split.TEST).isEmpty()) {
      refuse(
          List.of(
              new Problem(
                  written.location(), "test set '%s' has no test examples".formatted(name))));
    }
    if (!configuration.cell().posteriors().isEmpty()) {
      refuse(
          singleAnswer(testSet.evaluated(Split.TEST))
              .map(why -> new Problem(written.location(), "test set '%s': %s".formatted(name, why)))
              .stream()
              .toList());
    }
    List<String> classes = trained.examples().classes();
    if (!testSet.examples().classes().equals(classes)) {
      refuse(
          List.of(
              new Problem(
                  written.location(),
                  "test set '%s' has %s, but the model is trained for %s"
                      .formatted(name, words(testSet.examples().classes()), words(classes)))));
    }
    evaluator
        .onTestSet(
            trained, configuration.onTestSet(configuration.data().testSets().get(name)), written)
        .require(testSet, Split.TEST);
  }

  private static String words(List<String> classes) {
    return classes.isEmpty() ? "no classes" : "the classes " + String.join(", ", classes);
  }

  /** The cells of a run share its folder, and so its process. */
  private void askRunner() {
    String runner = configuration.cell().runner().name();
    configuration
        .cell()
        .runner()
        .get()
        .requireFit(
            javaOptions -> {
              throw PipelineCells.notHere(runner);
            });
  }

  private void askAdapter(ExperimentInputs inputs) {
    Component<AdapterMethod> adapter = configuration.cell().adapter();
    ModelShape shape = inputs.shape();
    for (ModuleShape module : inputs.targets()) {
      var unused = adapter.get().parameters(module);
    }
    String user = "adapter '%s'".formatted(adapter.name());
    adapter
        .get()
        .initialisation()
        .ifPresent(start -> start.needs().forEach(need -> shape.require(ability(need), user)));
  }

  private static Class<? extends ModelAbility> ability(AdapterNeed need) {
    return switch (need) {
      case WEIGHTS -> FrozenMatrices.class;
      case ACTIVATIONS -> ModuleActivations.class;
    };
  }

  private List<Problem> withoutExamples(ExperimentInputs inputs) {
    Examples examples = inputs.examples();
    List<Problem> problems = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      if (examples.of(split).isEmpty()) {
        problems.add(
            problem(
                "dataset",
                "the dataset gives no %s examples, but a run trains and evaluates; ask it for some"
                    .formatted(split.name().toLowerCase(Locale.ROOT))));
      }
    }
    tooFewTuningExamples(inputs).ifPresent(problems::add);
    if (examples.of(Split.VALIDATION).isEmpty()) {
      problems.addAll(strategies.withoutValidation(inputs));
    }
    return problems;
  }

  /** Devices share whole batches, so none may be left without one in every step. */
  private Optional<Problem> tooManyDevices(ExperimentInputs inputs) {
    CellOptions cell = configuration.cell();
    if (cell.devices() == 1) {
      return Optional.empty();
    }
    int batches = inputs.trainingCost().batchesOfStep();
    return cell.devices() <= batches
        ? Optional.empty()
        : Optional.of(
            problem(
                "devices",
                ("devices is %d, but a step of trainer '%s' accumulates the gradients of %s, which"
                        + " is what devices share; give it more batches in a step, of fewer"
                        + " examples each, or write devices: %d")
                    .formatted(
                        cell.devices(),
                        cell.trainer().name(),
                        batches == 1 ? "1 batch" : batches + " batches",
                        batches)));
  }

  private Optional<Problem> tooFewTuningExamples(ExperimentInputs inputs) {
    return configuration
        .tuningShare()
        .flatMap(
            share ->
                tooFew(
                    share, inputs.validationRows(), inputs.examples().of(Split.VALIDATION).size()))
        .map(why -> problem("tuning_share", why));
  }

  private static Optional<String> tooFew(double share, int validation, int rest) {
    int aside = validation - rest;
    return aside >= TuningExamples.LEAST && rest > 0
        ? Optional.empty()
        : Optional.of(
            ("of %d validation examples a share of %s judges the trials of a tuning, which is %d, and"
                    + " leaves %d for searches and trainings; %d and 1 are the least, so ask the"
                    + " dataset for more validation examples, in smaller groups if they are in groups")
                .formatted(validation, share, aside, rest, TuningExamples.LEAST));
  }

  private Problem problem(String key, String message) {
    return new Problem(NamedOption.in(written(key), message), message);
  }

  private Optional<Problem> refusal(String key, Runnable question) {
    return NamedOption.refusal(written(key), question);
  }

  private ConfigNode written(String key) {
    return ConfigValue.in(node, key).orElse(node);
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
