package io.flexora.model.gpt2;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.transformers.causal.CausalOptions;

/** Brings the model backend {@code gpt2}. */
public final class Gpt2Plugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(ModelBackend.class, "gpt2", CausalOptions.class, Gpt2Backend.class);
  }
}
