package io.flexora.model.decoder.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.GgufContent;
import io.flexora.model.decoder.shape.GgufNames;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.rotary.Rotary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A decoder as a checkpoint describes it: what it computes, and how its parts are called. */
public final class Decoder {
  static final List<Family> FAMILIES =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Phi(),
          new Phi3(),
          new Olmo2(),
          new Granite(),
          new StableLm(),
          new SmolLm3(),
          new Qwen3Moe(),
          new Mixtral(),
          new Olmoe(),
          new GraniteMoe());

  private final Family family;
  private final DecoderShape shape;
  private final TensorNames names;
  private final DecoderArrays arrays;

  private Decoder(Family family, DecoderShape shape, TensorNames names) {
    this.family = family;
    this.shape = shape;
    this.names = names;
    this.arrays = new DecoderArrays(shape, names);
  }

  /**
   * Reads the {@code config.json} of a checkpoint in Hugging Face form, as transformers 5 reads it.
   *
   * @param folder the folder of the checkpoint
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  public static Decoder ofFolder(Path folder) throws IOException {
    ConfigReader config = ConfigReader.of(folder.resolve("config.json"));
    String type = config.modelType();
    Family family =
        FAMILIES.stream()
            .filter(known -> known.modelType().equals(type))
            .findFirst()
            .orElseThrow(
                () -> config.unknown(type, FAMILIES.stream().map(Family::modelType).toList()));
    config.requireArchitecture(type, family.architecture());
    config.refuseUnsupported(family.configKeys());
    return new Decoder(family, family.shape(config), family.names());
  }

  /**
   * Reads the metadata of a GGUF file, as llama.cpp reads it.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  public static Decoder ofGguf(GgufFile file) throws IOException {
    GgufReader reader = GgufReader.of(file);
    Family family =
        FAMILIES.stream()
            .filter(known -> known.gguf().equals(reader.architecture()))
            .findFirst()
            .orElseThrow(
                () -> reader.unknown(FAMILIES.stream().map(Family::gguf).distinct().toList()))
            .inGguf(reader);
    reader.refuseUnsupported(family.ggufKeys());
    return new Decoder(family, family.shape(reader), family.namesInGguf());
  }

  /** The name of its family in a {@code config.json}. */
  public String modelType() {
    return family.modelType();
  }

  /** What it computes. */
  public DecoderShape shape() {
    return shape;
  }

  /** The arrays that it computes with. */
  public DecoderArrays arrays() {
    return arrays;
  }

  /** The names of its tensors in Hugging Face form. */
  public TensorNames names() {
    return names;
  }

  /** The names of its tensors in GGUF. */
  public GgufNames ggufNames() {
    return new GgufNames(shape, names, family.neighboursTurn());
  }

  /** The same with a head of its own. */
  public Decoder withOwnHead() {
    return new Decoder(family, shape.withOwnHead(), names);
  }

  /** The modules that PEFT adapts where nothing is said. */
  public List<String> defaultTargets() {
    return family.defaultTargets();
  }

  /** The modules of a layer that can be adapted, in the order of the forward pass. */
  public List<ModuleShape> modules() {
    List<String> modules = new ArrayList<>(names.attention());
    modules.add(names.output());
    if (shape.experts().isEmpty()) {
      modules.addAll(names.mlp());
      modules.add(names.down());
    }
    String first = TensorNames.LAYER.formatted(0);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    arrays.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    return modules.stream()
        .map(
            name -> {
              List<Long> dimensions = shapes.get(first + name + ".weight");
              return new ModuleShape(
                  TensorNames.simple(name),
                  TensorNames.LAYER + name,
                  dimensions.get(1).intValue(),
                  dimensions.get(0).intValue());
            })
        .toList();
  }

  /**
   * The keys of a {@code config.json} that describe it.
   *
   * @param source where the description comes from, as messages call it
   * @throws FlexoraException if such a file cannot say what it computes
   */
  public Map<String, Object> config(String source) {
    Family written = family.inConfig(shape);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of(written.architecture()));
    config.put("model_type", written.modelType());
    config.put("hidden_size", shape.hidden());
    config.put("intermediate_size", shape.intermediate());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_attention_heads", shape.heads());
    config.put("num_key_value_heads", shape.keyValueHeads());
    config.put("head_dim", shape.headSize());
    config.put("vocab_size", shape.vocabulary());
    config.put("max_position_embeddings", shape.positions());
    config.put("tie_word_embeddings", shape.tiedHead());
    Rotary rotary = shape.rotaries().get(0);
    config.put("rope_theta", rotary.base());
    Map<String, Object> scaling =
        rotary.scaling().orElseThrow(() -> inConfig(source, written, "rotary positions"));
    if (!scaling.isEmpty()) {
      config.put("rope_scaling", scaling);
    }
    written.describe(shape, config);
    written
        .shape(ConfigReader.of("config.json", config))
        .difference(shape)
        .ifPresent(
            what -> {
              throw inConfig(source, written, what);
            });
    return config;
  }

  private static FlexoraException inConfig(String source, Family written, String what) {
    return new FlexoraException(
        "a config.json of the family "
            + written.modelType()
            + " cannot express the "
            + what
            + " of "
            + source
            + "; export to gguf-f16 or peft");
  }

  /** Its architecture in GGUF files. */
  public String ggufArchitecture() {
    return family.gguf();
  }

  /**
   * Adds the entries of a GGUF file that describe it.
   *
   * @param source where the description comes from, as messages call it
   * @throws FlexoraException if such a file cannot say what it computes
   */
  public void describe(String source, GgufMetadataBuilder metadata) throws IOException {
    metadata.putString("general.architecture", family.gguf());
    GgufEntries entries = new GgufEntries(metadata, family.gguf());
    entries.whole("block_count", shape.layers());
    entries.whole("context_length", shape.positions());
    entries.whole("embedding_length", shape.hidden());
    entries.whole("feed_forward_length", shape.intermediate());
    entries.whole("attention.head_count", shape.heads());
    entries.whole("attention.head_count_kv", shape.keyValueHeads());
    entries.whole("attention.key_length", shape.headSize());
    entries.whole("attention.value_length", shape.headSize());
    entries.whole("rope.dimension_count", shape.rotaryDimensions());
    entries.whole("vocab_size", shape.vocabulary());
    shape
        .experts()
        .ifPresent(
            experts -> {
              entries.whole("expert_count", experts.count());
              entries.whole("expert_used_count", experts.chosen());
              entries.whole("expert_feed_forward_length", shape.intermediate());
            });
    entries.real("rope.freq_base", shape.rotaries().get(0).base());
    if (linear()) {
      entries.text("rope.scaling.type", "linear");
      entries.real("rope.scaling.factor", (Double) scaling().get("factor"));
    }
    family.describe(shape, entries);
    requireSame(source, metadata.build());
  }

  private void requireSame(String source, GgufMetadata metadata) throws IOException {
    Map<String, List<Long>> tensors = new LinkedHashMap<>();
    GgufNames inGguf = ggufNames();
    arrays.tensors().forEach(tensor -> tensors.put(inGguf.toGguf(tensor.name()), tensor.shape()));
    GgufContent planned = new GgufContent.Planned(source, metadata, tensors, ggufVectors());
    family
        .shape(GgufReader.of(planned))
        .difference(shape)
        .ifPresent(
            what -> {
              throw new FlexoraException(
                  "a GGUF file of the architecture "
                      + family.gguf()
                      + " cannot express the "
                      + what
                      + " of "
                      + source
                      + "; export to safetensors or peft");
            });
  }

  /**
   * Vectors of a GGUF file that are no weights: what frequencies are divided by, each by its own.
   */
  public Map<String, float[]> ggufVectors() {
    Rotary rotary = shape.rotaries().get(0);
    if (rotary.longTexts().isPresent()) {
      return Map.of(
          "rope_factors_short.weight", rotary.divisors(),
          "rope_factors_long.weight", rotary.longDivisors().orElseThrow());
    }
    return scaling().isEmpty() || linear()
        ? Map.of()
        : Map.of("rope_freqs.weight", rotary.divisors());
  }

  private Map<String, Object> scaling() {
    return shape.rotaries().get(0).scaling().orElse(Map.of("rope_type", "other"));
  }

  private boolean linear() {
    return "linear".equals(scaling().get("rope_type"));
  }

  /** The tensors that a checkpoint of it has. */
  public List<FrozenArray.Tensor> tensors() {
    return arrays.tensors();
  }
}
