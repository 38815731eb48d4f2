package io.flexora.model.decoder;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the model backend {@code decoder}. */
public final class DecoderPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(ModelBackend.class, "decoder", DecoderOptions.class, DecoderBackend.class);
  }
}
