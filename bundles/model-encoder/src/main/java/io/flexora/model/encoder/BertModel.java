package io.flexora.model.encoder;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.encoder.EncoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A BERT encoder with its frozen weights on the device. */
final class BertModel extends EncoderModel {

  private final BertWeights frozen;
  private final EncoderOptions options;
  private final TokenizerFile tokenizer;

  /** The place of the model's {@code tokenizer.json}, which is not needed to compute. */
  interface TokenizerFile {
    Path find() throws IOException;
  }

  private BertModel(
      BertWeights frozen,
      ModelShape shape,
      EncoderOptions options,
      FrozenWeights weights,
      NDManager manager,
      TokenizerFile tokenizer) {
    super(
        shape,
        weights,
        layers(frozen),
        options.text().pooling(),
        options.checkpointSegments(),
        manager);
    this.frozen = frozen;
    this.options = options;
    this.tokenizer = tokenizer;
  }

  /**
   * Loads the weights.
   *
   * @param manager their owner, closed with the model
   */
  static BertModel load(
      BertFile file,
      ModelShape shape,
      EncoderOptions options,
      ComputeType type,
      NDManager manager,
      TokenizerFile tokenizer)
      throws IOException {
    BertWeights frozen = new BertWeights(file);
    FrozenWeights weights = new FrozenWeights(frozen.load(manager, type), frozen.arrays(), type);
    return new BertModel(frozen, shape, options, weights, manager, tokenizer);
  }

  /**
   * The model with the weights of another file of its shape, on the same device and in the same
   * type; it has to be closed.
   */
  BertModel with(BertFile other) throws IOException {
    NDManager own = manager().newSubManager();
    try {
      return load(other, shape(), options, computeType(), own, tokenizer);
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static ScriptText layers(BertWeights weights) {
    BertShape shape = weights.shape();
    return ScriptText.of(BertModel.class, "bert.torchscript")
        .with(
            Map.of(
                "hidden", shape.hidden(),
                "heads", shape.heads(),
                "head_size", shape.headSize(),
                "scale", 1 / Math.sqrt(shape.headSize()),
                "epsilon", shape.epsilon(),
                "embeddings", weights.arrays().global(),
                "tensors", weights.arrays().perLayer()));
  }

  @Override
  protected AdaptedBert adapted(AdapterPlan plan) {
    return new AdaptedBert(this, plan);
  }

  BertFile file() {
    return frozen.file();
  }

  /** The {@code tokenizer.json} of the model. */
  Path tokenizer() throws IOException {
    return tokenizer.find();
  }
}
