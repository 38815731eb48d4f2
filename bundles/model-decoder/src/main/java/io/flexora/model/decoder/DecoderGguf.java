package io.flexora.model.decoder;

import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.GgufNames;
import io.flexora.transformers.checkpoint.GgufForm;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The form of a Llama-like decoder in GGUF files. */
final class DecoderGguf implements GgufForm {

  private final Decoder decoder;
  private final GgufNames names;

  DecoderGguf(Decoder decoder) {
    this.decoder = decoder;
    this.names = decoder.ggufNames();
  }

  @Override
  public String architecture() {
    return decoder.ggufArchitecture();
  }

  @Override
  public Optional<String> toHuggingFace(String name) {
    return names.toHuggingFace(name);
  }

  @Override
  public String toGguf(String name) {
    return names.toGguf(name);
  }

  @Override
  public List<String> stacked(String name) {
    return names.stacked(name);
  }

  @Override
  public int turnedHead(String name) {
    return names.permuted(name) ? decoder.shape().headSize() : 0;
  }

  @Override
  public double added(String name) {
    return names.added(name);
  }

  @Override
  public void describe(String source, GgufMetadataBuilder metadata) throws IOException {
    decoder.describe(source, metadata);
  }

  @Override
  public Map<String, float[]> vectors() {
    return decoder.ggufVectors();
  }

  @Override
  public Map<String, Object> config(String source) {
    return decoder.config(source);
  }
}
