package io.flexora.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.source.Sources;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FastestType;
import io.flexora.transformers.model.TransformerBackend;
import io.flexora.transformers.token.EncoderTokenizer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Loads BERT-like encoders from ONNX files and trains them with PyTorch. */
@Doc("Train a BERT-like encoder whose weights come from an ONNX file, such as bge-small-en-v1.5.")
public final class EncoderBackend extends TransformerBackend {

  /** The texts of a batch, about. */
  private static final int USUAL_BATCH = 8;

  private static final String SOURCE = "source";

  private final EncoderOptions options;
  private final Sources sources;

  @Inject
  EncoderBackend(EncoderOptions options, Sources sources, Device device, Decisions decisions) {
    super(options.computeDtype(), device, decisions);
    this.options = options;
    this.sources = sources;
  }

  @Override
  protected ModelShape shape(ComputeType type) throws IOException {
    return shape(open(), type);
  }

  @Override
  public Tokenizer tokenizer() throws IOException {
    return IncompatibleOptionException.reading(
        SOURCE, () -> EncoderTokenizer.open(options.text(), options.source(), sources));
  }

  @Override
  protected BertModel load(ComputeType type, NDManager manager) throws IOException {
    BertFile file = open();
    return IncompatibleOptionException.reading(
        SOURCE,
        () ->
            BertModel.load(
                file,
                shape(file, type),
                options,
                type,
                manager,
                () -> EncoderTokenizer.file(options.text(), options.source(), sources)));
  }

  /** The weights are read from a file that stays mapped. */
  @Override
  public ModelMemory memory() throws IOException {
    return new ModelMemory(
        Integer.MAX_VALUE,
        Math.max(1, options.checkpointSegments()),
        false,
        layerMemory(open().shape(), type()),
        Long.MAX_VALUE,
        FrozenStates.MOST_BYTES,
        Files.size(sources.fetch(options.source())));
  }

  /**
   * The inputs of query, key and value together, of both dense modules and of the output are three
   * times the hidden states and once the wide ones; outputs are five times and once. Norms read
   * float32, as does the softmax of the attention, whose result is then lowered.
   */
  private static ModelMemory.Layer layerMemory(BertShape bert, ComputeType type) {
    boolean lower = type == ComputeType.BF16;
    long numbers = 8L * bert.hidden() + 2L * bert.intermediate();
    long norms = lower ? 2L * bert.hidden() * Float.BYTES : 0;
    long attention = bert.heads() * (type.bytes() + (lower ? Float.BYTES : 0L));
    return new ModelMemory.Layer(numbers * type.bytes() + norms, attention, 0);
  }

  @Override
  protected List<LinearProduct> products() throws IOException {
    int rows = USUAL_BATCH * options.text().maxTokens();
    return FastestType.products(EncoderModules.of(open().shape()), rows);
  }

  private BertFile open() throws IOException {
    BertFile file =
        IncompatibleOptionException.reading(
            SOURCE, () -> BertFile.of(OnnxFile.read(sources.fetch(options.source()))));
    requirePositions(options.text().maxTokens(), file.shape().positions());
    return file;
  }

  private ModelShape shape(BertFile file, ComputeType type) {
    BertShape bert = file.shape();
    return new ModelShape(
            "bert",
            bert.layers(),
            bert.hidden(),
            options.text().maxTokens(),
            EncoderModules.of(bert),
            EncoderModules.DEFAULT_TARGETS,
            file.parameters(),
            type.word(),
            file.parameters() * type.bytes(),
            "SEQ_CLS",
            0,
            sources.publicName(options.source()))
        .withBaseRevision(sources.publicRevision(options.source()))
        .withAbilities(abilities());
  }

  private static Set<Class<? extends ModelAbility>> abilities() {
    Set<Class<? extends ModelAbility>> abilities = new HashSet<>(BertModel.ENCODER_ABILITIES);
    abilities.add(ModelExporter.class);
    return abilities;
  }
}
