package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.batch.HeadPlaces;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.model.FrozenTransformer;
import io.flexora.transformers.token.TextOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A BERT encoder with its frozen weights on the device. */
final class EncoderModel extends FrozenTransformer implements TextEmbedder {
  /** The model without anything to train; its head is not used. */
  private static final AdapterPlan NOTHING =
      new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.classes(1));

  private final BertWeights frozen;
  private final EncoderOptions options;
  private final TokenizerFile tokenizer;
  private final Differentiation plain;

  /** The place of the model's {@code tokenizer.json}, which is not needed to compute. */
  interface TokenizerFile {
    Path find() throws IOException;
  }

  private EncoderModel(
      BertWeights frozen,
      ModelShape shape,
      EncoderOptions options,
      FrozenWeights weights,
      NDManager manager,
      TokenizerFile tokenizer) {
    super(shape, weights, options.checkpointSegments(), manager);
    this.frozen = frozen;
    this.options = options;
    this.tokenizer = tokenizer;
    this.plain =
        Differentiation.compile(
            manager, AdapterLayout.of(NOTHING, shape), text(NOTHING), 0, type());
  }

  /**
   * Loads the weights.
   *
   * @param manager their owner, closed with the model
   */
  static EncoderModel load(
      BertFile file,
      ModelShape shape,
      EncoderOptions options,
      ComputeType type,
      NDManager manager,
      TokenizerFile tokenizer)
      throws IOException {
    BertWeights frozen = new BertWeights(file);
    FrozenWeights weights = new FrozenWeights(frozen.load(manager, type), frozen.arrays(), type);
    return new EncoderModel(frozen, shape, options, weights, manager, tokenizer);
  }

  /**
   * The model with the weights of another file of its shape, on the same device and in the same
   * type; it has to be closed.
   */
  EncoderModel with(BertFile other) throws IOException {
    NDManager own = manager().newSubManager();
    try {
      return load(other, shape(), options, computeType(), own, tokenizer);
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** The text for a plan. */
  String text(AdapterPlan plan) {
    return EncoderText.of(frozen, reading().pooling(), plan, false);
  }

  /** The text for a plan, with all tokens computed in all layers. */
  String textOfAllTokens(AdapterPlan plan) {
    return EncoderText.of(frozen, reading().pooling(), plan, true);
  }

  @Override
  public NDArray embed(NDManager scope, List<Tokens> texts) {
    try (NDManager temporary = scope.newSubManager()) {
      EncoderBatch batch = new EncoderBatch(temporary, places(Head.NONE, texts), type());
      Arguments arguments =
          new Arguments(temporary)
              .with("w", weights())
              .with("ids", batch.ids())
              .with("mask", batch.mask());
      NDArray pooled = plain.script().call("embed", arguments).singletonOrThrow();
      pooled.attach(scope);
      return pooled;
    }
  }

  @Override
  public AdaptedModel adapt(AdapterPlan plan) {
    if (!plan.head().isPresent()) {
      throw new FlexoraException(
          "an encoder is trained to choose among classes, and the task has none; use a task such"
              + " as classification, or a decoder model");
    }
    return new AdaptedEncoder(this, plan);
  }

  @Override
  protected AdaptedEncoder unchanged(List<Integer> layers, List<String> modules) {
    return new AdaptedEncoder(
        this, new AdapterPlan(new NoAdapter(), layers, modules, Head.classes(1)));
  }

  /** What a head reads of examples. */
  HeadPlaces places(Head head, List<Tokens> examples) {
    return new HeadPlaces(head, EncoderText.reading(head, reading().pooling()), examples);
  }

  BertFile file() {
    return frozen.file();
  }

  /** How texts are read. */
  TextOptions reading() {
    return options.text();
  }

  /** The {@code tokenizer.json} of the model. */
  Path tokenizer() throws IOException {
    return tokenizer.find();
  }
}
