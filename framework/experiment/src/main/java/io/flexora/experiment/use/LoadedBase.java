package io.flexora.experiment.use;

import io.flexora.api.ability.TextGenerator;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.task.PredictionTask;
import io.flexora.experiment.estimate.OutOfMemory;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.use.LoadedModel.Limits;
import io.flexora.experiment.use.ModelWorker.Job;
import io.flexora.experiment.use.ModelWorker.Scoring;
import io.flexora.experiment.use.ModelWorker.Single;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The weights of loaded models, and the thread that computes with them. */
public final class LoadedBase {

  private static final Duration LONG = Duration.ofDays(365);

  private final Surroundings around;
  private final Limits limits;
  private final ModelWorker worker;
  private final Thread thread;
  private final AtomicInteger users = new AtomicInteger(1);

  /** Held by threads in the native tokenizer, which must not be freed under them. */
  private final Object tokenizing = new Object();

  private boolean freed;

  /** Of the thread alone, as is what is open. */
  private ExperimentInputs inputs;

  private final List<Adapted> open = new ArrayList<>();

  private LoadedBase(Surroundings around, Limits limits) {
    this.around = around;
    this.limits = limits;
    this.worker = new ModelWorker(limits, around.cancelled());
    this.thread = new Thread(this::run, "flexora-model");
    thread.setDaemon(true);
  }

  /**
   * The experiment of a model, and the plugins that it works with.
   *
   * @param reading gives the inputs, in the thread that computes
   * @param cancelled whether the host is closed or the experiment cancelled
   */
  public record Surroundings(
      ExperimentConfiguration configuration,
      Supplier<ExperimentInputs> reading,
      AdapterImport adapters,
      ExtensionCatalog catalog,
      BooleanSupplier cancelled,
      Monitor monitor) {}

  /**
   * A model with its adapter.
   *
   * @param width the numbers of a vector; 0 if its answers are no vectors
   * @param prediction empty if the task cannot ask about rows
   * @param generation empty if the model writes no text
   * @param scorer scores questions, in the thread that computes
   * @param left whether it was closed
   */
  record Adapted(
      String name,
      Head head,
      OpenedModel opened,
      Tokenizer tokenizer,
      int width,
      Optional<String> textField,
      Optional<ModelPrediction> prediction,
      Optional<TextGeneration> generation,
      Function<List<Tokens>, List<ScoredExample>> scorer,
      AtomicBoolean left) {

    /** Notes that it was closed; false if it was before. */
    boolean leave() {
      return !left.getAndSet(true);
    }
  }

  /** Loads a model. */
  public static LoadedModel load(Surroundings around, Limits limits, EvaluationTarget target) {
    LoadedBase base = new LoadedBase(around, limits);
    base.thread.start();
    return LoadedModel.open(base, target);
  }

  private void run() {
    try {
      around
          .catalog()
          .undisturbed(
              () -> {
                compute();
                return null;
              });
    } catch (RuntimeException | Error e) {
      worker.fail(e);
    }
  }

  private void compute() {
    inputs = around.reading().get();
    try {
      worker.run(
          work ->
              attributed(
                  () -> {
                    work.run();
                    return null;
                  }));
    } finally {
      synchronized (tokenizing) {
        freed = true;
        open.forEach(adapted -> adapted.opened().close());
        inputs.close();
      }
    }
  }

  private <T> T attributed(Supplier<T> work) {
    return around.catalog().attributed(() -> OutOfMemory.explained(work));
  }

  /** Opens a model on the weights. */
  Adapted open(EvaluationTarget target) {
    // A download takes its time.
    return await(worker.submit(new Single<>(() -> opened(target))), LONG);
  }

  private Adapted opened(EvaluationTarget target) {
    ExperimentConfiguration configuration = around.configuration();
    boolean asks = configuration.data().task().get() instanceof PredictionTask;
    boolean writes = inputs.pretrained().shape().abilities().contains(TextGenerator.class);
    Tokenizer tokenizer = inputs.pretrained().tokenizer();
    boolean readsData = target instanceof EvaluationTarget.Trained || asks || !writes;
    Head head = readsData ? OpenedModel.head(target, inputs) : Head.NONE;
    OpenedModel model = OpenedModel.open(target, inputs, around.adapters(), head);
    Optional<ModelPrediction> prediction =
        asks ? Optional.of(new ModelPrediction(configuration, inputs)) : Optional.empty();
    Function<List<Tokens>, List<ScoredExample>> scorer =
        questions -> prediction.orElseThrow().scored(model, questions, around.monitor());
    Adapted adapted =
        new Adapted(
            target.name(),
            head,
            model,
            tokenizer,
            asks && head.answers() == Answer.Vectors.class ? width(tokenizer, head, scorer) : 0,
            asks ? ModelPrediction.task(configuration).textField() : Optional.empty(),
            prediction,
            writes && !head.isPresent()
                ? Optional.of(new TextGeneration(configuration.model().name(), inputs))
                : Optional.empty(),
            scorer,
            new AtomicBoolean());
    open.add(adapted);
    return adapted;
  }

  /** The head alone knows how many numbers it puts out, so that one text is embedded. */
  private int width(
      Tokenizer tokenizer, Head head, Function<List<Tokens>, List<ScoredExample>> scorer) {
    Example example = new Example("text:1", "a", List.of(), 0);
    Tokens tokens = tokenizing(() -> tokenizer.tokens(example, head));
    return vector(scorer.apply(List.of(tokens)).get(0)).size();
  }

  /** The vector of an example of one text. */
  static List<Double> vector(ScoredExample scored) {
    return scored.prediction().as(Answer.Vectors.class).texts().get(0);
  }

  /** Notes another user of the weights. */
  void retain() {
    users.incrementAndGet();
  }

  /** Closes a model; the last one ends the thread. */
  void release(Adapted adapted) {
    if (users.get() > 1) {
      try {
        var unused = worker.submit(new Single<>(() -> closed(adapted)));
      } catch (FlexoraException e) {
        // The thread has ended and frees it, or it is freed with the weights.
      }
    }
    release();
  }

  private Adapted closed(Adapted adapted) {
    open.remove(adapted);
    adapted.opened().close();
    return adapted;
  }

  /** Notes that a user is gone; with the last the thread ends. */
  void release() {
    if (users.decrementAndGet() > 0) {
      return;
    }
    worker.end();
    boolean interrupted = Thread.interrupted();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  int waiting() {
    return worker.waiting();
  }

  /** Works with the tokenizer. */
  <T> T tokenizing(Supplier<T> work) {
    synchronized (tokenizing) {
      if (freed) {
        throw LoadedModel.closed();
      }
      return attributed(work);
    }
  }

  List<ScoredExample> scored(Adapted adapted, List<Tokens> questions) {
    requireOpen(adapted);
    return await(worker.submit(new Scoring(adapted.scorer(), questions)), limits.patience());
  }

  /** Generates a text, and hands over its pieces in the thread that calls. */
  GeneratedText generate(
      Adapted adapted, TextGeneration.Prepared prepared, Consumer<String> listener) {
    requireOpen(adapted);
    BlockingQueue<Optional<String>> pieces = new LinkedBlockingQueue<>();
    AtomicBoolean abandoned = new AtomicBoolean();
    Single<GeneratedText> job =
        new Single<>(
            () ->
                adapted
                    .generation()
                    .orElseThrow()
                    .generate(
                        adapted.opened(),
                        prepared,
                        () -> abandoned.get() || around.cancelled().getAsBoolean(),
                        piece -> pieces.add(Optional.of(piece))));
    var unused = job.result().whenComplete((text, failure) -> pieces.add(Optional.empty()));
    long end = System.nanoTime() + limits.patience().toNanos();
    worker.submit(job);
    try {
      Optional<String> piece = next(pieces, end);
      while (piece.isPresent()) {
        listener.accept(piece.get());
        piece = next(pieces, end);
      }
      return await(job, limits.patience());
    } finally {
      abandoned.set(true);
      job.abandon();
    }
  }

  private Optional<String> next(BlockingQueue<Optional<String>> pieces, long end) {
    try {
      Optional<String> piece = pieces.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (piece == null) {
        throw new LoadedModel.TooLateException(limits.patience());
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  private static void requireOpen(Adapted adapted) {
    if (adapted.left().get()) {
      throw LoadedModel.closed();
    }
  }

  private static <T> T await(Job<T> job, Duration patience) {
    try {
      return job.result().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      job.abandon();
      throw new LoadedModel.TooLateException(patience);
    } catch (InterruptedException e) {
      job.abandon();
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
