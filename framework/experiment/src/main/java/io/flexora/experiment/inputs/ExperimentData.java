package io.flexora.experiment.inputs;

import io.flexora.api.ability.TextGenerator;
import io.flexora.api.data.Dataset;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.files.durable.FileHash;
import io.flexora.files.message.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The examples of an experiment or of a further test set, their tokens and their evaluation; each
 * is made when it is first asked for. Cells that differ in the adapter or the trainer have them in
 * common.
 */
public final class ExperimentData {

  private final ExperimentConfiguration configuration;
  private final PretrainedModel pretrained;
  private final Reading reading;
  private final Split scored;
  private final DataPlace place;
  private final Lazy<Made> made = new Lazy<>(this::make);
  private final Lazy<String> searched = new Lazy<>(this::hashSearched);
  private final Lazy<Long> trainingTokens = new Lazy<>(this::countTrainingTokens);
  private final Map<Split, List<Tokens>> tokens = new EnumMap<>(Split.class);
  private final Lazy<Map<String, ExperimentData>> testSets = new Lazy<>(this::ofTestSets);
  private Optional<Evaluation> untrained = Optional.empty();

  /** The reading of a dataset. */
  private interface Reading {
    Map<Split, List<Row>> of(Dataset dataset) throws IOException;
  }

  /**
   * The examples of a dataset.
   *
   * @param validationRows the rows of the validation split, with those that are set aside
   */
  private record Made(Examples examples, int validationRows) {}

  private ExperimentData(
      ExperimentConfiguration configuration,
      PretrainedModel pretrained,
      Reading reading,
      Split scored,
      DataPlace place) {
    this.configuration = configuration;
    this.pretrained = pretrained;
    this.reading = reading;
    this.scored = scored;
    this.place = place;
  }

  /** The data that an experiment trains and evaluates on. */
  static ExperimentData of(ExperimentConfiguration configuration, PretrainedModel pretrained) {
    return new ExperimentData(
        configuration, pretrained, Dataset::load, Split.TEST, DataPlace.of(configuration));
  }

  /** The data of scoring a split, of which nothing else is read. */
  static ExperimentData toScore(
      ExperimentConfiguration configuration, PretrainedModel pretrained, Split split) {
    return new ExperimentData(
        configuration,
        pretrained,
        dataset -> dataset.load(split),
        split,
        DataPlace.of(configuration));
  }

  /** The examples of all splits, made of the rows that the dataset loads. */
  public Examples examples() {
    return made.get().examples();
  }

  /** The number of classes; 0 where answers are judged by their likelihood. */
  public int classes() {
    return examples().classes().size();
  }

  /** The head of the task. */
  public Head head() {
    return examples().head();
  }

  /**
   * The head that a cell was trained with.
   *
   * @throws FlexoraException if the task cannot read the saved head
   */
  public Head head(Head.Saved saved) {
    try {
      return configuration.data().task().get().head(saved);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new FlexoraException(
          "the settings of the trained head '%s' are none that task '%s' has written: %s"
              .formatted(
                  Printable.brief(saved.kind()),
                  configuration.data().task().name(),
                  Printable.brief(saved.settings().toString())),
          e);
    }
  }

  /** The rows of the validation split, with those that are set aside to judge trials. */
  public int validationRows() {
    return made.get().validationRows();
  }

  private Made make() {
    Component<Dataset> dataset = configuration.data().dataset();
    Map<Split, List<Row>> loaded =
        IoFunction.of(
            "dataset", dataset, of -> DataFit.requireRows(dataset.name(), reading.of(of)));
    var rows = configuration.apart(loaded);
    Component<Task> task = configuration.data().task();
    Task making = IoFunction.of("task", task, of -> of);
    Examples examples = place.naming(rows, () -> making.examples(rows));
    Examples whole =
        IoFunction.of("task", task, unused -> DataFit.requireExamples(task.name(), rows, examples));
    return new Made(
        withFields(whole, DataFit.kept(rows.get(scored), whole)),
        loaded.get(Split.VALIDATION).size());
  }

  /** The same where the examples that are scored have the fields of their rows, for metrics. */
  private Examples withFields(Examples whole, List<Row> rows) {
    List<Example> examples = whole.of(scored);
    Map<Split, List<Example>> splits = new EnumMap<>(whole.splits());
    splits.put(
        scored,
        IntStream.range(0, rows.size())
            .mapToObj(i -> examples.get(i).withFields(rows.get(i).fields()))
            .toList());
    return new Examples(whole.head(), splits, whole.leftOut());
  }

  /** The SHA-256 of what a search sees of the examples: classes, training and validation. */
  public String searchedExamples() {
    return searched.get();
  }

  private String hashSearched() {
    String hash = sha256(examples().classes().toString());
    if (!head().settings().isEmpty()) {
      hash = sha256(hash + Head.Saved.of(head()));
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      hash = sha256(hash + split);
      // One after the other, as the text of all of them may be larger than an array.
      for (Example example : examples().of(split)) {
        hash = sha256(hash + example);
      }
    }
    return hash;
  }

  private static String sha256(String text) {
    return FileHash.of(text.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  /** The tokens of a split's examples, in their order. */
  public List<Tokens> tokens(Split split) {
    return tokens.computeIfAbsent(split, this::madeTokens);
  }

  private List<Tokens> madeTokens(Split split) {
    List<Example> of = examples().of(split);
    Head head = head();
    Tokenizer tokenizer = pretrained.tokenizer();
    return of.stream().map(row -> place.naming(split, () -> tokenizer.tokens(row, head))).toList();
  }

  /** The tokens that a pass over the training examples computes. */
  long trainingTokens() {
    return trainingTokens.get();
  }

  private long countTrainingTokens() {
    return tokens(Split.TRAIN).stream().mapToLong(t -> t.computedTokens(false)).sum();
  }

  /** The objective where there is no head. */
  public Objective objective() {
    return configuration.data().objective().get();
  }

  /** The model whose tokens these are. */
  public PretrainedModel pretrained() {
    return pretrained;
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
  public boolean isScoredAs(ExperimentData others) {
    return evaluatorName().equals(others.evaluatorName());
  }

  /** The subject of an evaluation of a split. */
  public EvaluatedTask evaluated(Split split) {
    boolean generates =
        !head().isPresent() && pretrained.shape().abilities().contains(TextGenerator.class);
    return new EvaluatedTask(examples().of(split), head(), generates);
  }

  /** The evaluation of the model without any training, if a cell has made it already. */
  public Optional<Evaluation> untrained() {
    return untrained;
  }

  /** Keeps the evaluation of the model without any training, for other cells that train nothing. */
  public void keepUntrained(Evaluation evaluation) {
    untrained = Optional.of(evaluation);
  }

  /** The data of each further test set, by its name. */
  public Map<String, ExperimentData> testSets() {
    return testSets.get();
  }

  private Map<String, ExperimentData> ofTestSets() {
    Map<String, ExperimentData> sets = new LinkedHashMap<>();
    configuration
        .data()
        .testSets()
        .forEach((name, set) -> sets.put(name, of(name, configuration.onTestSet(set))));
    return sets;
  }

  private ExperimentData of(String name, ExperimentConfiguration onTestSet) {
    return new ExperimentData(
        onTestSet,
        pretrained,
        dataset -> dataset.load(Split.TEST),
        Split.TEST,
        DataPlace.ofTestSet(name, onTestSet));
  }
}
