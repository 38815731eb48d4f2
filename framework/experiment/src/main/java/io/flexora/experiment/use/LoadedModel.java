package io.flexora.experiment.use;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Answer;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A model that stays in memory and answers any number of threads. One thread of its own computes:
 * requests that wait at the same time are scored as one batch. Further adapters on the same base
 * ({@link #beside}) share that thread and the weights. Plugins stay as they are until it is closed.
 *
 * @since 0.1
 */
public final class LoadedModel implements AutoCloseable {

  private final LoadedBase base;
  private final LoadedBase.Adapted adapted;

  private LoadedModel(LoadedBase base, LoadedBase.Adapted adapted) {
    this.base = base;
    this.adapted = adapted;
  }

  /**
   * The bounds of what a loaded model does at once.
   *
   * @param batchRows the most rows of several requests that are scored as one batch
   * @param batchDelay the longest that a request waits for others, while others come
   * @param queue the most requests that wait
   * @param patience the longest that a request takes
   */
  public record Limits(int batchRows, Duration batchDelay, int queue, Duration patience) {

    /** The usual bounds: 32 rows, 2 ms, 256 requests and a minute. */
    public static final Limits USUAL =
        new Limits(32, Duration.ofMillis(2), 256, Duration.ofMinutes(1));

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Limits {
      if (batchRows < 1
          || queue < 1
          || batchDelay.isNegative()
          || patience.isNegative()
          || patience.isZero()) {
        throw new IllegalArgumentException(
            "batch rows %d, delay %s, queue %d, patience %s"
                .formatted(batchRows, batchDelay, queue, patience));
      }
    }
  }

  /**
   * Too many requests wait; try again later.
   *
   * @since 0.1
   */
  public static final class QueueFullException extends FlexoraException {

    private static final long serialVersionUID = 1L;

    QueueFullException(int waiting) {
      super("%d requests wait already; try again later".formatted(waiting));
    }
  }

  /**
   * A request took longer than it may.
   *
   * @since 0.1
   */
  public static final class TooLateException extends FlexoraException {

    private static final long serialVersionUID = 1L;

    TooLateException(Duration patience) {
      super("the model has not answered within %s s".formatted(patience.toMillis() / 1e3));
    }
  }

  /**
   * The answers to rows.
   *
   * @param rows one for each, in their order
   * @param tokens the tokens that were read
   */
  public record Predictions(List<PredictedRow> rows, int tokens) {}

  /**
   * The vectors of texts.
   *
   * @param vectors one for each text, in their order
   * @param tokens the tokens that were read
   */
  public record Embeddings(List<float[]> vectors, int tokens) {}

  /**
   * Loads a model.
   *
   * @param base the weights, which nobody uses yet
   */
  static LoadedModel open(LoadedBase base, EvaluationTarget target) {
    try {
      return new LoadedModel(base, base.open(target));
    } catch (RuntimeException | Error e) {
      base.release();
      throw e;
    }
  }

  /**
   * Opens another adapter, or another cell of the same run, on the same weights. It is closed by
   * itself; the weights are freed with the last.
   *
   * @throws FlexoraException as the loading of the first
   */
  public LoadedModel beside(EvaluationTarget other) {
    base.retain();
    return open(base, other);
  }

  /** The name of the adapter: that of the cell, {@code adapter} or {@code base}. */
  public String name() {
    return adapted.name();
  }

  /** Whether it predicts: whether the task can ask about rows whose answers are not known. */
  public boolean predicts() {
    return adapted.prediction().isPresent() && !embeds();
  }

  /** Whether its answers are the vectors of texts. */
  public boolean embeds() {
    return adapted.head().answers() == Answer.Vectors.class;
  }

  /** The numbers of a vector; 0 if its answers are no vectors. */
  public int width() {
    return adapted.width();
  }

  /** Whether it generates text. */
  public boolean generates() {
    return adapted.generation().isPresent();
  }

  /** The names of the classes in the order of the head's outputs; none if it has no such head. */
  public List<String> classes() {
    return adapted.head().classes();
  }

  /** The field of the text that it asks about, where a text is all that it needs. */
  public Optional<String> textField() {
    return adapted.textField();
  }

  /** The requests that wait. */
  public int waiting() {
    return base.waiting();
  }

  /**
   * Answers rows.
   *
   * @param rows at least one, with the fields that the task asks about
   * @throws QueueFullException if too many requests wait
   * @throws TooLateException if it takes too long
   * @throws CancelledException if the thread is interrupted or the host is closed
   * @throws FlexoraException if the task cannot ask, a row lacks a field, or the model was closed
   */
  public Predictions predict(List<Row> rows) {
    List<Tokens> questions = questions(rows);
    return new Predictions(
        scored(questions).stream()
            .map(scored -> ModelPrediction.answered(adapted.head(), scored))
            .toList(),
        tokens(questions));
  }

  /**
   * Answers texts, where a text is all that the task needs.
   *
   * @throws FlexoraException as {@link #predict}
   */
  public Predictions predictTexts(List<String> texts) {
    return predict(rows(texts));
  }

  /**
   * Embeds texts as they are: an instruction that the task puts before a query belongs to the text.
   *
   * @param texts at least one
   * @throws FlexoraException as {@link #predict}, or if its answers are no vectors
   */
  public Embeddings embed(List<String> texts) {
    if (!embeds()) {
      throw new FlexoraException(
          "'%s' gives no vectors, as its task embeds no texts".formatted(name()));
    }
    List<Tokens> questions = base.tokenizing(() -> asTheyAre(texts));
    return new Embeddings(
        scored(questions).stream().map(LoadedModel::vector).toList(), tokens(questions));
  }

  private List<Tokens> asTheyAre(List<String> texts) {
    if (texts.isEmpty()) {
      throw new FlexoraException("there is nothing to embed; give at least one text");
    }
    return IntStream.range(0, texts.size())
        .mapToObj(i -> new Example("text:" + (i + 1), texts.get(i), List.of(), 0))
        .map(example -> adapted.tokenizer().tokens(example, adapted.head()))
        .toList();
  }

  private static float[] vector(ScoredExample scored) {
    List<Double> numbers = LoadedBase.vector(scored);
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  /**
   * Generates a text. Other requests to the same weights wait meanwhile.
   *
   * @param pieces hears of the text as it comes, in whole characters and in the thread that calls;
   *     if it throws, the text ends there
   * @throws FlexoraException as {@link #predict}, or if the model cannot generate text
   */
  public GeneratedText generate(GenerationRequest request, Consumer<String> pieces) {
    TextGeneration generation =
        adapted
            .generation()
            .orElseThrow(() -> new FlexoraException("'%s' cannot generate text".formatted(name())));
    return base.generate(adapted, base.tokenizing(() -> generation.prepare(request)), pieces);
  }

  /** The tokens of a text as the model reads it, for a person to read. */
  public List<String> tokens(String text) {
    return base.tokenizing(
        () ->
            adapted.tokenizer() instanceof TextTokenizer writing
                ? writing.texts(writing.prompt(text))
                : adapted.tokenizer().texts(questions(rows(List.of(text))).get(0).ids()));
  }

  private List<Row> rows(List<String> texts) {
    return QuestionRows.ofTexts(
        texts,
        textField()
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "the task asks about more than a text; give rows with its fields")));
  }

  private List<Tokens> questions(List<Row> rows) {
    if (rows.isEmpty()) {
      throw new FlexoraException("there is nothing to answer; give at least one row");
    }
    ModelPrediction prediction =
        adapted
            .prediction()
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "the task of '%s' cannot ask about rows whose answers are not known"
                            .formatted(name())));
    return base.tokenizing(() -> prediction.questions(rows, adapted.head()));
  }

  private List<ScoredExample> scored(List<Tokens> questions) {
    return base.scored(adapted, questions);
  }

  private static int tokens(List<Tokens> questions) {
    return questions.stream().mapToInt(question -> question.computedTokens(true)).sum();
  }

  static FlexoraException closed() {
    return new FlexoraException("the model was closed; load it again");
  }

  /** Frees the adapter, and with the last one the weights. Requests that wait fail. */
  @Override
  public void close() {
    if (adapted.leave()) {
      base.release(adapted);
    }
  }
}
