package io.flexora.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.FrozenMatrices;
import io.flexora.api.model.LayerActivityMeter;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelExporter;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.TextGenerator;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.weights.Checkpoint;
import io.flexora.model.decoder.weights.FrozenWeights;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.Bf16Units;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.transformers.checkpoint.ComputeType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads decoders of many families and trains them with PyTorch. */
@Doc(
    "Train a decoder (Llama, Mistral, Qwen2, Qwen3, Gemma 1 to 3, Phi 1 to 4, OLMo 2, Granite,"
        + " StableLM, SmolLM2 and 3, Yi) from a folder in Hugging Face form or a GGUF file.")
public final class DecoderBackend implements ModelBackend {

  private static final Set<Class<? extends ModelAbility>> ABILITIES =
      Set.of(
          FrozenMatrices.class, LayerActivityMeter.class, TextGenerator.class, ModelExporter.class);

  private static final Logger LOG = LoggerFactory.getLogger(DecoderBackend.class);

  private final DecoderOptions options;
  private final DecoderFiles files;
  private final Sources sources;
  private final Device device;

  @Inject
  DecoderBackend(DecoderOptions options, Sources sources, Device device) {
    this.options = options;
    this.sources = sources;
    this.files = new DecoderFiles(options, sources);
    this.device = device;
  }

  @Override
  public ModelShape describe() throws IOException {
    files.requireWhole();
    return shape(decoder(), typeToTrain());
  }

  @Override
  public Tokenizer tokenizer() throws IOException {
    return files.tokenizer();
  }

  @Override
  public BaseModel load() throws IOException {
    return load(typeToTrain());
  }

  @Override
  public BaseModel loadToScore() throws IOException {
    return load(typeToScore());
  }

  private BaseModel load(ComputeType type) throws IOException {
    Path weights = files.weights();
    Decoder described = decoder();
    NDManager manager = TorchEngine.start().newManager(device);
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      Decoder decoder = checkpoint.decoder();
      if (described.shape().tiedHead() && !decoder.shape().tiedHead()) {
        LOG.warn(
            "the embedding and lm_head.weight of {} differ, though tie_word_embeddings of"
                + " config.json says that they are the same; both are used, as by transformers",
            weights);
      }
      List<NDArray> arrays = FrozenWeights.load(checkpoint, manager, type);
      return new DecoderModel(
          weights, decoder, shape(decoder, type), type, options, manager, arrays);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  @Override
  public ModelMemory memory() {
    return new ModelMemory(
        options.maxBatchTokens(),
        Math.max(1, options.checkpointSegments()),
        true,
        AdaptedDecoder.LOGIT_BYTES,
        FrozenStates.MOST_BYTES,
        0);
  }

  private Decoder decoder() throws IOException {
    Decoder decoder = files.decoder();
    int positions = decoder.shape().positions();
    if (options.maxTokens() > positions) {
      throw new FlexoraException(
          "max_tokens is %d, but the model has positions for %d tokens"
              .formatted(options.maxTokens(), positions));
    }
    return decoder;
  }

  private ModelShape shape(Decoder decoder, ComputeType type) {
    DecoderShape shape = decoder.shape();
    return new ModelShape(
        decoder.modelType(),
        shape.layers(),
        shape.hidden(),
        options.maxTokens(),
        decoder.modules(),
        decoder.defaultTargets(),
        decoder.parameters(),
        type.word(),
        decoder.parameters() * type.bytes(),
        "CAUSAL_LM",
        shape.vocabulary(),
        sources.publicName(options.source()),
        ABILITIES);
  }

  private ComputeType typeToTrain() {
    return type(Bf16Units.pay(device) ? ComputeType.BF16 : ComputeType.FLOAT32);
  }

  private ComputeType typeToScore() {
    return type(device.isGpu() ? ComputeType.BF16 : ComputeType.FLOAT32);
  }

  private ComputeType type(ComputeType auto) {
    return switch (options.computeDtype()) {
      case FLOAT32 -> ComputeType.FLOAT32;
      case BF16 -> ComputeType.BF16;
      case FLOAT64 -> ComputeType.FLOAT64;
      case AUTO -> auto;
    };
  }
}
