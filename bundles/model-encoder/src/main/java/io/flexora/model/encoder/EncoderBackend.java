package io.flexora.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.head.PretrainedHead;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.source.Sources;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.model.encoder.family.Encoder;
import io.flexora.model.encoder.family.Families;
import io.flexora.model.encoder.family.OwnClassifier;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FastestType;
import io.flexora.transformers.checkpoint.TensorCheck;
import io.flexora.transformers.model.TransformerBackend;
import io.flexora.transformers.token.EncoderTokenizer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Loads encoders and trains them with PyTorch. */
@Doc(
    "Train an encoder (BERT, RoBERTa, XLM-RoBERTa, DistilBERT, ELECTRA, MPNet, ModernBERT,"
        + " DeBERTa v2 and v3) from a folder in Hugging Face form, or a BERT from an ONNX file, such as bge-small-en-v1.5.")
public final class EncoderBackend extends TransformerBackend {

  /** The texts of a batch, about. */
  private static final int USUAL_BATCH = 8;

  private static final String SOURCE = "source";
  private static final String GRAPH = ".onnx";
  private static final String HUB = "hf:";

  private final EncoderOptions options;
  private final Sources sources;

  @Inject
  EncoderBackend(EncoderOptions options, Sources sources, Device device, Decisions decisions) {
    super(options.computeDtype(), device, decisions);
    this.options = options;
    this.sources = sources;
  }

  /** Whether the source is a folder in Hugging Face form, not an ONNX file. */
  private boolean isFolder() throws IOException {
    return !options.source().endsWith(GRAPH)
        && (options.source().startsWith(HUB) || Files.isDirectory(sources.fetch(options.source())));
  }

  /** The location of the folder without a slash at its end. */
  private String folder() {
    return options.source().replaceFirst("/+$", "");
  }

  @Override
  protected ModelShape shape(ComputeType type) throws IOException {
    if (isFolder()) {
      Encoder encoder = whole();
      return shape(encoder, encoder.arrays().parameters(), type, FrozenEncoder.ENCODER_ABILITIES);
    }
    return shape(open(), type);
  }

  /** The encoder of a folder, whose weights, where they are on this machine, are its own. */
  private Encoder whole() throws IOException {
    Encoder encoder = encoder();
    if (options.source().startsWith(HUB)) {
      return encoder;
    }
    return IncompatibleOptionException.reading(
        SOURCE,
        () -> {
          try (Checkpoint checkpoint = checkpoint(encoder)) {
            TensorCheck.require(checkpoint, encoder.arrays(), encoder.modelType());
            var unused = FrozenEncoder.ownHead(encoder, checkpoint.location());
          }
          return encoder;
        });
  }

  private Checkpoint checkpoint(Encoder encoder) throws IOException {
    Path folder = sources.fetch(folder());
    SafetensorsModel.refusePickled(folder);
    return Checkpoint.ofFolder(folder, encoder::tensorName);
  }

  @Override
  public Tokenizer tokenizer() throws IOException {
    return IncompatibleOptionException.reading(
        SOURCE, () -> EncoderTokenizer.open(options.text(), besideTokenizer(), sources));
  }

  /** The model as the tokenizer looks for its file beside it, or in it. */
  private String besideTokenizer() throws IOException {
    return isFolder() ? folder() + "/" : options.source();
  }

  @Override
  protected FrozenEncoder load(ComputeType type, NDManager manager) throws IOException {
    boolean folder = isFolder();
    Optional<BertFile> file = folder ? Optional.empty() : Optional.of(open());
    Encoder encoder = folder ? encoder() : file.orElseThrow().encoder();
    return IncompatibleOptionException.reading(
        SOURCE,
        () -> {
          try (Checkpoint checkpoint =
              folder ? checkpoint(encoder) : new BertWeights(file.orElseThrow())) {
            return FrozenEncoder.load(
                encoder,
                checkpoint,
                file,
                folder ? shape(type) : shape(file.orElseThrow(), type),
                options,
                type,
                manager,
                () -> EncoderTokenizer.file(options.text(), besideTokenizer(), sources));
          }
        });
  }

  /** The weights of an ONNX file are read from it while it stays mapped. */
  @Override
  public ModelMemory memory() throws IOException {
    return new ModelMemory(
        Integer.MAX_VALUE,
        Math.max(1, options.checkpointSegments()),
        false,
        layerMemory(encoder(), type()),
        Long.MAX_VALUE,
        FrozenStates.MOST_BYTES,
        isFolder() ? 0 : Files.size(sources.fetch(options.source())));
  }

  /**
   * The inputs of query, key and value together, of both dense modules and of the output are three
   * times the hidden states and once the wide ones; outputs are five times and once. Norms read
   * float32, as does the softmax of the attention, whose result is then lowered. A module that
   * reads a table of distances has its states once more, and the rows of twice as many distances.
   */
  private static ModelMemory.Layer layerMemory(Encoder encoder, ComputeType type) {
    Encoder.Sizes sizes = encoder.sizes();
    boolean lower = type == ComputeType.BF16;
    long tables = encoder.modules().stream().filter(module -> module.tableRows() > 0).count();
    long numbers = (8 + 3 * tables) * sizes.hidden() + 2L * sizes.intermediate();
    long norms = lower ? 2L * sizes.hidden() * Float.BYTES : 0;
    long attention = sizes.heads() * (type.bytes() + (lower ? Float.BYTES : 0L));
    return new ModelMemory.Layer(numbers * type.bytes() + norms, attention, 0);
  }

  @Override
  protected List<LinearProduct> products() throws IOException {
    int rows = USUAL_BATCH * options.text().maxTokens();
    return FastestType.products(encoder().modules(), rows);
  }

  /** The encoder; of a folder, nothing but its configuration is fetched. */
  private Encoder encoder() throws IOException {
    if (!isFolder()) {
      return open().encoder();
    }
    Encoder encoder =
        IncompatibleOptionException.reading(
            SOURCE,
            () ->
                Families.ofFolder(
                    sources.fetch(folder() + "/config.json").getParent(), options.keepsHead()));
    requirePositions(options.text().maxTokens(), encoder.sizes().positions());
    return encoder;
  }

  private BertFile open() throws IOException {
    BertFile file =
        IncompatibleOptionException.reading(
            SOURCE, () -> BertFile.of(OnnxFile.read(sources.fetch(options.source()))));
    requirePositions(options.text().maxTokens(), file.shape().positions());
    if (options.keepsHead()) {
      throw new IncompatibleOptionException(
          PretrainedHead.OPTION,
          "head: pretrained takes the classifier of a folder in Hugging Face form, and %s is an ONNX"
                  .formatted(options.source())
              + " file; leave it out, or take the folder");
    }
    return file;
  }

  private ModelShape shape(BertFile file, ComputeType type) {
    Set<Class<? extends ModelAbility>> abilities = new HashSet<>(FrozenEncoder.ENCODER_ABILITIES);
    abilities.add(ModelExporter.class);
    return shape(file.encoder(), file.parameters(), type, abilities);
  }

  private ModelShape shape(
      Encoder encoder,
      long parameters,
      ComputeType type,
      Set<Class<? extends ModelAbility>> abilities) {
    return new ModelShape(
            encoder.modelType(),
            encoder.sizes().layers(),
            encoder.sizes().hidden(),
            options.text().maxTokens(),
            encoder.modules(),
            encoder.defaultTargets(),
            parameters,
            type.word(),
            parameters * type.bytes(),
            "SEQ_CLS",
            0,
            sources.publicName(options.source()))
        .withBaseRevision(sources.publicRevision(options.source()))
        .withAbilities(abilities)
        .withHead(encoder.classifier().map(OwnClassifier::head));
  }
}
