package io.flexora.experiment.inputs;

import io.flexora.api.ability.TextGenerator;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Dataset;
import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Task;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingSetting;
import io.flexora.api.train.TrainingSize;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.files.durable.FileHash;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.runstore.CellFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The inputs that all cells of an experiment share; each piece is made when it is first asked for.
 */
public final class ExperimentInputs implements AutoCloseable {

  private final ExperimentConfiguration configuration;
  private final PretrainedModel pretrained;
  private final Loading loading;
  private final Split scored;
  private final DataPlace place;
  private final Map<Split, List<Tokens>> tokens = new EnumMap<>(Split.class);
  private Examples examples;
  private String searchedExamples;
  private int validationRows;
  private Map<String, ExperimentInputs> testSets;
  private Evaluation untrained;
  private OptionalLong trainingTokens = OptionalLong.empty();
  private List<ModuleShape> targets;

  /** Makes the inputs; nothing is read yet. */
  public ExperimentInputs(ExperimentConfiguration configuration, ModelDevices devices) {
    this(configuration, new PretrainedModel(configuration.model(), ModelBackend::load, devices));
  }

  /** Makes the inputs of scoring a split without training. */
  public static ExperimentInputs toScore(
      ExperimentConfiguration configuration, ModelDevices devices, Split split) {
    return new ExperimentInputs(
        configuration,
        new PretrainedModel(configuration.model(), ModelBackend::loadToScore, devices),
        dataset -> dataset.load(split),
        split,
        DataPlace.of(configuration));
  }

  /** Makes the inputs of a model that may have been loaded before; closing them frees it. */
  public ExperimentInputs(ExperimentConfiguration configuration, PretrainedModel pretrained) {
    this(configuration, pretrained, Dataset::load, Split.TEST, DataPlace.of(configuration));
  }

  private ExperimentInputs(
      ExperimentConfiguration configuration,
      PretrainedModel pretrained,
      Loading loading,
      Split scored,
      DataPlace place) {
    this.configuration = configuration;
    this.pretrained = pretrained;
    this.loading = loading;
    this.scored = scored;
    this.place = place;
  }

  /**
   * The inputs of an experiment on the same model and data, which differs in the adapter or the
   * trainer; what is made of the data is taken along.
   */
  public ExperimentInputs with(ExperimentConfiguration other) {
    ExperimentInputs inputs = new ExperimentInputs(other, pretrained, loading, scored, place);
    inputs.tokens.putAll(tokens);
    inputs.examples = examples;
    inputs.searchedExamples = searchedExamples;
    inputs.validationRows = validationRows;
    inputs.testSets = testSets;
    inputs.untrained = untrained;
    inputs.trainingTokens = trainingTokens;
    return inputs;
  }

  /** The reading of a dataset. */
  private interface Loading {
    Map<Split, List<Row>> of(Dataset dataset) throws IOException;
  }

  /** What the model looks like; its weights are not loaded for that. */
  public ModelShape shape() {
    return pretrained.shape();
  }

  /** The examples of all splits, made of the rows that the dataset loads. */
  public Examples examples() {
    if (examples == null) {
      Component<Dataset> dataset = configuration.data().dataset();
      Map<Split, List<Row>> loaded =
          IoFunction.of(
              "dataset", dataset, of -> DataFit.requireRows(dataset.name(), loading.of(of)));
      validationRows = loaded.get(Split.VALIDATION).size();
      var rows = configuration.apart(loaded);
      Component<Task> task = configuration.data().task();
      Task making = task.get();
      Examples made = place.naming(() -> making.examples(rows));
      Examples whole =
          IoFunction.of("task", task, unused -> DataFit.requireExamples(task.name(), rows, made));
      examples = withFields(whole, rows.get(scored));
    }
    return examples;
  }

  /** The SHA-256 of what a search sees of the examples: classes, training and validation. */
  public String searchedExamples() {
    if (searchedExamples == null) {
      String hash = sha256(examples().classes().toString());
      for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
        hash = sha256(hash + split);
        // One after the other, as the text of all of them may be larger than an array.
        for (Example example : examples().of(split)) {
          hash = sha256(hash + example);
        }
      }
      searchedExamples = hash;
    }
    return searchedExamples;
  }

  private static String sha256(String text) {
    return FileHash.of(text.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  /** How many rows the validation split has, with those that are set aside to judge trials. */
  public int validationRows() {
    var unused = examples();
    return validationRows;
  }

  /** The same where the examples that are scored have the fields of their rows, for metrics. */
  private Examples withFields(Examples made, List<Row> rows) {
    List<Example> examples = made.of(scored);
    Map<Split, List<Example>> splits = new EnumMap<>(made.splits());
    splits.put(
        scored,
        IntStream.range(0, rows.size())
            .mapToObj(i -> examples.get(i).withFields(rows.get(i).fields()))
            .toList());
    return new Examples(made.classes(), splits);
  }

  /** The inputs of an evaluation on each further test set, by its name; they have its examples. */
  public Map<String, ExperimentInputs> testSets() {
    if (testSets == null) {
      testSets = new LinkedHashMap<>();
      configuration
          .data()
          .testSets()
          .forEach(
              (name, testSet) -> testSets.put(name, of(name, configuration.onTestSet(testSet))));
    }
    return testSets;
  }

  private ExperimentInputs of(String name, ExperimentConfiguration onTestSet) {
    return new ExperimentInputs(
        onTestSet,
        pretrained,
        dataset -> dataset.load(Split.TEST),
        Split.TEST,
        DataPlace.ofTestSet(name, onTestSet));
  }

  /** The evaluator of the examples. */
  public Evaluator evaluator() {
    return configuration.data().evaluator().get();
  }

  /** The name of the evaluator. */
  public String evaluatorName() {
    return configuration.data().evaluator().name();
  }

  /** Whether an evaluator of the same kind scores others, so that the scores mean the same. */
  public boolean isScoredAs(ExperimentInputs others) {
    return evaluatorName().equals(others.evaluatorName());
  }

  /** What an evaluation of a split is about. */
  public EvaluatedTask evaluated(Split split) {
    boolean generates =
        examples().classes().isEmpty() && shape().abilities().contains(TextGenerator.class);
    return new EvaluatedTask(examples().of(split), examples().classes(), generates);
  }

  /** What trainings are made in. */
  public TrainingSetting trainingSetting() {
    if (trainingTokens.isEmpty()) {
      trainingTokens =
          OptionalLong.of(tokens(Split.TRAIN).stream().mapToLong(t -> t.computed(false)).sum());
    }
    return new TrainingSetting(
        shape(), adapter(), targets(), trainingTokens.getAsLong(), trainingSize());
  }

  /** What posteriors are made in. */
  public PosteriorSetting posteriorSetting() {
    return new PosteriorSetting(
        evaluated(Split.TEST),
        adapter(),
        targets(),
        shape(),
        examples().of(Split.TRAIN).size(),
        examples().of(Split.VALIDATION).size(),
        trainingCost().storedBases() > 0,
        trainingCost().steps(),
        recomputes());
  }

  /** The tokens of a split's examples, in their order. */
  public List<Tokens> tokens(Split split) {
    return tokens.computeIfAbsent(split, this::madeTokens);
  }

  private List<Tokens> madeTokens(Split split) {
    List<Example> of = examples().of(split);
    boolean withHead = !examples().classes().isEmpty();
    Tokenizer tokenizer = tokenizer();
    return of.stream()
        .map(row -> place.naming(row.id(), () -> tokenizer.tokens(row, withHead)))
        .toList();
  }

  /** The tokenizer of the model. */
  public Tokenizer tokenizer() {
    return pretrained.tokenizer();
  }

  /** The model; its weights are loaded when it is first asked for. */
  public BaseModel model() {
    return pretrained.model();
  }

  /** What the model says without any training, if a cell found that out already. */
  public Optional<Evaluation> untrained() {
    return Optional.ofNullable(untrained);
  }

  /** Keeps what the model says without any training, for other cells that train nothing. */
  public void keepUntrained(Evaluation evaluation) {
    untrained = evaluation;
  }

  /** The numbers of all layers, in their order. */
  public List<Integer> allLayers() {
    return IntStream.range(0, shape().layers()).boxed().toList();
  }

  /** The adapter method. */
  public Component<AdapterMethod> adapter() {
    return cell().adapter();
  }

  /** The trainer. */
  public Component<Trainer> trainer() {
    return cell().trainer();
  }

  /** The posteriors, by their names. */
  public Map<String, Component<Posterior>> posteriors() {
    return cell().posteriors();
  }

  /** The plan that adapts what was chosen, with a head for the classes of the task. */
  public AdapterPlan plan(Selection selection) {
    return plan(selection, examples().classes().size());
  }

  /** The plan that adapts what was chosen. */
  public AdapterPlan plan(Selection selection, int classes) {
    return plan(selection.layers(), classes).withChosen(selection.modules());
  }

  /** The plan that adapts these layers, with a head for the classes of the task. */
  public AdapterPlan plan(List<Integer> layers) {
    return plan(layers, examples().classes().size());
  }

  /** The plan that adapts these layers. */
  public AdapterPlan plan(List<Integer> layers, int classes) {
    List<String> names = targets().stream().map(ModuleShape::name).toList();
    return plan(adapter().get(), layers, names, classes).withAdapterName(adapter().name());
  }

  /** The plan that adapts these modules of these layers by a method. */
  public AdapterPlan plan(
      AdapterMethod method, List<Integer> layers, List<String> modules, int classes) {
    return new AdapterPlan(method, layers, modules, classes, objective());
  }

  /** What is learnt where there is no head. */
  public Objective objective() {
    return configuration.data().objective().get();
  }

  /** The model with adapters by a plan, as they are before a training. */
  public AdaptedModel adapt(AdapterPlan plan) {
    return model().adapt(started(plan));
  }

  /** The plan with what its adapters start from, where their method makes that from the model. */
  public AdapterPlan started(AdapterPlan plan) {
    Seeds seeds = new Seeds(configuration.seed());
    return AdapterStarts.started(model(), plan, seeds, () -> tokens(Split.TRAIN));
  }

  /** The model with the adapters of a cell; see {@link #startedIn}. */
  public AdaptedModel adapt(Selection selection, CellFolder cell) {
    return adapt(selection, examples().classes().size(), cell);
  }

  /** The same with a head for so many classes. */
  public AdaptedModel adapt(Selection selection, int classes, CellFolder cell) {
    return adapt(startedIn(cell, plan(selection, classes)), cell);
  }

  /** The model with adapters on the base of a cell, which its training may have pruned. */
  public AdaptedModel adapt(AdapterPlan plan, CellFolder cell) {
    return new StoredPruning(cell)
        .of(model())
        .map(pruned -> PrunedModel.adapted(pruned, plan))
        .orElseGet(() -> model().adapt(plan));
  }

  /**
   * The plan of a cell, whose adapters start from what is kept in its folder; that is made and kept
   * if it is not there.
   */
  public AdapterPlan startedIn(CellFolder cell, AdapterPlan plan) {
    if (plan.method().initialisation().isEmpty()) {
      return plan;
    }
    StoredStart stored = new StoredStart(cell);
    return stored.read(plan, shape()).map(plan::withStart).orElseGet(() -> kept(stored, plan));
  }

  private AdapterPlan kept(StoredStart stored, AdapterPlan plan) {
    AdapterPlan started = started(plan);
    stored.write(started.start().orElseThrow());
    return started;
  }

  /** The modules that are adapted in each chosen layer. */
  public List<ModuleShape> targets() {
    if (targets == null) {
      targets = TargetModules.of(adapter().get(), shape());
    }
    return targets;
  }

  /** The trainable parameters of the adapters on that many layers, without a head. */
  public long adapterParameters(int layers) {
    return layers * targets().stream().mapToLong(this::parameters).sum();
  }

  /** The same of the adapters on some modules, with the ranks that the method's options say. */
  long declaredParameters(List<ChosenModule> chosen) {
    return targets().stream()
        .mapToLong(
            module ->
                parameters(module)
                    * chosen.stream().filter(c -> c.module().equals(module.name())).count())
        .sum();
  }

  private long parameters(ModuleShape module) {
    return adapter().get().parameters(module).stream()
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /** The trainable parameters of the linear head; 0 where the task has no classes. */
  public long headParameters() {
    return (shape().hiddenSize() + 1L) * examples().classes().size();
  }

  /** What a training takes, as its trainer states it. */
  public Workload trainingCost() {
    return cost(trainingSize());
  }

  /** What a training takes that has the steps of the trainer's own options. */
  public Workload ownTrainingCost() {
    TrainingSize size = trainingSize();
    return cost(new TrainingSize(size.training(), size.validation(), OptionalLong.empty()));
  }

  /** Whether a training looks at validation examples where there are any. */
  public boolean trainingValidates() {
    TrainingSize size = trainingSize();
    return cost(new TrainingSize(size.training(), 1, size.steps())).forward().examples() > 0;
  }

  private Workload cost(TrainingSize size) {
    return trainer().get().cost(size);
  }

  private TrainingSize trainingSize() {
    return new TrainingSize(
        tokens(Split.TRAIN).size(),
        tokens(Split.VALIDATION).size(),
        configuration.stepsOfTraining());
  }

  /** The options of the cells. */
  public CellOptions cell() {
    return configuration.cell();
  }

  /** The memory that the model takes, as its backend states it. */
  public ModelMemory modelMemory() {
    return pretrained.memory();
  }

  /** Whether the weights are in memory. */
  public boolean isLoaded() {
    return pretrained.isLoaded();
  }

  /** Whether layers are computed once more for their gradient. */
  public boolean recomputes() {
    return pretrained.memory().activationSegments() > 1;
  }

  @Override
  public void close() {
    pretrained.close();
  }
}
