package io.flexora.model.decoder.export;

import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.model.decoder.family.Decoder;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the metadata of a GGUF file from a folder in Hugging Face form. */
final class FolderMetadata {

  private FolderMetadata() {}

  static GgufMetadataBuilder of(Path folder, Decoder decoder) throws IOException {
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    metadata.putString("general.type", "model");
    metadata.putString("general.name", folder.toAbsolutePath().getFileName().toString());
    decoder.describe(folder.toString(), metadata);
    FolderTokens.put(folder, decoder.shape(), metadata);
    return metadata;
  }
}
