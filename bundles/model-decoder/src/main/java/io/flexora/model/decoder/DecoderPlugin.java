package io.flexora.model.decoder;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.transformers.causal.CausalOptions;

/** Brings the model backend {@code decoder}. */
public final class DecoderPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(ModelBackend.class, "decoder", CausalOptions.class, DecoderBackend.class);
  }
}
