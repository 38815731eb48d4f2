package io.flexora.model.encoder;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the model backend {@code encoder}. */
public final class EncoderPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(ModelBackend.class, "encoder", EncoderOptions.class, EncoderBackend.class);
  }
}
