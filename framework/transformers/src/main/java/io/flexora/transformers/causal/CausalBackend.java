package io.flexora.transformers.causal;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.source.Sources;
import io.flexora.numerics.transformer.FrozenStates;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.ArrayLoader;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FastestType;
import io.flexora.transformers.checkpoint.WeightSize;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import io.flexora.transformers.model.FrozenTransformer;
import io.flexora.transformers.model.TransformerBackend;
import io.flexora.transformers.packed.PackedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Loads and trains decoder-only language models. A bundle's extension is a class that extends this
 * one, gives it the families and has an {@code @Inject} constructor with the other arguments.
 *
 * @since 0.1
 */
public class CausalBackend extends TransformerBackend {

  private static final String SOURCE = "source";
  private static final Set<Class<? extends ModelAbility>> ABILITIES =
      Set.of(
          TextGenerator.class,
          ModelExporter.class,
          PrunableModel.class,
          ReferenceScores.class,
          NoisyEmbeddings.class);

  private final CausalFamilies families;
  private final CausalOptions options;
  private final CausalFiles files;
  private final Sources sources;
  private final Notices notices;

  /**
   * Makes a backend.
   *
   * @param families what a checkpoint can be of
   * @param options which model, and how to compute with it
   * @param sources fetches its files
   * @param device what it computes on
   * @param decisions what was decided for a run when it began
   * @param notices hears of what is odd in a checkpoint
   */
  protected CausalBackend(
      CausalFamilies families,
      CausalOptions options,
      Sources sources,
      Device device,
      Decisions decisions,
      Notices notices) {
    super(options.computeDtype(), device, decisions);
    this.families = families;
    this.options = options;
    this.sources = sources;
    this.files = new CausalFiles(families, options, sources);
    this.notices = notices;
  }

  @Override
  public ModelShape describe() throws IOException {
    return IncompatibleOptionException.reading(
        SOURCE,
        () -> {
          files.requireWhole();
          return super.describe();
        });
  }

  @Override
  protected ModelShape shape(ComputeType type) throws IOException {
    return shape(description(), type);
  }

  @Override
  public Tokenizer tokenizer() throws IOException {
    return IncompatibleOptionException.reading(
        options.tokenizer().isPresent() ? "tokenizer" : SOURCE, files::tokenizer);
  }

  @Override
  protected CausalModel load(ComputeType type, NDManager manager) throws IOException {
    return IncompatibleOptionException.reading(SOURCE, () -> loaded(type, manager));
  }

  private CausalModel loaded(ComputeType type, NDManager manager) throws IOException {
    Path weights = files.weights();
    description();
    try (CausalCheckpoint checkpoint = CausalCheckpoint.open(families, weights)) {
      checkpoint.requireWhole();
      CausalDescription described = checkpoint.description();
      if (checkpoint.hasOtherHead()) {
        notices.add(
            ("the embedding and %s of %s differ, though tie_word_embeddings of config.json says"
                    + " that they are the same; both are used, as by transformers")
                .formatted(checkpoint.headName(), weights));
      }
      PackedWeights arrays =
          ArrayLoader.load(checkpoint, described.arrays(), manager, type, options.weights());
      return new CausalModel(
          weights, families, described, shape(described, type), type, options, manager, arrays);
    }
  }

  @Override
  public ModelMemory memory() throws IOException {
    return IncompatibleOptionException.reading(SOURCE, this::memoryOfFiles);
  }

  private ModelMemory memoryOfFiles() throws IOException {
    CausalDescription described = files.description();
    ComputeType type = type();
    WeightSize size = size(described, type);
    return new ModelMemory(
        options.maxBatchTokens(),
        options.segments(described.layers()),
        true,
        KeptByLayer.of(described, type),
        Likelihood.LOGIT_BYTES,
        FrozenStates.MOST_BYTES,
        0,
        new ModelMemory.Unpacked(
            size.layer() + size.headTile(),
            size.segment() + size.headTile(),
            size.segment() + size.head()));
  }

  @Override
  protected List<LinearProduct> products() throws IOException {
    return FastestType.products(files.description().modules(), options.maxBatchTokens());
  }

  private CausalDescription description() throws IOException {
    CausalDescription described = files.description();
    requirePositions(options.maxTokens(), described.positions());
    if (options.routerAuxLossCoef() > 0 && described.experts().isEmpty()) {
      throw new IncompatibleOptionException(
          CausalOptions.ROUTER_AUX_LOSS_COEF,
          "router_aux_loss_coef is %s, but a %s has no experts; leave it 0"
              .formatted(options.routerAuxLossCoef(), described.modelType()));
    }
    return described;
  }

  /** Nothing is read of weights that are all numbers. */
  private WeightSize size(CausalDescription described, ComputeType type) throws IOException {
    if (!options.weights().packs()) {
      return new WeightSize(described.arrays().parameters() * type.bytes(), 0, 0, 0, 0);
    }
    try (Checkpoint headers = files.headers()) {
      return ArrayLoader.size(
          headers,
          described.arrays(),
          type,
          options.weights(),
          options.segments(described.layers()));
    }
  }

  private ModelShape shape(CausalDescription described, ComputeType type) throws IOException {
    long parameters = described.arrays().parameters();
    return new ModelShape(
        described.modelType(),
        described.layers(),
        described.hidden(),
        options.maxTokens(),
        described.modules(),
        described.defaultTargets(),
        parameters,
        type.word(),
        size(described, type).stored(),
        "CAUSAL_LM",
        described.vocabulary(),
        sources.publicName(options.source()),
        sources.publicRevision(options.source()),
        abilities(described),
        lacking(),
        Optional.empty());
  }

  /** llama.cpp has not all that a checkpoint may describe. */
  private Set<Class<? extends ModelAbility>> abilities(CausalDescription described) {
    Set<Class<? extends ModelAbility>> abilities = new HashSet<>(ABILITIES);
    abilities.addAll(FrozenTransformer.ABILITIES);
    described.gguf().ifPresent(form -> abilities.add(GgufModules.class));
    abilities.removeAll(lacking().keySet());
    return abilities;
  }

  /** What stays quantised cannot be pruned. */
  private Map<Class<? extends ModelAbility>, String> lacking() {
    return options.weights().packs()
        ? Map.of(
            PrunableModel.class,
            "its matrices stay quantised, as model.weights is %s; write dense to have them pruned"
                .formatted(options.weights().word()))
        : Map.of();
  }
}
