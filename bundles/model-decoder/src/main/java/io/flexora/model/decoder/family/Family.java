package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The description of a family of decoders and the names of its tensors. Its computation is in the
 * {@link DecoderShape} that it makes of a description; nothing else asks which family it is.
 */
abstract class Family {
  private final String modelType;
  private final String architecture;
  private final String gguf;

  /**
   * Names a family.
   *
   * @param modelType its name in a {@code config.json}
   * @param architecture its class in transformers
   * @param gguf its architecture in GGUF
   */
  Family(String modelType, String architecture, String gguf) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.gguf = gguf;
  }

  final String modelType() {
    return modelType;
  }

  final String architecture() {
    return architecture;
  }

  final String gguf() {
    return gguf;
  }

  /** Keys of a {@code config.json} that it reads, though other families refuse them. */
  Set<String> configKeys() {
    return Set.of();
  }

  /** Keys of GGUF that it reads, though other families refuse them. */
  Set<String> ggufKeys() {
    return Set.of();
  }

  /** The shape that a {@code config.json} describes, as transformers 5 reads it. */
  abstract DecoderShape shape(ConfigReader config);

  /** The shape that the metadata of a GGUF file describes, as llama.cpp reads it. */
  abstract DecoderShape shape(GgufReader file) throws IOException;

  /** The names of the tensors in Hugging Face form. */
  TensorNames names() {
    return TensorNames.LLAMA;
  }

  /** The names by which tensors of GGUF files are read. */
  TensorNames namesInGguf() {
    return names();
  }

  /** The family that a GGUF file of the architecture describes. */
  Family inGguf(GgufReader file) {
    return this;
  }

  /** The modules that PEFT adapts where nothing is said. */
  List<String> defaultTargets() {
    return List.of("q_proj", "v_proj");
  }

  /** Whether llama.cpp turns neighbours of a head, and has the rows of q and k in that order. */
  boolean neighboursTurn() {
    return false;
  }

  /** The family under whose name a shape is described in a {@code config.json}. */
  Family inConfig(DecoderShape shape) {
    return this;
  }

  /** Adds what a {@code config.json} of the family says beside sizes, head and rotary positions. */
  abstract void describe(DecoderShape shape, Map<String, Object> config);

  /**
   * Adds what a GGUF file of the family says beside sizes and plain rotary positions; by default
   * the epsilon of RMS norms.
   */
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
  }
}
