package io.flexora.adapter.dora;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code dora}. */
public final class DoraPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "dora", DoraOptions.class, DoraAdapter.class);
  }
}
