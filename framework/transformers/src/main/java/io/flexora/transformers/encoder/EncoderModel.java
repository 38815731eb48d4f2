package io.flexora.transformers.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.head.Head;
import io.flexora.api.head.PretrainedHead;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.batch.HeadPlaces;
import io.flexora.transformers.batch.PaddedBatch;
import io.flexora.transformers.model.AdaptedTransformer;
import io.flexora.transformers.model.FrozenTransformer;
import io.flexora.transformers.model.HeadText;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model that reads padded texts, with its frozen weights on the device. A family is a subclass
 * that brings the text of its layers; what is trained behind them is a head.
 *
 * <p>The text has these methods, indented by two spaces. {@code w} are the frozen arrays, {@code
 * mask} {@code [texts, 1, 1, length]} is added to attention scores: 0 at a token, minus infinity at
 * padding.
 *
 * <ul>
 *   <li>{@code embedded(w, ids, types)}: the input {@code [texts, length, hidden]} of layer 0, of
 *       token ids {@code [texts, length]} and their types, 1 at the second text of a pair; empty
 *       where there is no pair
 *   <li>{@code layer(x, mask, w, i, adapted, p, gate, seeds)}: layer {@code i}; where it is {@code
 *       adapted}, each module passes {@code p}, {@code gate} and {@code seeds} to its {@code
 *       adapt_NAME}, as {@link io.flexora.numerics.transformer.Differentiation} describes. In layer
 *       {@code ${row_layer}} nothing but the first token is read of the result; -1 for none.
 *   <li>{@code last(x, w)}, where a family has it: the norm behind the last layer, of states of any
 *       number of tokens
 *   <li>{@code pooler(x, w)}, where a classifier of the model's own has it: the layers between
 *       states that are read {@code [places, hidden]} and the output layer
 * </ul>
 *
 * @since 0.1
 */
public abstract class EncoderModel extends FrozenTransformer implements TextEmbedder {

  /** The abilities of every such model. */
  public static final Set<Class<? extends ModelAbility>> ENCODER_ABILITIES =
      Stream.concat(ABILITIES.stream(), Stream.of(TextEmbedder.class))
          .collect(Collectors.toUnmodifiableSet());

  /** The array of a batch with the targets of the head. */
  private static final int TARGET = 3;

  /** The head of a model that is looked into, not trained. */
  private static final Head BARE = Head.classes(1);

  /** A head alone, on texts that the model has pooled. */
  private static final AdapterPlan POOLED =
      new AdapterPlan(new NoAdapter(), List.of(), List.of(), BARE);

  private final ScriptText layers;
  private final Pooling pooling;
  private AdaptedTransformer pooled;

  /**
   * Holds a model.
   *
   * @param layers the text of the family
   * @param pooling the pooling of a text's states into one vector
   * @param checkpointSegments how many segments of layers recompute their activations; 0 for none
   * @param manager the owner of the weights, closed with the model
   */
  protected EncoderModel(
      ModelShape shape,
      FrozenWeights weights,
      ScriptText layers,
      Pooling pooling,
      int checkpointSegments,
      NDManager manager) {
    super(shape, weights, checkpointSegments, manager);
    this.layers = layers;
    this.pooling = pooling;
  }

  /** The pooling of a text's states into one vector. */
  public final Pooling pooling() {
    return pooling;
  }

  @Override
  public final AdaptedTransformer adapt(AdapterPlan plan) {
    if (!plan.head().isPresent()) {
      throw new FlexoraException(
          "an encoder is trained to choose among classes, and the task has none; use a task such"
              + " as classification, or a decoder model");
    }
    shape().head().ifPresent(own -> own.outputs(plan.head()));
    return adapted(plan);
  }

  /** The model with the adapters and the head of a plan. */
  protected AdaptedTransformer adapted(AdapterPlan plan) {
    return new AdaptedTransformer(this, plan);
  }

  @Override
  protected final AdaptedTransformer unchanged(List<Integer> layers, List<String> modules) {
    return adapted(new AdapterPlan(new NoAdapter(), layers, modules, BARE));
  }

  /** Whether a head starts from the model's own classifier. */
  private boolean keeps(Head head) {
    return shape().head().isPresent() && !head.equals(BARE);
  }

  /**
   * The model's own classifier.
   *
   * @param reading what it reads of a text
   * @param activation the activation of its inner layer, of {@code y}; empty without one
   * @param arrays its trained arrays, row by row
   */
  public record OwnHead(
      Head.Input reading, Optional<String> activation, Map<String, float[]> arrays) {

    /** Copies the map. */
    public OwnHead {
      arrays = Map.copyOf(arrays);
    }
  }

  /** The model's own classifier; empty unless its shape has one. */
  protected Optional<OwnHead> ownHead() {
    return Optional.empty();
  }

  @Override
  protected final Map<String, float[]> headStart(Head head) {
    if (!keeps(head)) {
      return Map.of();
    }
    PretrainedHead own = shape().head().get();
    List<Integer> outputs = own.outputs(head);
    Map<String, float[]> start = new HashMap<>(ownHead().orElseThrow().arrays());
    start.computeIfPresent(
        own.module() + ".weight", (name, rows) -> rows(rows, outputs, shape().hiddenSize()));
    start.computeIfPresent(own.module() + ".bias", (name, rows) -> rows(rows, outputs, 1));
    return start;
  }

  private static float[] rows(float[] all, List<Integer> chosen, int width) {
    float[] rows = new float[chosen.size() * width];
    for (int i = 0; i < chosen.size(); i++) {
      System.arraycopy(all, chosen.get(i) * width, rows, i * width, width);
    }
    return rows;
  }

  @Override
  protected final String text(AdapterLayout layout, boolean allTokens) {
    AdapterPlan plan = layout.plan();
    Head.Input reading = reading(plan.head());
    boolean pools = readsPooled(plan);
    String states = pools ? "x" : read(reading);
    if (keeps(plan.head()) && has("pooler")) {
      states = "self.pooler(%s, w)".formatted(states);
    }
    Optional<String> inner =
        keeps(plan.head()) ? ownHead().orElseThrow().activation() : Optional.empty();
    boolean row = reading == Head.Input.FIRST && !allTokens;
    return layers
        .and(ScriptText.of(EncoderModel.class, "encoder.torchscript"))
        .with("row_layer", row ? shape().layers() - 1 : -1)
        .with("start", pools && !allTokens ? pool(reading) : "x")
        .with("read", states)
        .and(HeadText.of(plan, TARGET, inner))
        .text();
  }

  /** Whether the head is trained alone, on texts that are pooled once. */
  private static boolean readsPooled(AdapterPlan plan) {
    return plan.layers().isEmpty() && plan.head().input() == Head.Input.POOLED;
  }

  /** The input of a head. */
  private Head.Input reading(Head head) {
    if (head.input() != Head.Input.POOLED) {
      return head.input();
    }
    if (keeps(head)) {
      return ownHead().orElseThrow().reading();
    }
    return pooling == Pooling.CLS ? Head.Input.FIRST : Head.Input.MEAN;
  }

  private String pool(Head.Input reading) {
    return reading == Head.Input.FIRST ? first() : "self.mean(%s, mask)".formatted(last("x"));
  }

  private String first() {
    return last("self.first(x)");
  }

  /** Behind the norm of the last layer, if there is one. */
  private String last(String states) {
    return has("last") ? "self.last(%s, w)".formatted(states) : states;
  }

  private boolean has(String method) {
    return layers.text().contains("def " + method + "(");
  }

  private String read(Head.Input reading) {
    return switch (reading) {
      case FIRST -> first();
      case MEAN -> "self.mean(%s, b[1])".formatted(last("x"));
      default -> last("torch.index_select(torch.reshape(x, [-1, torch.size(x, -1)]), 0, b[2])");
    };
  }

  @Override
  protected final PaddedBatch batch(NDManager scope, AdapterPlan plan, List<Tokens> examples) {
    return batch(scope, plan.head(), examples);
  }

  private PaddedBatch batch(NDManager scope, Head head, List<Tokens> examples) {
    return new PaddedBatch(scope, new HeadPlaces(head, reading(head), examples), type());
  }

  /** Each text by itself. */
  @Override
  protected final List<PaddedBatch> unpadded(
      NDManager scope, AdapterPlan plan, List<Tokens> examples) {
    return examples.stream()
        .flatMap(
            example ->
                example.texts().stream()
                    .map(text -> new Tokens(example.example(), List.of(text), List.of(), 0)))
        .map(alone -> batch(scope, plan, List.of(alone)))
        .toList();
  }

  @Override
  public final NDArray embed(NDManager scope, List<Tokens> texts) {
    try (NDManager temporary = scope.newSubManager()) {
      NDArray vectors = pooled().start(temporary, batch(temporary, Head.NONE, texts)).get(0);
      vectors.attach(scope);
      return vectors;
    }
  }

  /** Made when first asked for, as few models embed. */
  private synchronized AdaptedTransformer pooled() {
    if (pooled == null) {
      pooled = new AdaptedTransformer(this, POOLED);
    }
    return pooled;
  }
}
