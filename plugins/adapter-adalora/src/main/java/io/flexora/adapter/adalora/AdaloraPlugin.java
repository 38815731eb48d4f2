package io.flexora.adapter.adalora;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code adalora}. */
public final class AdaloraPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "adalora", AdaloraOptions.class, AdaloraAdapter.class);
  }
}
