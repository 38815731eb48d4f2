package io.flexora.adapter.lora;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code lora}. */
public final class LoraPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "lora", LoraOptions.class, LoraAdapter.class);
  }
}
