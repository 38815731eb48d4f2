package io.flexora.model.decoder.family;

import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufValueType;

/** Takes the entries of an architecture. */
final class GgufEntries {
  private final GgufMetadataBuilder metadata;
  private final String architecture;

  GgufEntries(GgufMetadataBuilder metadata, String architecture) {
    this.metadata = metadata;
    this.architecture = architecture;
  }

  void whole(String key, int value) {
    metadata.putNumber(architecture + "." + key, GgufValueType.UINT32, value);
  }

  void real(String key, double value) {
    metadata.putNumber(architecture + "." + key, GgufValueType.FLOAT32, value);
  }

  void text(String key, String value) {
    metadata.putString(architecture + "." + key, value);
  }

  void flag(String key, boolean value) {
    metadata.putBoolean(architecture + "." + key, value);
  }
}
