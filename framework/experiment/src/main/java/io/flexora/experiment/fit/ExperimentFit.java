package io.flexora.experiment.fit;

import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Runner;
import io.flexora.api.task.Examples;
import io.flexora.api.train.Trainer;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.ConfigValue;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.TuningExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The check that the parts of an experiment fit together, as far as that is known before weights
 * are loaded. A check and a run ask the same.
 */
public final class ExperimentFit {

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;
  private final Strategies strategies;
  private final EvaluatorFit evaluator;

  /** Makes the checks of an experiment. */
  public ExperimentFit(
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
   * Asks the adapter method, whose modules strategies look at, what is held equal, the strategies,
   * the runner and the trainer, then the data, the evaluator and the posteriors.
   *
   * @throws ConfigurationException with all that does not fit
   * @throws FlexoraException if the model or the data is not there
   */
  public void require(ExperimentInputs inputs) {
    requireAdapter(inputs);
    refuse(sameSize(inputs));
    List<ConfigProblem> problems = strategies.incompatible(inputs);
    problems.addAll(runner());
    refuse(problems);
    refuse(withoutExamples(inputs));
    refuse(trainer(inputs));
    refuse(schedule(inputs));
    if (inputs.data().head().comparesExamples()) {
      refuse(accumulating(inputs));
    }
    refuse(tooManyDevices(inputs).stream().toList());
    refuse(objectiveOrHead(inputs).stream().toList());
    evaluator.require(inputs.data(), Split.TEST);
    refuse(posteriors(inputs));
    inputs.data().testSets().forEach((name, of) -> requireTestSet(inputs.data(), name, of));
  }

  /**
   * Asks the adapter method alone.
   *
   * @throws ConfigurationException if it does not fit the model
   */
  public void requireAdapter(ExperimentInputs inputs) {
    // What cannot be read is no incompatibility.
    var unused = inputs.pretrained().shape();
    refuse(problems("adapter", Compatibility.of(found -> inputs.adapters().targets())));
    refuse(problems("adapter", Compatibility.of(found -> checkAdapter(inputs, found))));
  }

  /** Asked before the strategies, whose messages would name options of theirs. */
  private List<ConfigProblem> sameSize(ExperimentInputs inputs) {
    int layers = inputs.pretrained().shape().layers();
    List<ConfigProblem> problems = new ArrayList<>();
    configuration
        .sameLayers()
        .filter(same -> same > layers)
        .map(
            same ->
                "option 'same_layers' is %d, but the model has %d layers; write a number from 1 to %d"
                    .formatted(same, layers, layers))
        .map(why -> problem("same_layers", why))
        .ifPresent(problems::add);
    configuration
        .sameParameters()
        .flatMap(same -> tooFewParameters(same, strategies.leastParameters(inputs, same)))
        .map(why -> problem("same_parameters", why))
        .ifPresent(problems::add);
    return problems;
  }

  private static Optional<String> tooFewParameters(long same, OptionalLong least) {
    return least.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "option 'same_parameters' is %d, but the smallest choice of a strategy that keeps to it has %d; write %d or more, or take a smaller rank"
                .formatted(same, least.getAsLong(), least.getAsLong()));
  }

  private List<ConfigProblem> trainer(ExperimentInputs inputs) {
    Trainer trainer = configuration.cell().trainer().get();
    return problems(
        "trainer", Compatibility.of(trainer::checkCompatibility, inputs.training().setting()));
  }

  private List<ConfigProblem> accumulating(ExperimentInputs inputs) {
    List<ConfigProblem> problems = strategies.accumulating(inputs);
    String trainer = "trainer '%s'".formatted(configuration.cell().trainer().name());
    Strategies.accumulating(inputs.training().cost(), trainer, written("trainer"))
        .ifPresent(problems::add);
    return problems;
  }

  private List<ConfigProblem> schedule(ExperimentInputs inputs) {
    Optional<TrainingSchedule> schedule = configuration.cell().adapter().get().schedule();
    OptionalLong steps = inputs.training().cost().steps();
    return schedule.isEmpty() || steps.isEmpty()
        ? List.of()
        : problems(
            "adapter", Compatibility.of(schedule.get()::checkCompatibility, steps.getAsLong()));
  }

  /** What is never learnt from need not fit. */
  private Optional<ConfigProblem> objectiveOrHead(ExperimentInputs inputs) {
    Head head = inputs.data().head();
    if (head.isPresent()) {
      inputs
          .pretrained()
          .shape()
          .head()
          .ifPresent(
              own -> refuse(problems("model", Compatibility.of(found -> own.outputs(head)))));
      return Stream.of(Split.TRAIN, Split.VALIDATION)
          .flatMap(split -> inputs.data().examples().of(split).stream())
          .flatMap(
              example ->
                  Compatibility.of(head::checkCompatibility, example).found().stream()
                      .map(
                          why ->
                              ConfigProblem.of(
                                  written("task"),
                                  why.option(),
                                  "the head '%s' cannot learn from row %s, which %s"
                                      .formatted(head.kind(), example.id(), why.message()))))
          .findFirst();
    }
    Objective objective = inputs.data().objective();
    if (objective.needsReference()
        && !inputs.pretrained().shape().abilities().contains(ReferenceScores.class)) {
      return Optional.of(
          problem(
              "objective",
              HasAbilities.missing(
                      ReferenceScores.class,
                      objective(),
                      "model (" + inputs.pretrained().shape().family() + ")")
                  .getMessage()));
    }
    return Stream.of(Split.TRAIN, Split.VALIDATION)
        .flatMap(split -> inputs.data().examples().of(split).stream())
        .flatMap(
            example ->
                Compatibility.of(objective::checkCompatibility, example).found().stream()
                    .map(
                        why ->
                            ConfigProblem.of(
                                written("objective"),
                                why.option(),
                                "%s cannot learn from row %s, which %s"
                                    .formatted(objective(), example.id(), why.message()))))
        .findFirst();
  }

  private String objective() {
    return "objective '%s'".formatted(configuration.data().objective().name());
  }

  private List<ConfigProblem> posteriors(ExperimentInputs inputs) {
    if (configuration.cell().posteriors().isEmpty()) {
      return List.of();
    }
    PosteriorSetting setting = inputs.training().posteriorSetting();
    List<ConfigProblem> problems = new ArrayList<>();
    Optional<String> single = singleAnswer(setting.task());
    if (single.isPresent()) {
      return List.of(problem("posteriors", single.get()));
    }
    configuration
        .cell()
        .posteriors()
        .forEach(
            (name, posterior) ->
                ConfigProblem.of(
                        ConfigValue.in(written("posteriors"), name).orElse(written("posteriors")),
                        Compatibility.of(posterior.get()::checkCompatibility, setting))
                    .forEach(
                        why ->
                            problems.add(
                                new ConfigProblem(
                                    why.location(),
                                    "posterior '%s' does not fit: %s"
                                        .formatted(name, why.message())))));
    return problems;
  }

  /** There is one probability for a single answer, 1, so that nothing could be said of it. */
  private static Optional<String> singleAnswer(EvaluatedTask task) {
    if (task.head().answers() != Answer.Choice.class) {
      return Optional.of(
          ("posteriors are of the probabilities of choices, and the head '%s' of the task chooses"
                  + " among none; leave posteriors out")
              .formatted(task.head().kind()));
    }
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
  private void requireTestSet(ExperimentData trained, String name, ExperimentData testSet) {
    ConfigNode written =
        ConfigValue.in(node, "test_sets").flatMap(of -> ConfigValue.in(of, name)).orElse(node);
    if (testSet.examples().of(Split.TEST).isEmpty()) {
      refuse(
          List.of(
              new ConfigProblem(
                  written.location(), "test set '%s' has no test examples".formatted(name))));
    }
    if (!configuration.cell().posteriors().isEmpty()) {
      refuse(
          singleAnswer(testSet.evaluated(Split.TEST))
              .map(
                  why ->
                      new ConfigProblem(
                          written.location(), "test set '%s': %s".formatted(name, why)))
              .stream()
              .toList());
    }
    List<String> classes = trained.examples().classes();
    String kind = trained.examples().head().kind();
    String ofTestSet = testSet.examples().head().kind();
    if (!testSet.examples().classes().equals(classes)) {
      refuse(
          List.of(
              new ConfigProblem(
                  written.location(),
                  "test set '%s' has %s, but the model is trained for %s"
                      .formatted(name, words(testSet.examples().classes()), words(classes)))));
    }
    if (!ofTestSet.equals(kind)) {
      refuse(
          List.of(
              new ConfigProblem(
                  written.location(),
                  "test set '%s' has the head '%s', but the model is trained with '%s'"
                      .formatted(name, ofTestSet, kind))));
    }
    onTestSet(trained, name, written).require(testSet, Split.TEST);
  }

  /**
   * The metrics that decide between models, on the test examples and on each further test set; see
   * {@link #require}, which has to be asked before.
   *
   * @return one for each; empty where an evaluator does not tell
   */
  public List<Optional<MetricDescription>> deciding(ExperimentInputs inputs) {
    List<Optional<MetricDescription>> deciding = new ArrayList<>();
    deciding.add(evaluator.deciding(inputs.data(), Split.TEST));
    inputs
        .data()
        .testSets()
        .forEach(
            (name, of) ->
                deciding.add(onTestSet(inputs.data(), name, node).deciding(of, Split.TEST)));
    return deciding;
  }

  private EvaluatorFit onTestSet(ExperimentData trained, String name, ConfigNode written) {
    return evaluator.onTestSet(
        trained, configuration.onTestSet(configuration.data().testSets().get(name)), written);
  }

  private static String words(List<String> classes) {
    return classes.isEmpty() ? "no classes" : "the classes " + String.join(", ", classes);
  }

  /** The cells of a run share its folder, and so its process. */
  private List<ConfigProblem> runner() {
    Component<Runner> runner = configuration.cell().runner();
    Runner.Processes none =
        javaOptions -> {
          throw notHere(runner.name());
        };
    return problems("runner", Compatibility.of(runner.get()::checkCompatibility, none));
  }

  /** Why a cell of a run cannot have a process of its own. */
  public static FlexoraException notHere(String runner) {
    return new FlexoraException(
        ("runner '%s' runs cells in processes of their own, but the cells of one run share its"
                + " folder; write runner: local, or list the strategies in a comparison and run"
                + " that by `flexora compare`")
            .formatted(runner));
  }

  private void checkAdapter(ExperimentInputs inputs, Compatibility found) {
    Component<AdapterMethod> adapter = configuration.cell().adapter();
    ModelShape shape = inputs.pretrained().shape();
    for (ModuleShape module : inputs.adapters().targets()) {
      found.check(() -> adapter.get().parameters(module));
    }
    String user = "adapter '%s'".formatted(adapter.name());
    adapter
        .get()
        .initialisation()
        .ifPresent(
            start ->
                start
                    .needs()
                    .forEach(need -> found.check(() -> shape.require(ability(need), user))));
  }

  private static Class<? extends ModelAbility> ability(AdapterInitialisation.Need need) {
    return switch (need) {
      case WEIGHTS -> FrozenMatrices.class;
      case ACTIVATIONS -> ModuleActivations.class;
    };
  }

  private List<ConfigProblem> withoutExamples(ExperimentInputs inputs) {
    Examples examples = inputs.data().examples();
    List<ConfigProblem> problems = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      if (examples.of(split).isEmpty()) {
        problems.add(
            problem(
                "dataset",
                "the dataset gives no %s examples, but a run trains and evaluates; ask it for some"
                    .formatted(split.name().toLowerCase(Locale.ROOT))));
      }
    }
    Optional<ConfigProblem> tooFew = tooFewTuningExamples(inputs);
    tooFew.ifPresent(problems::add);
    // Where the tuning has taken all of them, the dataset gives some.
    if (examples.of(Split.VALIDATION).isEmpty() && tooFew.isEmpty()) {
      problems.addAll(strategies.withoutValidation(inputs));
    }
    return problems;
  }

  /** What a training does without validation examples, in a sentence; empty if it has some. */
  public Optional<String> withoutValidation(ExperimentInputs inputs) {
    return inputs.data().examples().of(Split.VALIDATION).isEmpty() && inputs.training().validates()
        ? Optional.of(
            "%s: the dataset gives no validation examples, by which trainer '%s' would judge its parameters; options that need them, such as those of early stopping and of keeping the best parameters, have no effect."
                .formatted(written("dataset").location(), configuration.cell().trainer().name()))
        : Optional.empty();
  }

  /** Devices share whole batches, so none may be left without one in every step. */
  private Optional<ConfigProblem> tooManyDevices(ExperimentInputs inputs) {
    CellOptions cell = configuration.cell();
    if (cell.devices() == 1) {
      return Optional.empty();
    }
    int batches = Math.max(1, inputs.training().cost().batchesOfStep());
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

  private Optional<ConfigProblem> tooFewTuningExamples(ExperimentInputs inputs) {
    return configuration
        .tuningShare()
        .flatMap(
            share ->
                tooFew(
                    share,
                    inputs.data().validationRows(),
                    inputs.data().examples().of(Split.VALIDATION).size()))
        .map(why -> problem("tuning_share", why));
  }

  private static Optional<String> tooFew(double share, int validation, int rest) {
    int aside = validation - rest;
    return aside >= TuningExamples.LEAST && rest > 0
        ? Optional.empty()
        : Optional.of(
            ("of %d validation examples a share of %s judges the trials of a tuning, which is %d,"
                    + " and leaves %d for searches and trainings; %d and 1 are the least, so write"
                    + " another share, or ask the dataset for more validation examples, in smaller"
                    + " groups if they are in groups")
                .formatted(validation, share, aside, rest, TuningExamples.LEAST));
  }

  private ConfigProblem problem(String key, String message) {
    return new ConfigProblem(written(key).location(), message);
  }

  private List<ConfigProblem> problems(String key, Compatibility found) {
    return ConfigProblem.of(written(key), found);
  }

  private ConfigNode written(String key) {
    return ConfigValue.in(node, key).orElse(node);
  }

  private static void refuse(List<ConfigProblem> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
