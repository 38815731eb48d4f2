package io.flexora.host.experiment;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Split;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Continuation;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Objective;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What all cells of an experiment share; each piece is made when it is first asked for. */
final class Materials implements AutoCloseable {

  private final ExperimentConfiguration configuration;
  private final SearchCost search;
  private final Map<Split, List<Tokens>> tokens = new EnumMap<>(Split.class);
  private ModelShape shape;
  private Examples examples;
  private Tokenizer tokenizer;
  private BaseModel model;

  /**
   * Makes the materials; nothing is read yet.
   *
   * @param search what the search costs, for the estimate of the memory
   */
  Materials(ExperimentConfiguration configuration, SearchCost search) {
    this.configuration = configuration;
    this.search = search;
  }

  /** What the model looks like; its weights are not loaded for that. */
  ModelShape shape() {
    if (shape == null) {
      shape = read("model", () -> configuration.model().get().describe());
    }
    return shape;
  }

  Examples examples() {
    if (examples == null) {
      var rows = read("dataset", () -> configuration.dataset().get().load());
      examples = configuration.task().get().examples(rows);
    }
    return examples;
  }

  /** The tokens of a split's examples, in their order. */
  List<Tokens> tokens(Split split) {
    return tokens.computeIfAbsent(split, s -> examples().of(s).stream().map(this::tokens).toList());
  }

  Tokenizer tokenizer() {
    if (tokenizer == null) {
      tokenizer = read("tokenizer", () -> configuration.model().get().tokenizer());
    }
    return tokenizer;
  }

  BaseModel model() {
    if (model == null) {
      model = read("model", () -> configuration.model().get().load());
    }
    return model;
  }

  List<Integer> allLayers() {
    return IntStream.range(0, shape().layers()).boxed().toList();
  }

  /** The plan that adapts these layers, with a head for the classes of the task. */
  AdapterPlan plan(List<Integer> layers) {
    return plan(layers, examples().classes().size());
  }

  /** The plan that adapts these layers. */
  AdapterPlan plan(List<Integer> layers, int classes) {
    List<String> names = targets().stream().map(ModuleShape::name).toList();
    return plan(configuration.adapter().get(), layers, names, classes);
  }

  /** The plan that adapts these modules of these layers by a method. */
  AdapterPlan plan(AdapterMethod method, List<Integer> layers, List<String> modules, int classes) {
    return new AdapterPlan(method, layers, modules, classes, configuration.objective());
  }

  AdaptedModel adapt(List<Integer> layers) {
    return model().adapt(plan(layers));
  }

  /** The modules that are adapted in each chosen layer. */
  List<ModuleShape> targets() {
    List<String> asked = configuration.adapter().get().targetModules();
    List<String> known = shape().modules().stream().map(ModuleShape::name).toList();
    for (String name : asked) {
      if (!known.contains(name)) {
        throw new FlexoraException(
            "target module '%s' is not one of the model's; it has %s"
                .formatted(name, String.join(", ", known)));
      }
    }
    List<String> targets = asked.isEmpty() ? shape().defaultTargets() : asked;
    return shape().modules().stream().filter(m -> targets.contains(m.name())).toList();
  }

  /** The trainable parameters of the adapters on that many layers, without a head. */
  long adapterParameters(int layers) {
    AdapterMethod method = configuration.adapter().get();
    return layers
        * targets().stream()
            .flatMap(module -> method.parameters(module).stream())
            .mapToLong(parameter -> parameter.shape().size())
            .sum();
  }

  /** The trainable parameters of the linear head; 0 where the task has no classes. */
  long headParameters() {
    return (shape().hiddenSize() + 1L) * examples().classes().size();
  }

  /** About how much memory the experiment takes. */
  MemoryEstimate memory() {
    List<Tokens> training = tokens(Split.TRAIN);
    long trained = adapterParameters(shape().layers()) + headParameters();
    long asked = Math.max(configuration.trainer().get().batchSize(), search.batchSize());
    long batch = Math.min(asked, training.size());
    int longest = training.stream().mapToInt(this::trainedTokens).max().orElse(1);
    int labelled = training.stream().mapToInt(this::labelledTokens).max().orElse(0);
    ModelBackend backend = configuration.model().get();
    long atOnce = Math.max(1, Math.min(batch, backend.maxBatchTokens() / longest));
    return MemoryEstimate.of(
        shape(),
        targets(),
        trained,
        new MemoryEstimate.BatchSize(
            longest * atOnce, longest, labelled * atOnce, backend.activationSegments()),
        search);
  }

  /** The tokens of an example that a training step computes. */
  private int trainedTokens(Tokens tokens) {
    return tokens.ids().length + learnt(tokens).mapToInt(choice -> choice.ids().length).sum();
  }

  /** The tokens of an example that the loss counts. */
  int labelledTokens(Tokens tokens) {
    return learnt(tokens).mapToInt(Continuation::answerTokens).sum();
  }

  private Stream<Continuation> learnt(Tokens tokens) {
    return configuration.objective() == Objective.CHOICES || tokens.choices().isEmpty()
        ? tokens.choices().stream()
        : Stream.of(tokens.choices().get(tokens.example().label()));
  }

  private Tokens tokens(Example example) {
    return tokenizer().tokens(example, !examples().classes().isEmpty());
  }

  private static <T> T read(String what, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new FlexoraException("the %s cannot be read: %s".formatted(what, messageOf(e)), e);
    }
  }

  private static String messageOf(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Something that reads files. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
