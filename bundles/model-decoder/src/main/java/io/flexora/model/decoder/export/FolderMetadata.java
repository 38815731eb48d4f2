package io.flexora.model.decoder.export;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.model.decoder.family.DecoderShape.Activation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the metadata of a GGUF file from a folder in Hugging Face form. */
final class FolderMetadata {
  private final Path folder;
  private final DecoderShape shape;
  private final String architecture;
  private final GgufMetadataBuilder metadata = GgufMetadata.builder();

  private FolderMetadata(Path folder, DecoderShape shape) {
    this.folder = folder;
    this.shape = shape;
    this.architecture = shape.family().equals("mistral") ? "llama" : shape.family();
  }

  static GgufMetadataBuilder of(Path folder, DecoderShape shape) throws IOException {
    return new FolderMetadata(folder, shape).all();
  }

  private GgufMetadataBuilder all() throws IOException {
    refuseInexpressible();
    metadata.putString("general.architecture", architecture);
    metadata.putString("general.type", "model");
    metadata.putString("general.name", folder.toAbsolutePath().getFileName().toString());
    whole("block_count", shape.layers());
    whole("context_length", shape.positions());
    whole("embedding_length", shape.hidden());
    whole("feed_forward_length", shape.intermediate());
    whole("attention.head_count", shape.heads());
    whole("attention.head_count_kv", shape.keyValueHeads());
    whole("attention.key_length", shape.headSize());
    whole("attention.value_length", shape.headSize());
    whole("rope.dimension_count", shape.headSize());
    whole("vocab_size", shape.vocabulary());
    real("attention.layer_norm_rms_epsilon", shape.normEpsilon());
    real("rope.freq_base", shape.rotary().base());
    int window = shape.windows().get(0);
    if (window > 0) {
      whole("attention.sliding_window", window);
    }
    if (linear(shape)) {
      metadata.putString(architecture + ".rope.scaling.type", "linear");
      real("rope.scaling.factor", (Double) scaling(shape).get("factor"));
    }
    FolderTokens.put(folder, shape, metadata);
    return metadata;
  }

  private static Map<String, Object> scaling(DecoderShape shape) {
    return shape.rotary().scaling().orElse(Map.of("rope_type", "other"));
  }

  private static boolean linear(DecoderShape shape) {
    return "linear".equals(scaling(shape).get("rope_type"));
  }

  /** The tensor {@code rope_freqs.weight}, where frequencies are scaled each by its own number. */
  static Optional<float[]> divisors(DecoderShape shape) {
    return scaling(shape).isEmpty() || linear(shape)
        ? Optional.empty()
        : Optional.of(shape.rotary().divisors());
  }

  private void whole(String key, int value) {
    metadata.putNumber(architecture + "." + key, GgufValueType.UINT32, value);
  }

  private void real(String key, double value) {
    metadata.putNumber(architecture + "." + key, GgufValueType.FLOAT32, value);
  }

  /** What llama.cpp fixes for an architecture, so that a file cannot say otherwise. */
  private void refuseInexpressible() {
    boolean gemma = architecture.equals("gemma");
    boolean llama = architecture.equals("llama");
    refuse(shape.activation() != (gemma ? Activation.GELU_TANH : Activation.SILU), "activation");
    refuse(shape.mlpBias() && !llama, "biases");
    refuse(shape.outputBias() && !llama, "biases");
    refuse(shape.queryKeyValueBias() && !llama && !architecture.equals("qwen2"), "biases");
    refuse(gemma && !shape.tiedHead(), "head that is not the embedding");
    List<Integer> windows = shape.windows().stream().distinct().toList();
    refuse(windows.size() > 1 || (windows.get(0) > 0 && !llama), "sliding windows");
  }

  private void refuse(boolean inexpressible, String what) {
    if (inexpressible) {
      throw new FlexoraException(
          "a GGUF file of the architecture "
              + architecture
              + " cannot express the "
              + what
              + " of "
              + folder
              + "; export to safetensors or peft");
    }
  }
}
