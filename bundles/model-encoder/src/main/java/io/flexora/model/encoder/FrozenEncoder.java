package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.head.Head;
import io.flexora.api.head.PretrainedHead;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.model.encoder.family.Encoder;
import io.flexora.model.encoder.family.OwnClassifier;
import io.flexora.transformers.checkpoint.ArrayLoader;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.TensorCheck;
import io.flexora.transformers.encoder.EncoderModel;
import io.flexora.transformers.model.AdaptedTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** An encoder with its frozen weights on the device. */
final class FrozenEncoder extends EncoderModel {

  private final Optional<BertFile> file;
  private final EncoderOptions options;
  private final TokenizerFile tokenizer;
  private final Optional<OwnHead> ownHead;

  /** The place of the model's {@code tokenizer.json}, which is not needed to compute. */
  interface TokenizerFile {
    Path find() throws IOException;
  }

  private FrozenEncoder(
      Encoder encoder,
      Optional<BertFile> file,
      ModelShape shape,
      EncoderOptions options,
      FrozenWeights weights,
      NDManager manager,
      TokenizerFile tokenizer,
      Optional<OwnHead> ownHead) {
    super(
        shape,
        weights,
        encoder.text(),
        options.text().pooling(),
        options.checkpointSegments(),
        manager);
    this.file = file;
    this.options = options;
    this.tokenizer = tokenizer;
    this.ownHead = ownHead;
  }

  /**
   * Loads the weights.
   *
   * @param file the ONNX file that they are of; empty if they are in a folder
   * @param manager their owner, closed with the model
   */
  static FrozenEncoder load(
      Encoder encoder,
      Checkpoint checkpoint,
      Optional<BertFile> file,
      ModelShape shape,
      EncoderOptions options,
      ComputeType type,
      NDManager manager,
      TokenizerFile tokenizer)
      throws IOException {
    FrozenArrays arrays = encoder.arrays();
    TensorCheck.require(checkpoint, arrays, encoder.modelType());
    List<NDArray> loaded = ArrayLoader.load(checkpoint, arrays, manager, type);
    addFirstType(encoder, loaded, manager);
    FrozenWeights weights = new FrozenWeights(loaded, arrays, type);
    return new FrozenEncoder(
        encoder,
        file,
        shape,
        options,
        weights,
        manager,
        tokenizer,
        ownHead(encoder, checkpoint.location()));
  }

  /**
   * The classifier in a folder, if heads start from it.
   *
   * @throws IncompatibleOptionException if the folder has none of as many labels
   */
  static Optional<OwnHead> ownHead(Encoder encoder, Path folder) throws IOException {
    if (encoder.classifier().isEmpty()) {
      return Optional.empty();
    }
    OwnClassifier classifier = encoder.classifier().get();
    Map<String, Shape> shapes =
        classifier
            .head()
            .arrays(Head.classes(classifier.head().labels()), encoder.sizes().hidden());
    Map<String, float[]> arrays = new HashMap<>();
    try (Checkpoint whole =
        Checkpoint.ofFolder(folder, name -> Optional.of(name).filter(shapes::containsKey))) {
      for (Map.Entry<String, Shape> array : shapes.entrySet()) {
        List<Long> shape = LongStream.of(array.getValue().getShape()).boxed().toList();
        arrays.put(array.getKey(), numbers(whole, array.getKey(), shape));
      }
    }
    return Optional.of(new OwnHead(classifier.reading(), classifier.activation(), arrays));
  }

  private static float[] numbers(Checkpoint folder, String name, List<Long> shape)
      throws IOException {
    StoredTensor tensor = folder.tensors().get(name);
    if (tensor == null || !tensor.shape().equals(shape)) {
      throw new IncompatibleOptionException(
          PretrainedHead.OPTION,
          "%s has %s, but head: pretrained reads '%s' %s, as its config.json has it; take the folder of a fine-tuned classifier, or leave head out"
              .formatted(
                  folder.location(),
                  tensor == null ? "no tensor of that name" : "it as " + tensor.shape(),
                  name,
                  shape));
    }
    float[] numbers = new float[Math.toIntExact(tensor.rows() * tensor.rowSize())];
    folder.readFloats(tensor, 0, numbers, Math.toIntExact(tensor.rows()));
    return numbers;
  }

  @Override
  protected Optional<OwnHead> ownHead() {
    return ownHead;
  }

  /** Where no text is the second of a pair, the embedding of type 0 is part of every position's. */
  private static void addFirstType(Encoder encoder, List<NDArray> loaded, NDManager owner) {
    String embeddings = encoder.prefix() + "embeddings.";
    String types = embeddings + "token_type_embeddings.weight";
    String table = embeddings + "position_embeddings.weight";
    if (encoder.arrays().has(types) && encoder.arrays().has(table)) {
      int positions = encoder.arrays().place(table).array();
      try (NDManager scope = owner.newSubManager()) {
        NDArray first = loaded.get(encoder.arrays().place(types).array()).get(scope, 0);
        loaded.get(positions).addi(first);
      }
    }
  }

  /**
   * The model with the weights of another file of its shape, on the same device and in the same
   * type; it has to be closed.
   */
  FrozenEncoder with(BertFile other) throws IOException {
    NDManager own = manager().newSubManager();
    try {
      return load(
          other.encoder(),
          new BertWeights(other),
          Optional.of(other),
          shape(),
          options,
          computeType(),
          own,
          tokenizer);
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  @Override
  protected AdaptedTransformer adapted(AdapterPlan plan) {
    return file.isPresent() ? new AdaptedBert(this, plan) : super.adapted(plan);
  }

  /** The ONNX file of the weights. */
  BertFile file() {
    return file.orElseThrow();
  }

  /** The {@code tokenizer.json} of the model. */
  Path tokenizer() throws IOException {
    return tokenizer.find();
  }
}
