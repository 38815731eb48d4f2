package io.flexora.model.decoder;

import io.flexora.formats.gguf.GgufFile;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.transformers.family.CausalFamilies;
import java.io.IOException;
import java.nio.file.Path;

/** The families of Llama-like decoders. */
public final class DecoderFamilies implements CausalFamilies {

  @Override
  public DecoderDescription ofFolder(Path folder) throws IOException {
    return new DecoderDescription(Decoder.ofFolder(folder));
  }

  @Override
  public DecoderDescription ofGguf(GgufFile file) throws IOException {
    return new DecoderDescription(Decoder.ofGguf(file));
  }
}
